/** Files and folders that a person names for what a command makes, where none can be. */
import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Rig } from '../rig/rig.ts';

test.each([
  [
    'a work folder below /proc',
    ['build', '--out', '/proc/x'],
    'The folder /proc/x cannot be made: none can be made there.',
  ],
  ['a work folder below a file', ['build', '--out', 'file/x'], 'file/x cannot be made: what is above it is no folder.'],
  ['a bill as a folder', ['bom', '-o', 'packages'], 'packages cannot be written: it is a folder.'],
  [
    'a bill below /proc',
    ['bom', '-o', '/proc/x/bom.json'],
    'The folder /proc/x cannot be made: none can be made there.',
  ],
  ['a bill as a device', ['bom', '-o', '/dev/null'], '/dev/null cannot be written: it is no plain file.'],
  ['licences as a folder', ['licenses', '--output', '.'], '. cannot be written: it is a folder.'],
  [
    'a trace below /proc',
    ['build', '--trace', '/proc/x/trace'],
    'The trace cannot be written: The folder /proc/x cannot be made',
  ],
])('%s is refused in a sentence, and nothing is left behind', async (_, args, sentence) => {
  using rig = Rig.withBuilder();
  rig.component('one');
  rig.write('file', '');
  const before = readdirSync(rig.folder);
  const { status, stderr } = await rig.run(...args);
  expect(stderr).toContain(sentence);
  expect(stderr).toMatch(/ {2}hint: .*\[(?:FOLDER_UNUSABLE|USAGE)\]\n$/);
  expect(status).toBe(2);
  expect(readdirSync(rig.folder).filter((name) => name !== 'out')).toEqual(before.filter((name) => name !== 'out'));
});
