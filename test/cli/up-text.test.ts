import { expect, test } from 'vitest';
import { describeReport } from '../../src/cli/cluster/up-text.ts';
import type { Finding } from '../../src/image/rules.ts';

const finding = (id: string, result: Finding['result'], severity: Finding['severity'] = 'error'): Finding => ({
  ...{ id, result, severity, actual: result === 'passed' ? 'it does' : '', required: 'what has to be', source: '' },
});

test('a report shows what could be told of each machine, and counts the rest', () => {
  const findings = [finding('a', 'passed'), finding('b', 'failed', 'warning'), finding('c', 'skipped')];
  const text = describeReport({ isGood: true, nodes: [{ hostName: 'master-0', ip: '10.0.0.4', findings }] });
  expect(text.split('\n').map((line) => line.replaceAll(/ +/g, ' ').trim())).toEqual([
    'master-0, 10.0.0.4',
    '',
    'RULE REQUIRED ACTUAL',
    'ok a what has to be it does',
    'WARNING b what has to be',
    '',
    '1 rule more cannot be told of it.',
    '',
    'The cluster is up: 0 errors, 1 warning.',
  ]);
});

test('a cluster with an error is told not to be well', () => {
  const node = { hostName: 'master-0', ip: '10.0.0.4', findings: [finding('a', 'failed')] };
  expect(describeReport({ isGood: false, nodes: [node] })).toMatch(
    /\n\nThe cluster is not well: 1 error, 0 warnings\.$/,
  );
});
