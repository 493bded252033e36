/** What every store that can be written to promises, asked of each of them with the same words. */
import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sha256 } from '../../src/model/digest.ts';
import type { ArtifactStore } from '../../src/store/artifact-store.ts';
import { AzureBlobStore } from '../../src/store/azure-blob.ts';
import { parseBlobUrl } from '../../src/store/azure-place.ts';
import { DirectoryStore } from '../../src/store/directory.ts';
import { Azurite } from '../rig/azurite.ts';
import { Scratch } from '../rig/scratch.ts';

/** Blocks of this size, so that small files have several. */
const BLOCK = 1000;
const SIZES = { singlePutBytes: BLOCK, blockBytes: BLOCK };

const scratch = new Scratch();
let azurite: Azurite;
let made = 0;

beforeAll(async () => {
  azurite = await Azurite.start();
});
afterAll(async () => {
  await azurite[Symbol.asyncDispose]();
  scratch[Symbol.dispose]();
});

async function azureStore(): Promise<ArtifactStore> {
  const name = `container-${(made += 1)}`;
  const place = parseBlobUrl(new URL(`${await azurite.container(name)}/some/folder?${azurite.sas(name)}`));
  if (place === undefined) throw new Error('no place');
  return new AzureBlobStore(place, { sizes: SIZES, attempts: 1 });
}

function directoryStore(): Promise<ArtifactStore> {
  return Promise.resolve(new DirectoryStore(scratch.path(`store-${(made += 1)}`)));
}

type Step =
  | { readonly kind: 'write'; readonly name: string; readonly text: string; readonly isNew: boolean }
  | { readonly kind: 'remove' | 'touch'; readonly name: string };

async function apply(store: ArtifactStore, step: Step): Promise<boolean> {
  if (step.kind === 'write')
    return await store.writeText(step.name, step.text, step.isNew ? { condition: ABSENT } : {});
  return step.kind === 'touch' ? await store.touch(step.name) : await store.remove(step.name);
}

const ABSENT = { kind: 'absent' } as const;
const NAMES = [
  'packages/a+b/a+b--0123.tar.xz',
  'packages/@a/_z--1.tar.xz',
  'with blank/and%20escape',
  'é/日本/ü.json',
  'quote\'"<&>?#[]~!$,;=:.html',
  'version',
  'deep/er/and/deeper.zst',
];

