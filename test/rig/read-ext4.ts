/** Reads an ext4 file system back through debugfs, as plain data. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import type { Scratch } from './scratch.ts';

export interface ReadInode {
  readonly kind: string;
  readonly inode: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly links: number;
  readonly mtime: number;
  /** Of everything but the content: each of them should be the epoch. */
  readonly otherTimes: readonly number[];
  readonly target: string | undefined;
}

/** What debugfs prints for one command that is not split by blanks. */
export function debugfs(disk: string, startByte: number, ...words: readonly string[]): Buffer {
  const request = words.map((word) => `"${word.replaceAll('"', '""')}"`).join(' ');
  return execFileSync('/usr/sbin/debugfs', ['-R', request, `${disk}?offset=${startByte}`], {
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 2 ** 30,
  });
}

/** Looks at many paths with one process. */
export function statAll(scratch: Scratch, disk: string, startByte: number, paths: readonly string[]): ReadInode[] {
  const script = paths.map((path) => `stat "${path.replaceAll('"', '""')}"`).join('\n');
  writeFileSync(scratch.path('stat-script'), `${script}\n`);
  const args = ['-f', scratch.path('stat-script'), `${disk}?offset=${startByte}`];
  const output = execFileSync('/usr/sbin/debugfs', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const parts = output.split(/^debugfs: stat .*$/m).slice(1);
  return parts.map(parseStat);
}

/** The names in a folder, without `.`, `..` and what has no inode, which is room for names. */
export function namesIn(disk: string, startByte: number, path: string): string[] {
  const lines = debugfs(disk, startByte, 'ls', '-p', path).toString().split('\n');
  const names = lines.flatMap((line) => /^\/[1-9]\d*\/\d+\/\d+\/\d+\/(.*)\/\d*\/$/.exec(line)?.[1] ?? []);
  return names.filter((name) => name !== '.' && name !== '..');
}

/** What e2fsck says of it, which changes nothing; throws if it finds anything. */
export function checkExt4(disk: string, startByte: number): string {
  return execFileSync('/usr/sbin/e2fsck', ['-fn', `${disk}?offset=${startByte}`], { encoding: 'utf8', stdio: 'pipe' });
}

function parseStat(text: string): ReadInode {
  const number = (pattern: RegExp, base = 10): number => Number.parseInt(pattern.exec(text)?.[1] ?? 'none', base);
  const time = (name: string): number => {
    const [, seconds = '', extra = ''] = new RegExp(`^ *${name}: 0x([0-9a-f]{8}):([0-9a-f]{8})`, 'm').exec(text) ?? [];
    return (Number.parseInt(seconds, 16) | 0) + (Number.parseInt(extra, 16) & 3) * 2 ** 32;
  };
  return {
    kind: /Type: (\S+(?: link)?)/.exec(text)?.[1] ?? 'none',
    inode: number(/Inode: (\d+)/),
    mode: number(/Mode: +0?(\d+)/, 8),
    uid: number(/User: +(\d+)/),
    gid: number(/Group: +(\d+)/),
    links: number(/Links: (\d+)/),
    mtime: time('mtime'),
    otherTimes: ['ctime', 'atime', 'crtime'].map(time),
    target: /^Fast link dest: "(.*)"$/m.exec(text)?.[1],
  };
}
