import { expect, test } from 'vitest';
import { pause } from '../../src/host/pause.ts';
import { retrying } from '../../src/host/retry.ts';

test('whoever gives up during a wait is told why, not that something was aborted', async () => {
  const cancel = new AbortController();
  const waiting = pause(60_000, cancel.signal);
  const why = new Error('Stopped by SIGINT.');
  cancel.abort(why);
  await expect(waiting).rejects.toBe(why);
  await expect(pause(0, undefined)).resolves.toBeUndefined();
});

test('the same between two tries', async () => {
  const cancel = new AbortController();
  const why = new Error('Stopped by SIGINT.');
  const options = { attempts: 3, baseMs: 60_000, mostMs: 60_000, signal: cancel.signal, mayPass: () => true };
  const trying = retrying({ ...options, onRetry: () => setImmediate(() => cancel.abort(why)) }, async () => {
    throw new Error('once');
  });
  await expect(trying).rejects.toBe(why);
});
