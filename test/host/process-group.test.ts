import { expect, test } from 'vitest';
import { startGroup } from '../../src/host/process-group.ts';
import { LONG_NAP, processesWith } from '../rig/processes.ts';

test('what a program leaves in its group when a signal ends it, is ended with it', async () => {
  const script = `sleep ${LONG_NAP} & kill -PIPE $$`;
  const { ended } = await startGroup('sh', ['-c', script], { onOutput: () => undefined });
  expect(await ended).toEqual({ code: 128 + 13, signal: undefined });
  await expect.poll(() => processesWith(LONG_NAP), { timeout: 5000 }).toEqual([]);
});

test('an exit status above 128 is handed on, whoever gives it', async () => {
  const { ended } = await startGroup('sh', ['-c', 'exit 200'], { onOutput: () => undefined });
  expect(await ended).toEqual({ code: 200, signal: undefined });
});
