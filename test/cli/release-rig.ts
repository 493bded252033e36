/** A small tree that is built and released once; each test gets a store and a tree of its own to spoil. */
import { cpSync } from 'node:fs';
import { Rig, type CommandEnd } from '../rig/rig.ts';

/** Two components, one with its licence told, so that no bill of materials has anything to warn of. */
export function smallTree(): Rig {
  const rig = Rig.withBuilder();
  const described = JSON.stringify({ version: '1.0', summary: 'A part', licence: 'Apache-2.0' });
  rig.component('lib', { script: 'mkdir $PKG_PATH/lib; echo lib > $PKG_PATH/lib/lib' });
  rig.component('app', { buildinfo: { requires: ['lib'] }, script: 'echo app > $PKG_PATH/app' });
  for (const name of ['lib', 'app']) rig.write(`packages/${name}/component.json`, described);
  rig.write('release.json', JSON.stringify({ name: 'Test', version: '1.0' }));
  return rig;
}

/** What the tree was released to before a test begins: `testing` had one release and has another, `stable` has the first. */
export class ReleasedTree implements Disposable {
  readonly rig = smallTree();
  first = '';
  second = '';
  #copies = 0;

  async release(): Promise<void> {
    this.first = await this.#create('first');
    await this.#succeed('release', 'promote', 'testing', 'stable', '--to', 'released');
    this.second = await this.#create('second');
  }

  /** A copy of the store. @returns its folder, as it is given to `--to` */
  store(): string {
    const name = `store-${(this.#copies += 1)}`;
    cpSync(this.rig.path('released'), this.rig.path(name), { recursive: true, preserveTimestamps: true });
    return name;
  }

  async run(...args: readonly string[]): Promise<CommandEnd> {
    return this.rig.run(...args);
  }

  [Symbol.dispose](): void {
    this.rig[Symbol.dispose]();
  }

  async #create(tag: string): Promise<string> {
    const stdout = await this.#succeed('release', 'create', 'testing', '--to', 'released', '--tag', tag, '--json');
    return String(JSON.parse(stdout).release);
  }

  async #succeed(...args: readonly string[]): Promise<string> {
    const { status, stdout, stderr } = await this.rig.run(...args);
    if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stdout}${stderr}`);
    return stdout;
  }
}
