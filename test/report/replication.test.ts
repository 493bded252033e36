import { expect, test } from 'vitest';
import { ReplicationView } from '../../src/report/replication.ts';

function written(isTerminal: boolean): string {
  let text = '';
  const view = new ReplicationView({ isTerminal, write: (more) => void (text += more) });
  const at = { definition: 'node', region: 'westeurope' };
  view.step('making the version 1.7.0 of node');
  view.region({ ...at, state: 'Replicating', percent: 0 });
  view.region({ ...at, state: 'Replicating', percent: 40 });
  view.region({ ...at, state: 'Completed', percent: 100 });
  view[Symbol.dispose]();
  return text;
}

test('a log has a line for each state of a region, not for each percent', () => {
  expect(written(false)).toBe(
    'making the version 1.7.0 of node\nnode in westeurope: replicating, 0 %\nnode in westeurope: completed\n',
  );
});

test('a terminal shows how far it is, and is clean in the end', () => {
  const text = written(true);
  expect(text).toContain('node in westeurope: replicating, 40 %');
  expect(text.endsWith('\r\u001b[J')).toBe(true);
});
