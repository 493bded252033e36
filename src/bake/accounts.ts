/** Users and groups in the files of a root, as `useradd --system` would have them, with numbers that follow from names. */
import { UserError } from '../model/errors.ts';
import { sha256 } from '../model/digest.ts';
import { byCodePoint } from '../model/order.ts';
import type { RootDraft } from './root-draft.ts';

export interface WantedUser {
  readonly name: string;
  /** undefined: one that follows from the name. */
  readonly uid: number | undefined;
  /** Main group; undefined: one of the same name. */
  readonly group: string | undefined;
  /** Further groups. */
  readonly groups: readonly string[];
  readonly home: string;
  readonly shell: string;
  readonly comment: string;
}

export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  readonly shell: string;
}

/**
 * Numbers of system accounts that nobody else gives out: Debian's packages take those from 100 up, and systemd's from
 * 999 down. A number follows from the name alone, so that files on data disks keep their owner under the next image.
 */
const FIRST = 600;
const COUNT = 300;
const SECONDS_PER_DAY = 86_400;

/**
 * Adds the users, with their groups.
 *
 * @param epoch the day of it is written down as that of the last change of password
 * @returns all of them, sorted by name
 * @throws UserError IMAGE_INVALID for a user that is there already, or a number that is taken
 */
export function addUsers(root: RootDraft, users: readonly WantedUser[], epoch: number): readonly Account[] {
  const files = new AccountFiles(root, Math.floor(epoch / SECONDS_PER_DAY));
  const inOrder = users.toSorted((a, b) => byCodePoint(a.name, b.name));
  const accounts = inOrder.map((user) => files.add(user));
  files.write(root);
  return accounts;
}

const PATHS = { passwd: '/etc/passwd', group: '/etc/group', shadow: '/etc/shadow', gshadow: '/etc/gshadow' } as const;

class AccountFiles {
  readonly #passwd: string[][];
  readonly #group: string[][];
  readonly #shadow: string[][];
  readonly #gshadow: string[][];
  readonly #day: number;

  constructor(root: RootDraft, day: number) {
    const read = (path: string): string[][] => {
      const text = root.text(path) ?? '';
      return text.split('\n').flatMap((line) => (line === '' ? [] : [line.split(':')]));
    };
    this.#day = day;
    this.#passwd = read(PATHS.passwd);
    this.#group = read(PATHS.group);
    this.#shadow = read(PATHS.shadow);
    this.#gshadow = read(PATHS.gshadow);
  }

  add(user: WantedUser): Account {
    const { name, home, shell, comment } = user;
    const there = this.#passwd.find(([known]) => known === name);
    if (there !== undefined) throw taken(name, `a user of that name comes with the packages (${there[2] ?? ''})`);
    const uid = user.uid ?? this.#numberFor(name);
    if (this.#passwd.some(([, , known]) => known === String(uid))) throw taken(name, `the number ${uid} is taken`);
    const gid = user.group === undefined ? this.#makeGroup(name, uid) : this.#groupOf(user.group, name);
    for (const group of new Set(user.groups)) this.#join(group, name);
    this.#passwd.push([name, 'x', String(uid), String(gid), comment, home, shell]);
    this.#shadow.push([name, '!', String(this.#day), '', '', '', '', '', '']);
    return { name, uid, gid, home, shell };
  }

  write(root: RootDraft): void {
    const put = (path: string, rows: readonly string[][]): void =>
      root.putFile(path, rows.map((row) => `${row.join(':')}\n`).join(''));
    put(PATHS.passwd, this.#passwd);
    put(PATHS.group, this.#group);
    put(PATHS.shadow, this.#shadow);
    put(PATHS.gshadow, this.#gshadow);
  }

  #numberFor(name: string): number {
    const used = new Set([...this.#passwd, ...this.#group].map(([, , number]) => Number(number)));
    const start = Number.parseInt(sha256(name).slice(0, 8), 16) % COUNT;
    for (let step = 0; step < COUNT; step += 1) {
      const number = FIRST + ((start + step) % COUNT);
      if (!used.has(number)) return number;
    }
    throw taken(name, 'all numbers of system accounts are taken');
  }

  #makeGroup(name: string, wanted: number): number {
    const there = this.#group.find(([known]) => known === name);
    if (there !== undefined) return Number(there[2]);
    const isTaken = this.#group.some(([, , known]) => known === String(wanted));
    const gid = isTaken ? this.#numberFor(name) : wanted;
    this.#group.push([name, 'x', String(gid), '']);
    this.#gshadow.push([name, '!', '', '']);
    return gid;
  }

  #groupOf(group: string, user: string): number {
    const there = this.#group.find(([known]) => known === group);
    if (there !== undefined) return Number(there[2]);
    throw new UserError('IMAGE_INVALID', `The user ${user} is to be in the group ${group}, which is not there.`, {
      hint: 'Add the Debian package that brings it to the image definition.',
    });
  }

  #join(group: string, user: string): void {
    this.#makeGroup(group, this.#numberFor(group));
    for (const rows of [this.#group, this.#gshadow]) {
      const row = rows.find(([known]) => known === group);
      if (row !== undefined) row[3] = [...(row[3] ?? '').split(',').filter((each) => each !== ''), user].join(',');
    }
  }
}

function taken(name: string, why: string): UserError {
  return new UserError('IMAGE_INVALID', `The user ${name} cannot be made: ${why}.`, {
    hint: 'Give it another name or "uid" in the image definition.',
  });
}
