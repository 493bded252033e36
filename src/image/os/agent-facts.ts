/** The two agents that make a machine of an image: waagent and cloud-init, and how they share the work. */
import { parse } from 'yaml';
import type { ImageFiles } from '../files/image-files.ts';
import { keyValues } from './config-lines.ts';
import { maskedOf } from './units.ts';

export interface AgentFacts {
  /** Version of waagent's own code; undefined: it is not there. */
  readonly waagentVersion: string | undefined;
  /** waagent.conf; undefined: there is none. */
  readonly waagent: ReadonlyMap<string, string> | undefined;
  readonly hasCloudInit: boolean;
  readonly isCloudInitDisabled: boolean;
  /** Those of its units that cannot be started. */
  readonly maskedCloudInit: readonly string[];
  /** As the last file sets it that does; undefined: none does. */
  readonly datasources: readonly string[] | undefined;
  /** Whether cloud-init is told to leave the network alone. */
  readonly leavesNetworkAlone: boolean;
}

const PYTHON_FOLDERS = ['/usr/lib', '/usr/lib64', '/usr/local/lib'];
const CLOUD_FOLDER = '/etc/cloud/cloud.cfg.d';
/** Of old and new versions. */
const CLOUD_UNITS = [
  ...['cloud-init-local.service', 'cloud-init.service', 'cloud-init-main.service', 'cloud-init-network.service'],
  ...['cloud-config.service', 'cloud-final.service', 'cloud-init.target'],
];

export async function readAgents(files: ImageFiles): Promise<AgentFacts> {
  const conf = await files.text('/etc/waagent.conf');
  const cloud = await readCloudConfig(files);
  const network = cloud.get('network');
  return {
    waagentVersion: await waagentVersion(files),
    // waagent takes what is behind a # for a comment, wherever it stands.
    waagent: conf === undefined ? undefined : keyValues(conf.replaceAll(/\s*#.*$/gm, '')),
    hasCloudInit: (await files.find('/usr/bin/cloud-init'))?.kind === 'file',
    isCloudInitDisabled: (await files.look('/etc/cloud/cloud-init.disabled')) !== undefined,
    maskedCloudInit: await maskedOf(files, CLOUD_UNITS),
    datasources: namesIn(cloud.get('datasource_list')),
    leavesNetworkAlone: isRecord(network) && network['config'] === 'disabled',
  };
}

async function waagentVersion(files: ImageFiles): Promise<string | undefined> {
  for (const folder of PYTHON_FOLDERS) {
    for (const python of (await files.list(folder)).filter((name) => /^python[\d.]*$/.test(name))) {
      for (const packages of ['dist-packages', 'site-packages']) {
        const text = await files.text(`${folder}/${python}/${packages}/azurelinuxagent/common/version.py`);
        const version = /^AGENT_VERSION = ['"]([\d.]+)['"]/m.exec(text ?? '')?.[1];
        if (version !== undefined) return version;
      }
    }
  }
  return undefined;
}

/** Keys of the top level. A file behind another one takes its place key by key; one that is no YAML counts for nothing. */
async function readCloudConfig(files: ImageFiles): Promise<ReadonlyMap<string, unknown>> {
  const names = (await files.list(CLOUD_FOLDER)).filter((name) => name.endsWith('.cfg'));
  const settings = new Map<string, unknown>();
  for (const path of ['/etc/cloud/cloud.cfg', ...names.map((name) => `${CLOUD_FOLDER}/${name}`)]) {
    const value = parseYaml((await files.text(path)) ?? '');
    if (isRecord(value)) for (const [key, each] of Object.entries(value)) settings.set(key, each);
  }
  return settings;
}

/** @returns undefined for what is no YAML */
export function parseYaml(text: string): unknown {
  try {
    // Without a limit on aliases, a few lines become more than any memory holds.
    return parse(text, { maxAliasCount: 100, logLevel: 'error' });
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function namesIn(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) ? value.filter((name) => typeof name === 'string') : undefined;
}
