/** Programs that rules ask for or forbid, by what is on the disk: that holds for every package manager. */
import type { ImageFiles } from '../files/image-files.ts';
import { settingLines } from './config-lines.ts';
import { filesBelow } from './files-below.ts';

export interface SoftwareFacts {
  /** Of `/usr/bin/python3`: `3.11`. */
  readonly pythonVersion: string | undefined;
  readonly kvpDaemon: string | undefined;
  /** Agents that manage or watch machines from elsewhere. */
  readonly managementAgents: readonly string[];
  /** Directives of chrony, one a line; undefined: it has none. */
  readonly chrony: readonly string[] | undefined;
}

const KVP_DAEMONS = ['/usr/sbin/hv_kvp_daemon', '/usr/sbin/hypervkvpd', '/usr/bin/hv_kvp_daemon'];
const AGENT_PATHS = [
  ...['/opt/microsoft/omsagent', '/opt/microsoft/azuremonitoragent', '/opt/microsoft/mdatp', '/opt/microsoft/scx'],
  ...['/opt/omi', '/opt/azsec', '/opt/puppetlabs', '/opt/chef', '/usr/bin/salt-minion', '/usr/sbin/clamd'],
  ...['/opt/CrowdStrike', '/opt/ds_agent', '/opt/sentinelone', '/opt/Tanium', '/opt/qualys'],
];

export async function readSoftware(files: ImageFiles): Promise<SoftwareFacts> {
  const python = await files.find('/usr/bin/python3');
  const present = async (paths: readonly string[]): Promise<string[]> => {
    const found = [];
    for (const path of paths) if ((await files.find(path)) !== undefined) found.push(path);
    return found;
  };
  return {
    pythonVersion: /\/python(\d+\.\d+)$/.exec(python?.path ?? '')?.[1],
    kvpDaemon: (await present(KVP_DAEMONS))[0],
    managementAgents: await present(AGENT_PATHS),
    chrony: await chronyLines(files),
  };
}

/** Of all files of chrony, read by it at once or put where it reads them by a unit. */
async function chronyLines(files: ImageFiles): Promise<readonly string[] | undefined> {
  const folder = (await files.list('/etc/chrony')).length > 0 ? '/etc/chrony' : undefined;
  const paths = folder === undefined ? [] : (await filesBelow(files, folder)).map(({ path }) => path);
  const texts = [];
  for (const path of ['/etc/chrony.conf', ...paths.filter((each) => /\.(?:conf|sources)$/.test(each))]) {
    texts.push((await files.text(path)) ?? '');
  }
  const lines = settingLines(texts.join('\n')).filter((line) => !/^[!;%]/.test(line));
  return lines.length === 0 ? undefined : lines;
}
