/** Reading files, and telling from their stats alone that nothing changed. */
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RecordingFileView } from '../../src/host/file-view.ts';
import { unchanged, type Observations } from '../../src/host/observations.ts';
import { sha1 } from '../../src/model/digest.ts';
import { FileTrouble } from '../../src/model/file-view.ts';

/** Long enough ago for a time stamp to be trusted, with a fraction of a second. */
const LONG_AGO = 1_600_000_000.25;

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dcos-build-view-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const at = (name: string): string => join(folder, name);

describe('reading', () => {
  test('kinds, with links followed', () => {
    writeFileSync(at('file'), 'x');
    mkdirSync(at('folder'));
    for (const [name, target] of [
      ['to-file', 'file'],
      ['to-folder', 'folder'],
      ['nowhere', 'none'],
      ['loop', 'loop'],
    ] as const) {
      symlinkSync(target, at(name));
    }
    execFileSync('mkfifo', [at('pipe')]);
    const entries = new RecordingFileView().list(folder)?.map(({ name, kind, isLink }) => [name, kind, isLink]);
    expect(Object.fromEntries(entries?.map(([name, ...rest]) => [name, rest]) ?? [])).toEqual({
      file: ['file', false],
      folder: ['folder', false],
      pipe: ['other', false],
      'to-file': ['file', true],
      'to-folder': ['folder', true],
      nowhere: ['missing', true],
      loop: ['missing', true],
    });
  });

  test('content of any size, one after the other', () => {
    const view = new RecordingFileView();
    for (const size of [0, 1, 65_536, 65_537, 300_000, 10]) {
      const content = Buffer.alloc(size, `${size}`);
      writeFileSync(at('f'), content);
      expect(view.sha1(at('f'))).toBe(sha1(content));
      expect(view.readText(at('f'))).toBe(content.toString());
    }
  });

  test('a byte order mark is kept, what is not UTF-8 is refused', () => {
    const view = new RecordingFileView();
    writeFileSync(at('bom'), '\ufeffx');
    writeFileSync(at('latin'), Buffer.from([0xe9]));
    expect(view.readText(at('bom'))).toBe('\ufeffx');
    expect(() => view.readText(at('latin'))).toThrow('latin is not UTF-8 text');
  });

  test('what is no file says so, and a pipe does not make us wait', () => {
    mkdirSync(at('folder'));
    execFileSync('mkfifo', [at('pipe')]);
    const view = new RecordingFileView();
    expect(() => view.sha1(at('folder'))).toThrow('is a folder, not a file');
    expect(() => view.sha1(at('pipe'))).toThrow('is no regular file');
    expect(() => view.sha1(at('none'))).toThrow('does not exist');
    expect(() => view.sha1(at('nul\0'))).toThrow(FileTrouble);
    expect(view.names(at('none'))).toBeUndefined();
  });

  test('a name that is not UTF-8 is marked, one that holds U+FFFD itself is not', () => {
    writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0x61, 0xff])]), '');
    writeFileSync(at('\ufffd'), '');
    const bad = new RecordingFileView().list(folder)?.map(({ name, hasBadName }) => [name, hasBadName]);
    expect(Object.fromEntries(bad ?? [])).toEqual({ 'a\ufffd': true, '\ufffd': false });
  });
});

describe('the check of what was seen', () => {
  /** A file, a folder and a missing path, as they are kept in a state file. */
  function observed(): Observations {
    mkdirSync(at('folder'));
    writeFileSync(at('file'), 'text');
    utimesSync(at('file'), LONG_AGO, LONG_AGO);
    const view = new RecordingFileView();
    view.sha1(at('file'));
    view.names(at('folder'));
    view.kind(at('missing'));
    const { paths, stats } = view.observations;
    return { paths, stats: stats.map((number) => (Number.isNaN(number) ? null : number)) };
  }

  /** The same, as it would have been noted some time after the last change. */
  function settled(): Observations {
    const { paths, stats } = observed();
    const trusted = stats.map((number, index) => number ?? statSync(paths[Math.floor(index / 5)] ?? '').mtimeMs);
    waitForTick();
    return { paths, stats: trusted };
  }

  /** Until the clock that stamps files has moved on, so that a change made now can be told from what was before. */
  function waitForTick(): void {
    const last = Math.max(statSync(at('file')).ctimeMs, statSync(at('folder')).ctimeMs);
    do writeFileSync(at('probe'), '');
    while (statSync(at('probe')).ctimeMs <= last);
  }

  test('nothing changed', () => {
    expect(unchanged(settled())).toBe(true);
  });

  test('a file that changed within the tick of the clock in which it was read is not trusted', () => {
    expect(unchanged(observed())).toBe(false);
  });

  test.each<[string, () => void]>([
    ['a byte more', () => appendFileSync(at('file'), 'x')],
    ['other bytes of the same length', () => writeFileSync(at('file'), 'TEXT')],
    [
      'other bytes with the old time put back',
      () => {
        writeFileSync(at('file'), 'TEXT');
        utimesSync(at('file'), LONG_AGO, LONG_AGO);
      },
    ],
    [
      'another file in its place',
      () => {
        writeFileSync(at('new'), 'text');
        utimesSync(at('new'), LONG_AGO, LONG_AGO);
        renameSync(at('new'), at('file'));
      },
    ],
    ['removed', () => rmSync(at('file'))],
    ['a new name in the folder', () => writeFileSync(at('folder/x'), '')],
    ['a file where there was none', () => writeFileSync(at('missing'), '')],
    [
      'a file where there was a folder',
      () => {
        rmSync(at('folder'), { recursive: true });
        writeFileSync(at('folder'), '');
      },
    ],
  ])('%s', (_, change) => {
    const before = settled();
    change();
    expect(unchanged(before)).toBe(false);
  });
});
