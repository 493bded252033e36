/** Who can log in: users, passwords, keys, and what they left in their homes. */
import type { ImageFiles } from '../files/image-files.ts';
import { settingLines } from './config-lines.ts';

export interface User {
  readonly name: string;
  /** The second field of passwd: `x` if the password is in shadow. */
  readonly password: string;
  readonly uid: number;
  readonly home: string;
  readonly shell: string;
}

export interface AccountFacts {
  readonly users: readonly User[];
  /** Second fields of shadow, and of the copy that tools leave of it. */
  readonly shadow: readonly { readonly file: string; readonly name: string; readonly password: string }[];
  /** Lines that set defaults of sudo, each with its file. */
  readonly sudoDefaults: readonly { readonly file: string; readonly line: string }[];
  /** Histories of shells and the like that have bytes in them. */
  readonly histories: readonly { readonly path: string; readonly bytes: number }[];
  /** Files of keys and known hosts that let somebody in, or tell where somebody has been. */
  readonly sshFiles: readonly string[];
}

const HISTORY = /^\.\w*history$/;
/** Longer than any key is no sentence to be recognised. */
const MOST_KEY_LENGTH = 16_384;
const KEY_FILES = ['authorized_keys', 'authorized_keys2', 'known_hosts'];
/** What cloud images give root: a key with which nobody gets further than this sentence. */
const HARMLESS_KEY =
  /^(?:[\w-]+,)*command="echo 'Please login as the user \\"[\w$.-]+\\" rather than the user \\"[\w$.-]+\\"\.';echo;sleep \d+(?:;exit \d+)?" /;
/** More are no homes of people. */
const MOST_HOMES = 500;

export async function readAccounts(files: ImageFiles): Promise<AccountFacts> {
  const users = readPasswd((await files.text('/etc/passwd')) ?? '');
  const homes = await homesOf(files, users);
  const shadow = [];
  for (const file of ['/etc/shadow', '/etc/shadow-']) {
    for (const entry of readShadow((await files.text(file)) ?? '')) shadow.push({ file, ...entry });
  }
  return {
    users,
    shadow,
    sudoDefaults: await sudoDefaults(files),
    histories: await historiesIn(files, homes),
    sshFiles: await sshFilesIn(files, homes),
  };
}

export function readPasswd(text: string): readonly User[] {
  return settingLines(text).flatMap((line) => {
    const [name = '', password = '', uid = '', , , home = '', shell = ''] = line.split(':');
    return /^\d+$/.test(uid) ? [{ name, password, uid: Number(uid), home, shell }] : [];
  });
}

export function readShadow(text: string): readonly { readonly name: string; readonly password: string }[] {
  return settingLines(text).flatMap((line) => {
    const [name = '', password] = line.split(':');
    return password === undefined ? [] : [{ name, password }];
  });
}

/** Whether somebody could work with it. */
export function canLogIn({ shell }: User): boolean {
  return !/\/(?:nologin|false|sync|shutdown|halt)$/.test(shell);
}

/** Homes that are there, those of users who are gone included, each once. */
async function homesOf(files: ImageFiles, users: readonly User[]): Promise<readonly string[]> {
  const inHome = (await files.list('/home')).map((name) => `/home/${name}`);
  const homes = new Set<string>();
  for (const path of ['/root', ...inHome, ...users.map(({ home }) => home)].slice(0, MOST_HOMES)) {
    const found = path.startsWith('/') ? await files.find(path) : undefined;
    if (found?.kind === 'folder' && found.path !== '/') homes.add(found.path);
  }
  return [...homes].toSorted();
}

async function historiesIn(files: ImageFiles, homes: readonly string[]): Promise<AccountFacts['histories']> {
  const found = [];
  for (const home of homes) {
    for (const name of (await files.list(home)).filter((each) => HISTORY.test(each))) {
      const file = await files.find(`${home}/${name}`);
      if (file?.kind === 'file' && file.bytes > 0) found.push({ path: `${home}/${name}`, bytes: file.bytes });
    }
  }
  return found;
}

async function sshFilesIn(files: ImageFiles, homes: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const path of homes.flatMap((home) => KEY_FILES.map((name) => `${home}/.ssh/${name}`))) {
    const lines = settingLines((await files.text(path)) ?? '');
    if (lines.some((line) => line.length > MOST_KEY_LENGTH || !HARMLESS_KEY.test(line))) found.push(path);
  }
  return found;
}

async function sudoDefaults(files: ImageFiles): Promise<AccountFacts['sudoDefaults']> {
  // sudo passes over names with a dot and those that editors leave, and goes on in the next line behind a backslash.
  const names = (await files.list('/etc/sudoers.d')).filter((name) => !/\.|~$/.test(name));
  const found = [];
  for (const file of ['/etc/sudoers', ...names.map((name) => `/etc/sudoers.d/${name}`)]) {
    for (const line of settingLines(((await files.text(file)) ?? '').replaceAll('\\\n', ' '))) {
      if (line.startsWith('Defaults')) found.push({ file, line });
    }
  }
  return found;
}