describe.each([
  ['a directory', directoryStore],
  ['Blob Storage', azureStore],
])('%s', (_what, make) => {
  test('what is not there is none of everything', async () => {
    const store = await make();
    const path = scratch.path(`none-${(made += 1)}`);
    expect(await store.has('a/b')).toBe(false);
    expect(await store.readText('a/b')).toBe(undefined);
    expect(await store.readVersion('a/b')).toBe(undefined);
    expect(await store.get('a/b', path)).toBe(undefined);
    expect(existsSync(path)).toBe(false);
    expect(await store.touch('a/b')).toBe(false);
    expect(await store.remove('a/b')).toBe(false);
    expect(await store.remove('a/b', { condition: ABSENT })).toBe(false);
    expect(await store.remove('a/b', { condition: { kind: 'version', version: '"1"' } })).toBe(false);
    expect(await store.writeText('a/b', 'x', { condition: { kind: 'version', version: '"1"' } })).toBe(false);
    expect([...(await store.list(''))]).toEqual([]);
  });

  test.each([0, 1, BLOCK, BLOCK + 1, 5 * BLOCK, 5 * BLOCK + 7])(
    'a file of %i bytes comes back as it was',
    async (size) => {
      const store = await make();
      const bytes = Buffer.from(Array.from({ length: size }, (_, index) => (index * 7 + (index >> 8)) % 256));
      const [from, to] = [scratch.write(`from-${(made += 1)}`, bytes), scratch.path(`to-${made}`)];
      const progress: number[] = [];
      expect(await store.put('f/file.bin', from, { sha256: sha256(bytes), keep: true })).toBe(true);
      expect(existsSync(from)).toBe(true);
      const got = await store.get('f/file.bin', to, { onProgress: (done) => progress.push(done) });
      expect(got).toEqual({ sha256: sha256(bytes), bytes: size });
      expect(readFileSync(to).equals(bytes)).toBe(true);
      expect(progress.at(-1) ?? 0).toBe(size);
      expect(await store.put('f/moved.bin', from)).toBe(true);
      expect(existsSync(from)).toBe(false);
      expect((await store.list('f/')).get('f/moved.bin')?.bytes).toBe(size);
    },
  );

  test('a file that is not what it is said to be is not taken in', async () => {
    const store = await make();
    const path = scratch.write(`from-${(made += 1)}`, 'damaged');
    for (const condition of [undefined, ABSENT]) {
      const how = { keep: true, sha256: sha256('whole'), ...(condition === undefined ? {} : { condition }) };
      await expect(store.put('f/file.bin', path, how)).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
    }
    expect([...(await store.list(''))]).toEqual([]);
  });

  test('of two that write where nothing is, one writes', async () => {
    const store = await make();
    const ends = await Promise.all(
      Array.from({ length: 6 }, async (_, index) => {
        if (index % 2 === 0) return await store.writeText('it', `text ${index}`, { condition: ABSENT });
        const path = scratch.write(`racer-${(made += 1)}`, `${index}`.repeat(3 * BLOCK));
        const isWritten = await store.put('it', path, { condition: ABSENT });
        expect(existsSync(path)).toBe(!isWritten);
        return isWritten;
      }),
    );
    expect(ends.filter(Boolean)).toEqual([true]);
  });

  test('a text is replaced by who saw it last, and by nobody else', async () => {
    const store = await make();
    expect(await store.writeText('channel.json', 'one')).toBe(true);
    const first = await store.readVersion('channel.json');
    const condition = { kind: 'version', version: first?.version ?? '' } as const;
    expect(first?.text).toBe('one');
    expect((await store.readVersion('channel.json'))?.version).toBe(first?.version);
    const ends = await Promise.all(
      ['two', 'three'].map((text) => store.writeText('channel.json', text, { condition })),
    );
    expect(ends.filter(Boolean)).toEqual([true]);
    expect(await store.readText('channel.json')).toBe(ends[0] === true ? 'two' : 'three');
    expect((await store.readVersion('channel.json'))?.version).not.toBe(first?.version);
    expect(await store.remove('channel.json', { condition })).toBe(false);
    expect(await store.writeText('channel.json', 'four')).toBe(true);
    expect(await store.readText('channel.json')).toBe('four');
  });

  test('who saw a version that was touched meanwhile cannot remove it', async () => {
    const store = await make();
    await store.writeText('a', 'text');
    const seen = (await store.list('')).get('a');
    const condition = { kind: 'version', version: seen?.version ?? '' } as const;
    expect(await store.touch('a')).toBe(true);
    expect(await store.remove('a', { condition })).toBe(false);
    const again = (await store.list('')).get('a');
    expect(await store.readText('a')).toBe('text');
    expect((await store.readVersion('a'))?.version).toBe(again?.version);
    expect(await store.remove('a', { condition: { kind: 'version', version: again?.version ?? '' } })).toBe(true);
    expect(await store.has('a')).toBe(false);
  });

  test('names of any kind are kept apart, and listed in order, with sizes and times', async () => {
    const store = await make();
    for (const name of NAMES) expect(await store.writeText(name, `in ${name}`)).toBe(true);
    const listed = await store.list('');
    expect([...listed.keys()]).toEqual(NAMES.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
    for (const name of NAMES) {
      expect([await store.readText(name), await store.has(name)]).toEqual([`in ${name}`, true]);
      expect(listed.get(name)?.bytes).toBe(Buffer.byteLength(`in ${name}`));
      expect(Math.abs((listed.get(name)?.modifiedMs ?? 0) - Date.now())).toBeLessThan(60_000);
    }
    expect([...(await store.list('packages/a')).keys()]).toEqual(['packages/a+b/a+b--0123.tar.xz']);
    expect([...(await store.list('packages/@a/')).keys()]).toEqual(['packages/@a/_z--1.tar.xz']);
    expect([...(await store.list('no/such/'))]).toEqual([]);
  });

  test('what is no name is a bug of the caller', async () => {
    const store = await make();
    for (const name of ['', '/a', '../a', 'a/../b', 'a//b', './a', 'a/', '.', 'a\\b', 'a\n']) {
      await expect((async () => store.readText(name))()).rejects.toThrow('not the name of an artifact');
    }
  });

  test('an artifact of a sibling store is copied, under the conditions of a write', async () => {
    const [from, to] = [await make(), await make()];
    await from.writeText('it.json', 'text');
    expect(await to.copyFrom(from, 'it.json', 'there/it.json', { condition: ABSENT })).toBe(true);
    expect(await to.readText('there/it.json')).toBe('text');
    expect(await to.copyFrom(from, 'it.json', 'there/it.json', { condition: ABSENT })).toBe(false);
    await from.writeText('it.json', 'other');
    expect(await to.copyFrom(from, 'it.json', 'there/it.json')).toBe(true);
    expect(await to.readText('there/it.json')).toBe('other');
    expect(await from.readText('it.json')).toBe('other');
  });

  test('who has given up before is not served', async () => {
    const store = await make();
    const path = scratch.write(`big-${(made += 1)}`, 'x'.repeat(5 * BLOCK));
    const signal = AbortSignal.abort(new Error('given up'));
    await expect(store.put('a', path, { signal })).rejects.toThrow('given up');
    expect([existsSync(path), await store.has('a')]).toEqual([true, false]);
  });

  test('it is a map from names to contents, whatever is done to it', async () => {
    const name = fc.constantFrom('a', 'b/c', 'b/d e', 'ü');
    const step = fc.oneof(
      fc.record({ kind: fc.constant('write' as const), name, text: fc.string(), isNew: fc.boolean() }),
      fc.record({ kind: fc.constant('remove' as const), name }),
      fc.record({ kind: fc.constant('touch' as const), name }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const store = await make();
        const model = new Map<string, string>();
        for (const each of steps) {
          const isThere = model.has(each.name);
          const expected = each.kind === 'write' ? !(each.isNew && isThere) : isThere;
          expect(await apply(store, each)).toBe(expected);
          if (each.kind === 'write' && expected) model.set(each.name, each.text.toWellFormed());
          if (each.kind === 'remove') model.delete(each.name);
        }
        expect([...(await store.list('')).keys()]).toEqual([...model.keys()].toSorted());
        for (const [key, text] of model) expect(await store.readText(key)).toBe(text);
      }),
      { numRuns: 15 },
    );
  });
});
