/** The program that a machine runs, on this one: names and services of the loopback interface. */
import { execFile } from 'node:child_process';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { probeScript, type ProbeRequest } from '../../../src/boot/local/probe-script.ts';
import { readProbe, type Probe } from '../../../src/boot/local/probe.ts';
import { serveHttp } from '../../../src/host/http-server.ts';

const NOTHING: ProbeRequest = { names: [], addresses: [], questions: [], waitSeconds: 0 };
const ADDRESS = '127.0.0.1';

function run(request: ProbeRequest): Promise<Probe | undefined> {
  return new Promise((resolve, reject) => {
    const child = execFile('/usr/bin/python3', ['-'], (error, stdout) => {
      if (error === null) resolve(readProbe(stdout));
      else reject(error);
    });
    child.stdin?.end(probeScript(request));
  });
}

test('names are looked up, and one that nobody has is told', async () => {
  const probe = await run({ ...NOTHING, names: ['localhost', `it's "no" name.invalid`] });
  expect(probe?.names['localhost']).toEqual({ ok: true, text: ADDRESS });
  expect(probe?.names[`it's "no" name.invalid`]?.ok).toBe(false);
});

test('requests, words and connections are told apart, and what fails says why', async () => {
  await using good = await serveHttp(0, () => ({ status: 200, type: 'text/plain', body: 'pong' }));
  await using sick = await serveHttp(0, () => ({ status: 503, type: 'text/plain', body: '' }));
  const words = createServer((socket) =>
    socket.once('data', (data) => socket.end(data.toString() === 'ruok' ? 'imok' : 'no')),
  );
  await new Promise<void>((resolve) => words.listen(0, ADDRESS, resolve));
  const bound = words.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : 0;
  const probe = await run({
    ...NOTHING,
    questions: [
      { id: 'good', kind: 'http', path: '/ping', address: ADDRESS, port: good.port },
      { id: 'sick', kind: 'http', path: '/ping', address: ADDRESS, port: sick.port },
      { id: 'words', kind: 'words', say: 'ruok', hear: 'imok', address: ADDRESS, port },
      { id: 'other words', kind: 'words', say: 'what', hear: 'imok', address: ADDRESS, port },
      { id: 'connect', kind: 'connect', address: ADDRESS, port },
      { id: 'nobody', kind: 'connect', address: '127.0.0.2', port },
    ],
  });
  words.close();
  expect(probe?.answers).toEqual({
    good: { ok: true, text: '200' },
    sick: { ok: false, text: 'HTTP Error 503: Service Unavailable' },
    words: { ok: true, text: 'imok' },
    'other words': { ok: false, text: 'answered "no"' },
    connect: { ok: true, text: 'connected' },
    nobody: { ok: false, text: '[Errno 111] Connection refused' },
  });
});

test('a service that is not there yet is asked again until it is', async () => {
  let asked = 0;
  await using late = await serveHttp(0, () => ({ status: (asked += 1) < 2 ? 503 : 200, type: 'text/plain', body: '' }));
  const question = { id: 'late', kind: 'http', path: '/', address: ADDRESS, port: late.port } as const;
  expect((await run({ ...NOTHING, questions: [question], waitSeconds: 60 }))?.answers['late']?.ok).toBe(true);
  expect(asked).toBe(2);
});
