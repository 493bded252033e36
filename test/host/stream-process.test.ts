import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { streamProcess } from '../../src/host/stream-process.ts';

test('output is not lost if the program has exited before somebody reads it', async () => {
  let output = '';
  const { status } = await streamProcess('/bin/echo', ['said'], {
    env: {},
    read: async (stdout) => {
      await sleep(200);
      output = await text(stdout);
    },
  });
  expect({ status, output }).toEqual({ status: 0, output: 'said\n' });
});

test('a large output flows through a reader that is late', async () => {
  let bytes = 0;
  await streamProcess('/usr/bin/head', ['-c', '5000000', '/dev/zero'], {
    env: {},
    read: async (stdout) => {
      await sleep(100);
      for await (const chunk of stdout) bytes += chunk.length;
    },
  });
  expect(bytes).toBe(5_000_000);
});
