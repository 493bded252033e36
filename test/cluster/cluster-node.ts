/** A node in a folder of a rig: the real dcos-node, run by the machine's Python, with a systemctl that takes notes. */
import { chmodSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { CommandEnd, Rig } from '../rig/rig.ts';

const EXTRA = resolve('packages/dcos-image/extra');

/** Says of each unit that it runs, but of those that are named in the file `bad`. */
const SYSTEMCTL = `#!/bin/bash
if [ "$1" != show ]; then echo "$*" >>"\${0%/*}/asked"; exit; fi
shift 3
for unit; do
  state='active\\nSubState=running'
  if grep -qsxF "$unit" "\${0%/*}/bad"; then state='failed\\nSubState=failed'; fi
  printf "Id=$unit\\nActiveState=$state\\nResult=\\nJob=\\n\\n"
done
`;

export class ClusterNode {
  readonly #rig: Rig;
  readonly #name: string;

  constructor(rig: Rig, name: string) {
    this.#rig = rig;
    this.#name = name;
    mkdirSync(this.path('root'), { recursive: true });
    this.write('bin/systemctl', SYSTEMCTL);
    chmodSync(this.path('bin/systemctl'), 0o755);
  }

  path(...parts: readonly string[]): string {
    return this.#rig.path(this.#name, ...parts);
  }

  write(path: string, text: string): void {
    this.#rig.write(`${this.#name}/${path}`, text);
  }

  told(node: object, late: object): void {
    this.write('told/node.json', JSON.stringify(node));
    this.write('told/late.json', JSON.stringify(late));
  }

  /** Unpacks a bootstrap, as an image has it. */
  async unpack(tarball: string): Promise<void> {
    const { status, stderr } = await this.#rig.shell(`tar -xf '${tarball}' -C '${this.path('root')}'`);
    if (status !== 0) throw new Error(stderr);
  }

  /** Runs `dcos-node` to its end; paths of this node are shown as NODE. */
  async run(...args: readonly string[]): Promise<CommandEnd> {
    const end = await this.#rig.shell(`exec ${this.command(...args)}`);
    const shown = (text: string): string => text.replaceAll(this.path(), 'NODE');
    return { ...end, stdout: shown(end.stdout), stderr: shown(end.stderr) };
  }

  /** For a shell. */
  command(...args: readonly string[]): string {
    const places = ['root', 'config-dir', 'state-dir-root', 'node-config', 'node-state'];
    const folders = ['root', 'config', 'state', 'told', 'kept'].map((name, at) => `--${places[at]}=${this.path(name)}`);
    const options = [...folders, '--rooted-systemd', '--metadata-url=http://127.0.0.1:1'];
    const environment = `PATH='${this.path('bin')}':$PATH PYTHONPATH='${EXTRA}' PYTHONDONTWRITEBYTECODE=1`;
    return `env ${environment} /usr/bin/python3 '${EXTRA}/bin/dcos-node' ${[...args, ...options].join(' ')}`;
  }

  async status(): Promise<Readonly<Record<string, unknown>>> {
    const status: Record<string, unknown> = JSON.parse((await this.run('status', '--json')).stdout);
    return status;
  }

  /** undefined: there is no such file. */
  read(path: string): string | undefined {
    return existsSync(this.path(path)) ? readFileSync(this.path(path), 'utf8') : undefined;
  }
}
