import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { UserError, UserErrors } from '../../src/model/errors.ts';
import {
  builderDigest,
  checkLockIsCurrent,
  formatBuilderLock,
  parseBuilder,
  parseBuilderLock,
} from '../../src/recipe/builder.ts';

const BUILDERS = join(import.meta.dirname, '../../builders');
const LOCK = `{
  "suite": "bookworm",
  "architecture": "amd64",
  "requested": ["hello"],
  "made_with": {"tool":"mmdebstrap","variant":"minbase","timestamp":1795305600},
  "packages": [
    {"name":"base-files","version":"12.4+deb12u15","architecture":"amd64","file":"pool/main/b/base-files/base-files_12.4+deb12u15_amd64.deb","bytes":70936,"sha256":"${'a'.repeat(64)}"},
    {"name":"hello","version":"2:2.10-3","architecture":"amd64","file":"pool/main/h/hello/hello_2.10-3_amd64.deb","bytes":53084,"sha256":"${'b'.repeat(64)}"}
  ]
}
`;

describe('a builder definition', () => {
  test('is a suite, packages and perhaps an architecture', () => {
    expect(parseBuilder('{"suite": "bookworm", "packages": ["gcc", "g++"]}', 'b.json')).toEqual({
      suite: 'bookworm',
      architecture: undefined,
      packages: ['gcc', 'g++'],
    });
  });

  test('tells all its mistakes at once, each with its key', () => {
    const text = '{"suit": "bookworm", "packages": ["gcc", "gcc", "No Name", 7], "architecture": 64}';
    expect(complaints(() => parseBuilder(text, 'builders/b.json'))).toEqual([
      ['suit', 'builders/b.json: "suit" is no field of a builder file (did you mean "suite"?).'],
      ['suite', 'builders/b.json: "suite" is missing; it must be the codename of a Debian release.'],
      ['architecture', 'builders/b.json: "architecture" must be an architecture such as "amd64", not 64.'],
      ['packages[1]', 'builders/b.json: "packages[1]" repeats "gcc".'],
      ['packages[2]', 'builders/b.json: "packages[2]" must be the name of a Debian package, not "No Name".'],
      ['packages[3]', 'builders/b.json: "packages[3]" must be the name of a Debian package, not 7.'],
    ]);
  });

  test.each([
    ['[]', 'b.json: the file must be an object, not [].'],
    ['{"suite": "x"', 'b.json is not JSON: '],
    ['{"suite": "x1", "packages": []}', 'b.json: "packages" must be a list that is not empty, not [].'],
  ])('%s is refused', (text, message) => {
    expect(complaints(() => parseBuilder(text, 'b.json'))[0]?.[1]).toContain(message);
  });
});

describe('a builder lock', () => {
  const lock = parseBuilderLock(LOCK, 'b.lock.json');

  test('is written as it was read', () => {
    expect(formatBuilderLock(lock)).toBe(LOCK);
  });

  test('is refused with the place of what is wrong in it', () => {
    const text = LOCK.replace('"tool":"mmdebstrap"', '"tool":"debootstrap"').replace('a'.repeat(64), 'abc');
    expect(complaints(() => parseBuilderLock(text, 'b.lock.json')).map(([key]) => key)).toEqual([
      'made_with.tool',
      'packages[0].sha256',
    ]);
  });

  test('cannot name a file outside of the archive', () => {
    const text = LOCK.replace('pool/main/h/hello/', 'pool/../../etc/');
    expect(complaints(() => parseBuilderLock(text, 'b.lock.json'))).toHaveLength(1);
  });

  test('has a digest that only what is in the root decides', () => {
    const digest = builderDigest(lock);
    const [first, second] = lock.packages;
    if (first === undefined || second === undefined) throw new Error('two packages expected');
    const same = [
      parseBuilderLock(JSON.stringify(JSON.parse(LOCK)), 'other.json'),
      { ...lock, packages: [second, first] },
      { ...lock, requested: ['hello', 'base-files'] },
      { ...lock, packages: [{ ...first, file: 'pool/updates/x.deb' }, second] },
    ];
    const other = [
      { ...lock, packages: [first] },
      { ...lock, packages: [{ ...first, version: '12.4+deb12u16' }, second] },
      { ...lock, packages: [{ ...first, sha256: second.sha256 }, second] },
      { ...lock, madeWith: { ...lock.madeWith, timestamp: 1 } },
      { ...lock, architecture: 'arm64' },
    ];
    expect(same.map(builderDigest)).toEqual(same.map(() => digest));
    expect(new Set([digest, ...other.map(builderDigest)]).size).toBe(other.length + 1);
  });

  test('belongs to one definition', () => {
    const definition = { suite: 'bookworm', architecture: undefined, packages: ['hello'] };
    expect(() => checkLockIsCurrent(definition, lock, { lockFile: 'b.lock.json' })).not.toThrow();
    expect(() =>
      checkLockIsCurrent({ ...definition, suite: 'trixie', packages: ['gcc'] }, lock, { lockFile: 'b.lock.json' }),
    ).toThrow('b.lock.json is out of date: the suite is now trixie, gcc was added, hello was dropped.');
  });
});

test.each(['debian', 'debian-python'])('the builder %s that we ship has a current lock', (name) => {
  const read = (file: string): string => readFileSync(join(BUILDERS, file), 'utf8');
  const lock = parseBuilderLock(read(`${name}.lock.json`), `${name}.lock.json`);
  checkLockIsCurrent(parseBuilder(read(`${name}.json`), `${name}.json`), lock, { lockFile: `${name}.lock.json` });
  expect(formatBuilderLock(lock)).toBe(read(`${name}.lock.json`));
});

/** Key and message of each error that is thrown. */
function complaints(act: () => unknown): (readonly [string | undefined, string])[] {
  try {
    act();
  } catch (error) {
    const errors = error instanceof UserErrors ? error.errors : [error];
    return errors.map((each) => {
      if (!(each instanceof UserError)) throw each;
      return [each.place?.key, each.message];
    });
  }
  return [];
}
