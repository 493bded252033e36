/** Clusters on a release that was published: the templates in it, and what a plain machine does with what a template tells it. */
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expandTemplate } from '../../src/arm/expand.ts';
import { templateMachines } from '../../src/cluster/template-machines.ts';
import { run } from '../../src/host/process.ts';

export interface PublishedClusterOptions {
  /** Runs `dcos-build`, and sees to it that it says that. */
  readonly say: (line: string, expected: string, ...more: readonly string[]) => Promise<string>;
  /** The release as it was downloaded, with a folder `azure`. */
  readonly release: string;
  readonly store: string;
  /** Where nodes find the store. */
  readonly url: string;
  readonly trust: string;
  /** For what is made here. */
  readonly folder: string;
  readonly passed: (line: string) => void;
}

interface CloudFile {
  readonly path: string;
  readonly permissions?: string;
  readonly encoding?: 'b64' | 'gz+b64';
  readonly content?: string;
}

const STOCK = { publisher: 'Debian', offer: 'debian-12', sku: '12-gen2', version: '0.20260101.1' };

export async function checkPublishedCluster(options: PublishedClusterOptions): Promise<void> {
  const { say, release, store, url, trust, folder, passed } = options;
  for (const masters of [1, 3, 5]) {
    await say(
      'cluster check',
      'no rule finds fault with it',
      join(release, `azure/acs-${masters}master.azuredeploy.json`),
    );
  }
  const file = join(folder, 'stock.json');
  const definition = {
    ...{ name: 'stock', dns_prefix: 'stock', image: { stock: STOCK }, masters: { count: 1 } },
    release: { name: 'stable', from: store, url },
  };
  writeFileSync(file, JSON.stringify(definition));
  const made = join(folder, 'stock');
  await say(`cluster template -f ${file} -o ${made} --trust ${trust}`, 'is written in');
  const template = JSON.parse(readFileSync(join(made, 'azuredeploy.json'), 'utf8'));
  const [master] = templateMachines(expandTemplate(template, {}).resources, () => undefined);
  const machine = join(folder, 'machine');
  writeFiles(machine, master?.customData ?? '');
  const program = join(machine, 'usr/lib/dcos/install/dcos-node-install');
  const { status, stdout, stderr } = await run('python3', ['-B', program, '--root', machine, '--wait', '30']);
  const programs = join(machine, 'opt/mesosphere/packages');
  if (status !== 0 || !existsSync(programs)) throw new Error(`a plain machine installs nothing: ${stdout}${stderr}`);
  passed(
    `a plain machine, told by a template: ${stdout.trim().replace(machine, '')} ${readdirSync(programs).length} packages`,
  );
}

/** As cloud-init does it. */
function writeFiles(machine: string, customData: string): void {
  const config: { readonly write_files: readonly CloudFile[] } = JSON.parse(customData.replace(/^#cloud-config\n/, ''));
  for (const { path, permissions = '0644', encoding, content = '' } of config.write_files) {
    const bytes = Buffer.from(content, encoding === undefined ? 'utf8' : 'base64');
    mkdirSync(dirname(`${machine}${path}`), { recursive: true });
    writeFileSync(`${machine}${path}`, encoding === 'gz+b64' ? gunzipSync(bytes) : bytes);
    chmodSync(`${machine}${path}`, Number.parseInt(permissions, 8));
  }
}
