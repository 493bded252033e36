/** What a machine leaves behind that once ran from this image, or that built it. */
import { posix } from 'node:path';
import type { FoundFile, ImageFiles } from '../files/image-files.ts';
import { settingLines } from './config-lines.ts';
import { filesBelow } from './files-below.ts';

/** Paths of what was found, sorted. */
export interface TraceFacts {
  /** Ids of a machine: files, and what is in them. */
  readonly machineIds: readonly { readonly path: string; readonly id: string }[];
  /** First line of /etc/hostname; empty: none. */
  readonly hostname: string;
  /** Servers that resolv.conf names, if it is a file. */
  readonly nameservers: readonly string[];
  readonly cloudInstances: readonly string[];
  readonly waagentState: readonly string[];
  readonly agentLogs: readonly string[];
  readonly leases: readonly string[];
  readonly seeds: readonly string[];
  readonly logs: readonly string[];
  readonly secrets: readonly string[];
  readonly crontabs: readonly string[];
  /** In folders for temporary files, and downloaded packages. */
  readonly temporary: readonly string[];
}

const AGENT_LOG = /^\/var\/log\/(?:waagent\.log|azure\/|cloud-init(?:-output)?\.log)/;
const LEASE_FOLDERS = [
  '/var/lib/dhcp',
  '/var/lib/dhclient',
  '/var/lib/dhcpcd',
  '/var/lib/NetworkManager',
  '/var/lib/wicked',
];
const SEEDS = ['/var/lib/systemd/random-seed', '/var/lib/systemd/credential.secret', '/var/lib/urandom/random-seed'];
/** Files in homes in which programs keep what lets them in elsewhere. */
const CREDENTIALS = [
  ...['.netrc', '.git-credentials', '.npmrc', '.pypirc', '.pgpass', '.vault-token', '.docker/config.json'],
  ...['.aws/credentials', '.azure/accessTokens.json', '.azure/msal_token_cache.json', '.kube/config'],
];
const KEY_FOLDERS = [
  '/etc/ssl/private',
  '/etc/pki/tls/private',
  '/etc/letsencrypt',
  '/root/.ssh',
  '/root/.gnupg/private-keys-v1.d',
];
const PRIVATE_KEY = /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/;

export async function readTraces(files: ImageFiles): Promise<TraceFacts> {
  const logs = (await filesBelow(files, '/var/log')).filter(({ bytes, path }) => bytes > 0 && !/\/README$/.test(path));
  const [agentLogs, others] = [
    logs.filter(({ path }) => AGENT_LOG.test(path)),
    logs.filter(({ path }) => !AGENT_LOG.test(path)),
  ];
  const leases = await all(LEASE_FOLDERS, async (folder) => filesBelow(files, folder));
  return {
    machineIds: await machineIds(files),
    hostname: settingLines((await files.text('/etc/hostname')) ?? '')[0] ?? '',
    nameservers: await nameservers(files),
    cloudInstances: await cloudInstances(files),
    waagentState: (await files.list('/var/lib/waagent')).map((name) => `/var/lib/waagent/${name}`),
    agentLogs: pathsOf(agentLogs),
    leases: pathsOf(leases.filter(({ path, bytes }) => bytes > 0 && /lease/i.test(posix.basename(path)))),
    seeds: pathsOf(await all(SEEDS, async (path) => present(files, path))),
    logs: pathsOf(others),
    secrets: await secrets(files),
    crontabs: pathsOf(await all(['/var/spool/cron', '/var/spool/at'], async (folder) => crontabsIn(files, folder))),
    temporary: await temporary(files),
  };
}

async function all<T>(from: readonly string[], find: (path: string) => Promise<readonly T[]>): Promise<T[]> {
  const found: (readonly T[])[] = [];
  for (const path of from) found.push(await find(path));
  return found.flat();
}

function pathsOf(found: readonly FoundFile[]): string[] {
  return found.map(({ path }) => path).toSorted();
}

async function present(files: ImageFiles, path: string): Promise<FoundFile[]> {
  const found = await files.find(path);
  return found?.kind === 'file' ? [found] : [];
}

async function machineIds(files: ImageFiles): Promise<TraceFacts['machineIds']> {
  const found = [];
  for (const path of ['/etc/machine-id', '/var/lib/dbus/machine-id']) {
    const id = ((await files.text(path)) ?? '').trim();
    if (id !== '' && id !== 'uninitialized') found.push({ path, id });
  }
  return found;
}

/** A link leads to what the running system writes. */
async function nameservers(files: ImageFiles): Promise<string[]> {
  if ((await files.look('/etc/resolv.conf'))?.kind !== 'file') return [];
  const lines = settingLines((await files.text('/etc/resolv.conf')) ?? '');
  return lines.flatMap((line) => /^nameserver\s+(\S+)/.exec(line)?.[1] ?? []);
}

async function cloudInstances(files: ImageFiles): Promise<string[]> {
  const own = (await files.list('/var/lib/cloud')).filter((name) => /^instance$|^sem$/.test(name));
  const inFolders = await all(['instances', 'data', 'seed', 'handlers', 'scripts/per-instance'], async (name) =>
    (await files.list(`/var/lib/cloud/${name}`)).map((each) => `/var/lib/cloud/${name}/${each}`),
  );
  return [...own.map((name) => `/var/lib/cloud/${name}`), ...inFolders].toSorted();
}

async function crontabsIn(files: ImageFiles, folder: string): Promise<FoundFile[]> {
  return (await filesBelow(files, folder)).filter(({ bytes, path }) => bytes > 0 && posix.basename(path) !== '.SEQ');
}

async function secrets(files: ImageFiles): Promise<string[]> {
  const homes = ['/root', ...(await files.list('/home')).map((each) => `/home/${each}`)];
  const named = await all(
    homes.flatMap((home) => CREDENTIALS.map((each) => `${home}/${each}`)),
    async (path) => present(files, path),
  );
  const folders = [...KEY_FOLDERS, ...homes.slice(1).map((home) => `${home}/.ssh`)];
  const keys = [];
  for (const found of await all(folders, async (folder) => filesBelow(files, folder))) {
    const text = (await files.text(found.path, 65_536)) ?? '';
    if (PRIVATE_KEY.test(text) || found.path.includes('/private-keys-v1.d/')) keys.push(found);
  }
  return pathsOf([...named, ...keys]);
}

async function temporary(files: ImageFiles): Promise<string[]> {
  const debs = (await filesBelow(files, '/var/cache/apt/archives')).filter(({ path }) => path.endsWith('.deb'));
  const inFolders = await all(['/tmp', '/var/tmp'], async (folder) =>
    (await files.list(folder)).map((each) => `${folder}/${each}`),
  );
  return [...inFolders, ...pathsOf(debs)].toSorted();
}
