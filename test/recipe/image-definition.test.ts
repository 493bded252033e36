import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { checkLockIsCurrent, parseBuilderLock } from '../../src/recipe/builder.ts';
import { parseImageDefinition } from '../../src/recipe/image-definition.ts';
import { failureOf } from '../rig/failure.ts';

const least = {
  suite: 'bookworm',
  packages: ['systemd'],
  apt_sources: ['deb https://debian.example.org/debian bookworm main'],
  roles: ['master'],
};

const parse = (value: object) => parseImageDefinition('pipelines/images/a.json', JSON.stringify(value), []);

test('what is not said has a default', () => {
  expect(parse(least)).toMatchObject({
    architecture: 'amd64',
    generation: 'both',
    disk_gib: 30,
    kernel_parameters: [],
    users: [],
    services: { enable: [], disable: [], mask: [] },
    hardening: [],
    hooks: [],
  });
});

test('the definition that we ship is read, and its lock is its own', () => {
  const path = 'pipelines/images/node';
  const { suite, architecture, packages } = parseImageDefinition(
    `${path}.json`,
    readFileSync(`${path}.json`, 'utf8'),
    [],
  );
  const lock = parseBuilderLock(readFileSync(`${path}.lock.json`, 'utf8'), `${path}.lock.json`);
  expect(() =>
    checkLockIsCurrent({ suite, architecture, packages }, lock, { lockFile: `${path}.lock.json` }),
  ).not.toThrow();
  // The Marketplace asks for a serial console, and for the names of network cards that waagent expects.
  const parameters = parse({ ...least, kernel_parameters: ['console=ttyS0'] }).kernel_parameters;
  expect(parameters).toEqual(['console=ttyS0']);
});

test.each<readonly [object, message: string, hint: string]>([
  [{ ...least, disksize: 4 }, 'has the unknown key "disksize"', 'The keys are summary, suite, '],
  [{ ...least, disk_gb: 4 }, 'has the unknown key "disk_gb"', 'Did you mean "disk_gib"?'],
  [{ ...least, services: { enabled: [] } }, 'has the unknown key "enabled"', 'Did you mean "enable"?'],
  [{ ...least, users: [{ name: 'a', shel: '/bin/sh' }] }, 'has the unknown key "shel"', 'Did you mean "shell"?'],
  [{ ...least, packages: [] }, '"packages" is wrong', ''],
  [{ ...least, packages: ['Docker.io'] }, '"packages.0" is wrong', 'It must be the name of a Debian package.'],
  [{ ...least, roles: undefined }, '"roles" is missing', 'It must be of type array.'],
  [{ ...least, disk_gib: '30' }, '"disk_gib" is wrong', 'It must be a whole number from 1 to 1023.'],
  [{ ...least, disk_gib: 1.5 }, '"disk_gib" is wrong', 'It must be a whole number from 1 to 1023.'],
  [{ ...least, disk_gib: 2000 }, '"disk_gib" is wrong', 'It must be from 1 to 1023.'],
  [{ ...least, generation: '3' }, '"generation" is wrong', 'It must be one of "1", "2", "both".'],
  [{ ...least, kernel_parameters: ['quiet splash'] }, '"kernel_parameters.0" is wrong', 'It must be one word.'],
  [{ ...least, kernel_parameters: ['x=`id`'] }, '"kernel_parameters.0" is wrong', 'It must be one word.'],
  [
    { ...least, kernel_parameters: ['quiet', 'root=/dev/sda1'] },
    '"kernel_parameters.1" is wrong',
    'It must not name the root: the disk does.',
  ],
  [{ ...least, roles: ['master', 'slave', 'master'] }, '"roles.2" is wrong', 'It must be there once.'],
  [{ ...least, users: [{ name: 'a' }, { name: 'a' }] }, '"users.1.name" is wrong', 'It must be there once.'],
  [
    {
      ...least,
      users: [
        { name: 'a', uid: 700 },
        { name: 'b', uid: 700 },
      ],
    },
    '"users.1.uid" is wrong',
    'It must be there once.',
  ],
  [
    { ...least, services: { enable: ['a.service'], mask: ['b.service', 'a.service'] } },
    '"services.mask.1" is wrong',
    'It must not be in "enable" as well.',
  ],
  [
    { ...least, services: { enable: ['a.service'], disable: ['a.service'] } },
    '"services.disable.0" is wrong',
    'It must not be in "enable" as well.',
  ],
  [{ ...least, hardening: ['everything'] }, '"hardening.0" is wrong', 'It must be one of ssh-keys-only, '],
  [{ ...least, hooks: ['../outside.sh'] }, '"hooks.0" is wrong', 'relative to the root of the tree'],
  [{ ...least, users: [{ name: 'Root' }] }, '"users.0.name" is wrong', 'a name of an account'],
  [{ ...least, users: [{ name: 'a', uid: 1000 }] }, '"users.0.uid" is wrong', 'It must be from 1 to 999.'],
  [{ ...least, services: { mask: ['sshd'] } }, '"services.mask.0" is wrong', 'the name of a unit'],
  [{ ...least, apt_sources: ['http://x'] }, '"apt_sources.0" is wrong', 'a line of sources.list'],
])('a mistake is told with what to do: %#', (value, message, hint) => {
  const error = failureOf(() => parse(value));
  expect(error).toMatchObject({ code: 'IMAGE_INVALID', exitCode: 2 });
  expect(error.message).toContain(message);
  expect(error.hint).toContain(hint);
});

test('a mistake is told with its line', () => {
  const content = '{\n  "suite": "bookworm",\n  "disk_gib": "x"\n}';
  expect(() => parseImageDefinition('a.json', content, [])).toThrow(
    expect.objectContaining({
      errors: expect.arrayContaining([
        expect.objectContaining({ place: { file: 'a.json', line: 3, column: 3, key: 'disk_gib' } }),
      ]),
    }),
  );
});
