/**
 * A signed release of what was built, published to Blob Storage and used by others: another client reads every byte of it,
 * another machine fetches it, and a node installs from it.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../src/host/process.ts';
import { Azurite } from '../rig/azurite.ts';
import { checkPublishedCluster } from './published-cluster.ts';
import { inSandbox } from './sandbox.ts';

export interface ReleasesOptions {
  /** Runs `dcos-build` on the tree. */
  readonly dcosBuild: (
    args: readonly string[],
    env: Readonly<Record<string, string>>,
  ) => Promise<{ readonly status: number | null; readonly stdout: string }>;
  /** Root file system of a node. */
  readonly root: string;
  readonly passed: (line: string) => void;
}

interface Manifest {
  readonly id: string;
  readonly artifacts: readonly { readonly name: string; readonly sha256: string }[];
  readonly trees: readonly { readonly bootstrap: string; readonly packages: readonly string[] }[];
}

const CONTAINER = 'dcos';
const PREFIX = 'testing';

export async function checkReleases({ dcosBuild, root, passed }: ReleasesOptions): Promise<void> {
  await using azurite = await Azurite.start();
  const url = await azurite.container(CONTAINER);
  const folder = mkdtempSync(join(tmpdir(), 'dcos-build-e2e-release-'));
  try {
    const env = { AZURE_STORAGE_CONNECTION_STRING: azurite.connectionString() };
    const store = `az://devstoreaccount1/${CONTAINER}/${PREFIX}`;
    const key = join(folder, 'release.key');
    const trust = join(folder, 'trust.json');
    const say = async (line: string, expected: string, ...more: readonly string[]): Promise<string> => {
      const { status, stdout } = await dcosBuild([...line.split(' '), ...more], env);
      if (status !== 0 || !stdout.includes(expected)) {
        throw new Error(`"dcos-build ${line}" ended with ${status} and did not say "${expected}":\n${stdout}`);
      }
      passed(`${line.split(' ').slice(0, 2).join(' ')}: ${expected}`);
      return stdout;
    };
    await say(`key new ${key}`, '');
    await say(`key trust ${key} --trust ${trust} --name e2e`, '');
    await say(`release create testing/e2e --to ${store} --key ${key}`, 'the channel "testing/e2e" has it now');
    await say(`release create testing/e2e --to ${store} --key ${key}`, 'Nothing to do');
    await say(`release verify testing/e2e --to ${store} --trust ${trust}`, 'signed by e2e.\nIt is whole.');
    await say(`release promote testing/e2e stable --to ${store} --trust ${trust}`, '"stable" has');
    const manifest: Manifest = JSON.parse(
      (await dcosBuild(['release', 'show', 'stable', '--to', store, '--json'], env)).stdout,
    );
    await readWithAzureCli(manifest, { env, folder, passed });
    const other = join(folder, 'other');
    await say(`fetch stable --from ${store} --trust ${trust}`, 'is here whole', '--out', other);
    await azurite.client(CONTAINER).setAccessPolicy('blob');
    await installOnNode(manifest, {
      repository: join(other, 'repository'),
      url: `${url}/${PREFIX}`,
      root,
      folder,
      passed,
    });
    const release = join(folder, 'az', PREFIX, 'releases', manifest.id);
    await checkPublishedCluster({ say, release, store, url: `${url}/${PREFIX}`, trust, folder, passed });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Reading {
  readonly env: Readonly<Record<string, string>>;
  readonly folder: string;
  readonly passed: (line: string) => void;
}

/** Debian's azure-cli knows nothing of us: what it lists and downloads is what is there. */
async function readWithAzureCli({ artifacts }: Manifest, { env, folder, passed }: Reading): Promise<void> {
  const az = async (...args: readonly string[]): Promise<string> => {
    const options = {
      env: { ...env, PATH: process.env['PATH'] ?? '', HOME: folder, AZURE_CORE_COLLECT_TELEMETRY: 'no' },
    };
    const { status, stdout, stderr } = await run('az', ['storage', 'blob', ...args], options);
    if (status !== 0) throw new Error(`az storage blob ${args.join(' ')}: ${stderr}`);
    return stdout;
  };
  const listed: readonly { readonly name: string }[] = JSON.parse(
    await az('list', '--container-name', CONTAINER, '--num-results', '*', '--output', 'json'),
  );
  const names = new Set(listed.map(({ name }) => name));
  const missing = artifacts.filter(({ name }) => !names.has(`${PREFIX}/${name}`));
  if (missing.length > 0) throw new Error(`az does not list ${missing.map(({ name }) => name).join(', ')}`);
  const to = join(folder, 'az');
  mkdirSync(to);
  await az('download-batch', '--source', CONTAINER, '--destination', to, '--no-progress', '--output', 'none');
  const wrong = artifacts.filter(({ name, sha256 }) => {
    const bytes = readFileSync(join(to, PREFIX, name));
    return createHash('sha256').update(bytes).digest('hex') !== sha256;
  });
  if (wrong.length > 0) throw new Error(`az downloads other bytes of ${wrong.map(({ name }) => name).join(', ')}`);
  passed(
    `azure-cli lists ${names.size} blobs, and the ${artifacts.length} artifacts that it downloads have our hashes`,
  );
}

interface Installing {
  /** What the second machine has fetched. */
  readonly repository: string;
  /** Where nodes find the store, over plain HTTP. */
  readonly url: string;
  readonly root: string;
  readonly folder: string;
  readonly passed: (line: string) => void;
}

/** A node unpacks the bootstrap that was fetched; pkgpanda on it fetches packages from the container, and activates them. */
async function installOnNode(
  { trees }: Manifest,
  { repository, url, root, folder, passed }: Installing,
): Promise<void> {
  const [tree] = trees;
  if (tree === undefined) throw new Error('the release has no tree');
  const mesosphere = join(folder, 'mesosphere');
  mkdirSync(mesosphere);
  const bootstrap = join(repository, 'bootstrap', `${tree.bootstrap}.bootstrap.tar.xz`);
  const { status, stderr } = await run('tar', ['--extract', '--file', bootstrap, '-C', mesosphere]);
  if (status !== 0) throw new Error(`the bootstrap cannot be unpacked: ${stderr}`);
  const curl = tree.packages.find((id) => id.startsWith('curl--')) ?? '';
  const { buildIds }: { readonly buildIds: { readonly requires: readonly string[] } } = JSON.parse(
    readFileSync(join(repository, 'packages/curl', `${curl}.manifest.json`), 'utf8'),
  );
  const wanted = [curl, ...buildIds.requires];
  const script = `
    panda="pkgpanda --root /tmp/node --config-dir /tmp/etc --state-dir-root /tmp/state --rooted-systemd --no-systemd"
    $panda fetch --repository-url=${url} ${wanted.join(' ')}
    $panda activate ${wanted.join(' ')}
    $panda active
    /tmp/node/active/curl/bin/curl --version | head -1`;
  const { status: ended, output } = await inSandbox({ root, mesosphere, sharesNetwork: true }, script);
  const missing = wanted.filter((id) => !output.includes(id));
  if (ended !== 0 || missing.length > 0 || !/^curl \d/m.test(output)) {
    throw new Error(`pkgpanda did not install from ${url} (exit status ${ended}):\n${output}`);
  }
  passed(`pkgpanda on a node fetches and activates ${wanted.length} packages from the container`);
}
