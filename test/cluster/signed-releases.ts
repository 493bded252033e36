/** Small releases that are really built and signed, served over HTTP, and what node.json says of them. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { Rig } from '../rig/rig.ts';
import { serve, serveBytes, type WebServer } from '../rig/web-server.ts';

/** What a node is told of its release. */
export interface NodeRelease {
  readonly id: string;
  readonly sha256: string;
  readonly variant: null;
  readonly bootstrap: string;
  readonly bootstrap_sha256: string;
  readonly bootstrap_bytes: number;
  readonly keys: readonly string[];
}

interface ManifestJson {
  readonly trees: readonly { readonly bootstrap: string; readonly packages: readonly string[] }[];
  readonly artifacts: readonly { readonly name: string; readonly sha256: string; readonly bytes: number }[];
}

/** A tree of a component that stands for the node tool, and of a service with a unit for masters. */
export class SignedReleases implements Disposable {
  readonly rig = Rig.withBuilder();

  constructor() {
    this.rig.write('release.json', JSON.stringify({ name: 'Test', version: '1.0' }));
    const tool = '#!/bin/sh\\necho "dcos-node $* in $GREETING"\\n';
    this.#component('tool', {
      buildinfo: { environment: { GREETING: 'hello, you' } },
      script: `mkdir $PKG_PATH/bin; printf '${tool}' >$PKG_PATH/bin/dcos-node; chmod 755 $PKG_PATH/bin/dcos-node`,
    });
    this.service('one');
  }

  /** Gives the service another content, so that the next release differs. */
  service(content: string): void {
    const script = `
      mkdir -p $PKG_PATH/{etc,dcos.target.wants_master}; echo ${content} >$PKG_PATH/etc/served
      printf '[Service]\\nExecStart=/bin/true\\n' >$PKG_PATH/dcos.target.wants_master/dcos-served.service`;
    this.#component('service', { buildinfo: { requires: ['tool'] }, script });
  }

  #component(name: string, files: Parameters<Rig['component']>[1]): void {
    this.rig.component(name, files);
    const described = { version: '1.0', summary: 'A part', licence: 'Apache-2.0' };
    this.rig.write(`packages/${name}/component.json`, JSON.stringify(described));
  }

  /** @returns the public key */
  async newKey(name: string): Promise<string> {
    await this.#succeed('key', 'new', `${name}.pem`);
    return await this.publicKey(name);
  }

  async publicKey(name: string): Promise<string> {
    return (await this.rig.shell(`openssl pkey -in ${name}.pem -pubout`)).stdout;
  }

  /** @returns the id of the release */
  async release(tag: string, ...keys: readonly string[]): Promise<string> {
    const signed = keys.flatMap((name) => ['--key', `${name}.pem`]);
    const args = ['release', 'create', 'testing', '--to', 'store', '--tag', tag, '--json', ...signed];
    return String(JSON.parse(await this.#succeed(...args)).release);
  }

  manifest(id: string): ManifestJson {
    return JSON.parse(readFileSync(this.rig.path('store/releases', id, 'manifest.json'), 'utf8'));
  }

  nodeRelease(id: string, keys: readonly string[]): NodeRelease {
    const bootstrap = this.manifest(id).trees[0]?.bootstrap ?? '';
    const tarball = this.manifest(id).artifacts.find(({ name }) => name === `bootstrap/${bootstrap}.bootstrap.tar.xz`);
    const bytes = readFileSync(this.rig.path('store/releases', id, 'manifest.json'));
    return {
      ...{ id, sha256: createHash('sha256').update(bytes).digest('hex'), variant: null, bootstrap },
      ...{ bootstrap_sha256: tarball?.sha256 ?? '', bootstrap_bytes: tarball?.bytes ?? 0, keys },
    };
  }

  async #succeed(...args: readonly string[]): Promise<string> {
    const { status, stdout, stderr } = await this.rig.run(...args);
    if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stdout}${stderr}`);
    return stdout;
  }

  [Symbol.dispose](): void {
    this.rig[Symbol.dispose]();
  }
}

/** Serves a folder with ranges; `spoil` may answer in its place, and then returns true. */
export async function serveFolder(
  folder: string,
  spoil: (request: IncomingMessage, response: ServerResponse) => boolean = () => false,
): Promise<WebServer> {
  return await serve((request, response) => {
    if (spoil(request, response)) return;
    const path = join(folder, decodeURIComponent(request.url ?? '/'));
    if (existsSync(path)) serveBytes(request, response, readFileSync(path));
    else response.writeHead(404).end();
  });
}
