/** The SSH server: whether it is there and starts, how it is set, and keys that it must not bring along. */
import { posix } from 'node:path';
import type { ImageFiles } from '../files/image-files.ts';
import { readSshdConfig } from './sshd-config.ts';
import { isEnabled } from './units.ts';

export interface SshFacts {
  readonly hasServer: boolean;
  readonly isEnabled: boolean;
  /** By keyword in lower case; undefined: there is no configuration. */
  readonly settings: ReadonlyMap<string, string> | undefined;
  readonly hostKeys: readonly string[];
}

const FOLDER = '/etc/ssh';

export async function readSsh(files: ImageFiles): Promise<SshFacts> {
  const text = (await files.text(`${FOLDER}/sshd_config`)) ?? (await files.text('/usr/etc/ssh/sshd_config'));
  const names = await files.list(FOLDER);
  return {
    hasServer: (await files.find('/usr/sbin/sshd'))?.kind === 'file',
    isEnabled: await isEnabled(files, ['ssh.service', 'sshd.service', 'ssh.socket', 'sshd.socket']),
    settings: text === undefined ? undefined : await readSshdConfig(text, (pattern) => included(files, pattern)),
    hostKeys: names.filter((name) => /^ssh_host_.*_key/.test(name)).map((name) => `${FOLDER}/${name}`),
  };
}

/** Wildcards in the last part of the path alone, as every system has them. */
async function included(files: ImageFiles, pattern: string): Promise<string[]> {
  const path = posix.resolve(FOLDER, pattern);
  const [folder, last] = [posix.dirname(path), posix.basename(path)];
  const texts = [];
  for (const name of await files.list(folder)) {
    const isHidden = name.startsWith('.') && !last.startsWith('.');
    if (matchesWildcard(name, last) && !isHidden) texts.push((await files.text(`${folder}/${name}`)) ?? '');
  }
  return texts;
}

/** `*` stands for anything, `?` for one letter. In one walk, whatever the pattern. */
export function matchesWildcard(name: string, pattern: string): boolean {
  let [at, next] = [0, 0];
  let [star, tried] = [-1, 0];
  while (at < name.length) {
    if (pattern[next] === '*') [star, tried, next] = [next, at, next + 1];
    else if (pattern[next] === '?' || pattern[next] === name[at]) [at, next] = [at + 1, next + 1];
    else if (star === -1) return false;
    else [tried, at, next] = [tried + 1, tried + 1, star + 1];
  }
  return /^\**$/.test(pattern.slice(next));
}
