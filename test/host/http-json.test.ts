import { expect, test } from 'vitest';
import { askJson } from '../../src/host/http-json.ts';
import { DownloadError } from '../../src/host/http-get.ts';
import { serve, type Answer } from '../rig/web-server.ts';

const FAST = { attempts: 3, retryBaseMs: 1, stallMs: 5000 };

/** Answers in this order; the last one again and again. */
async function ask(answers: readonly Answer[], body?: unknown) {
  let count = 0;
  await using server = await serve((request, response) =>
    answers[Math.min(count++, answers.length - 1)]?.(request, response),
  );
  const request = {
    method: body === undefined ? 'GET' : 'POST',
    url: new URL(server.url),
    headers: { 'x-a': 'b' },
    body,
  } as const;
  return { answer: await askJson(request, FAST), count: () => count };
}

const say =
  (status: number, text: string, headers: Record<string, string> = {}): Answer =>
  (_request, response) =>
    void response.writeHead(status, headers).end(text);

test('a body goes out as JSON, and comes back so', async () => {
  const echo: Answer = (request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const sent = JSON.parse(Buffer.concat(chunks).toString());
      const { 'content-type': type, 'x-a': own } = request.headers;
      response.end(JSON.stringify({ sent, type, own }));
    })();
  };
  const { answer } = await ask([echo], { a: [1, 'ü'] });
  expect(answer).toEqual({ status: 200, body: { sent: { a: [1, 'ü'] }, type: 'application/json', own: 'b' } });
});

test('what may pass is asked again, and given in the end as it is', async () => {
  const cut: Answer = (request) => void request.socket.destroy();
  const good = await ask([say(503, ''), cut, say(200, '{"a":1}')]);
  expect([good.answer, good.count()]).toEqual([{ status: 200, body: { a: 1 } }, 3]);
  const bad = await ask([say(429, '{"error":1}', { 'retry-after': '0' })]);
  expect([bad.answer, bad.count()]).toEqual([{ status: 429, body: { error: 1 } }, 3]);
});

test('what is refused is asked once, and what is no JSON is no body', async () => {
  const { answer, count } = await ask([say(400, '<html>')]);
  expect([answer, count()]).toEqual([{ status: 400, body: undefined }, 1]);
});

test('a server that does not answer is an error of the connection', async () => {
  const url = new URL('http://127.0.0.1:1/');
  await expect(askJson({ method: 'GET', url, headers: {} }, FAST)).rejects.toBeInstanceOf(DownloadError);
});
