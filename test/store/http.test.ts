import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sha256 } from '../../src/model/digest.ts';
import { HttpStore } from '../../src/store/http.ts';
import { openRepository } from '../../src/store/index.ts';
import { Scratch } from '../rig/scratch.ts';
import { serve } from './loopback.ts';

const QUICK = { attempts: 3, retryBaseMs: 1 };

test('texts, files and what is absent', async () => {
  using scratch = new Scratch();
  scratch.write('www/packages/c++/c++--1.tar.xz', 'bytes');
  await using server = await serve(scratch.path('www'));
  const store = openRepository(server.url, QUICK);
  expect(await store.readText('packages/c++/c++--1.tar.xz')).toBe('bytes');
  expect(await store.readText('packages/none')).toBeUndefined();
  expect(await store.has('packages/c++/c++--1.tar.xz')).toBe(true);
  expect(await store.has('packages/none')).toBe(false);
  const received = await store.get('packages/c++/c++--1.tar.xz', scratch.path('copy'));
  expect(received).toEqual({ sha256: sha256('bytes'), bytes: 5 });
  expect(scratch.read('copy')).toBe('bytes');
  expect(await store.get('packages/none', scratch.path('no-copy'))).toBeUndefined();
  expect(existsSync(scratch.path('copy.state'))).toBe(false);
});

test('a busy server and a cut connection are met with patience', async () => {
  using scratch = new Scratch();
  scratch.write('www/file', 'the beginning and the end');
  await using server = await serve(scratch.path('www'));
  const store = new HttpStore(server.url, QUICK);
  server.mishaps.push('busy', 'cut');
  expect(await store.readText('file')).toBe('the beginning and the end');
  server.mishaps.push('cut', 'busy');
  expect(await store.get('file', scratch.path('copy'))).toMatchObject({ bytes: 25 });
  expect(scratch.read('copy')).toBe('the beginning and the end');
});

test('a server that does not serve is named, and is no store without artifacts', async () => {
  using scratch = new Scratch();
  const server = await serve(scratch.path('www'));
  const store = new HttpStore(server.url, QUICK);
  server.mishaps.push('busy', 'busy', 'busy', 'forbidden');
  await expect(store.readText('file')).rejects.toMatchObject({ code: 'REPOSITORY_UNAVAILABLE' });
  await expect(store.readText('file')).rejects.toThrow(/127\.0\.0\.1.*403/);
  await server[Symbol.asyncDispose]();
  await expect(store.has('file')).rejects.toMatchObject({ code: 'REPOSITORY_UNAVAILABLE' });
  await expect(store.get('file', scratch.path('copy'))).rejects.toMatchObject({ code: 'REPOSITORY_UNAVAILABLE' });
});

test('a password in the address is sent and never shown', async () => {
  using scratch = new Scratch();
  await using server = await serve(scratch.path('www'));
  const store = new HttpStore(server.url.replace('//', '//me:secret@'), QUICK);
  server.mishaps.push('forbidden');
  const reading = store.readText('file');
  await expect(reading).rejects.toThrow(/403/);
  await expect(reading).rejects.not.toThrow(/secret/);
  expect(server.authorization).toBe(`Basic ${Buffer.from('me:secret').toString('base64')}`);
  expect(store.location).not.toContain('secret');
});

test('what is no repository is refused before anything is asked of it', async () => {
  expect(() => openRepository('ftp://127.0.0.1/x')).toThrow(/no repository/);
  using scratch = new Scratch();
  const typo = openRepository(scratch.path('typo'));
  await expect(typo.readText('file')).rejects.toMatchObject({ code: 'REPOSITORY_UNAVAILABLE' });
  const folder = openRepository(`file://${scratch.folder}`);
  expect(await folder.readText('file')).toBeUndefined();
});
