import fc from 'fast-check';
import { expect, test } from 'vitest';
import { markIgnored, staleIgnores, type RuleIgnore } from '../../src/image/ignores.ts';
import { hasError, type Finding } from '../../src/image/rules.ts';

const TODAY = '2026-11-30';
const rules = ['arch', 'history', 'kernel.console'];

function finding(id: string, change: Partial<Finding> = {}): Finding {
  return { ...{ id, severity: 'error', result: 'failed', actual: '', required: '', source: '' }, ...change };
}

const marks = (findings: readonly Finding[]) =>
  findings.map(({ id, ignored, expired }) => [id, ignored?.reason, expired?.reason]);

test('what failed and is ignored stays as it is, with the reason, and is no error any more', () => {
  const failed = finding('history');
  const ignore = { rule: 'history', reason: 'Ours.' };
  const [marked, ...more] = markIgnored([failed], [ignore], TODAY);
  expect([marked, more]).toEqual([{ ...failed, ignored: ignore }, []]);
  expect([hasError([failed]), hasError(marked === undefined ? [] : [marked])]).toEqual([true, false]);
});

test.each([
  ['2026-11-30', 'because', undefined],
  ['2026-11-29', undefined, 'because'],
  [undefined, 'because', undefined],
])('an ignore that expires on %s holds through that day', (expires, ignored, expired) => {
  const marked = markIgnored([finding('history')], [{ rule: 'history', reason: 'because', expires }], TODAY);
  expect([marks(marked), hasError(marked)]).toEqual([[['history', ignored, expired]], expired !== undefined]);
});

test('ignores that have expired, or match nothing any more, are told; one that nobody could try is not', () => {
  const findings = [
    finding('arch', { result: 'passed' }),
    finding('history', { result: 'skipped' }),
    finding('kernel.console'),
  ];
  const ignores = [
    { rule: 'kernel.console', reason: 'x', expires: '2026-01-01' },
    { rule: 'boot.comes-up', reason: 'x' },
    ...['history', 'arch'].map((rule) => ({ rule, reason: 'x' })),
  ];
  const stale = staleIgnores(markIgnored(findings, ignores, TODAY), ignores);
  expect(stale.map(({ message }) => message)).toEqual([
    'ignores: kernel.console has expired on 2026-01-01, and counts again.',
    'ignores: arch matches nothing any more.',
  ]);
});

test('a rule that failed in one boot of two is no ignore for nothing', () => {
  const ignores = [{ rule: 'boot.units', reason: 'x' }];
  const findings = [finding('boot.units'), finding('boot.units', { result: 'passed' })];
  expect(staleIgnores(markIgnored(findings, ignores, TODAY), ignores)).toEqual([]);
});

const someFindings = fc.array(
  fc
    .record({
      id: fc.constantFrom(...rules),
      severity: fc.constantFrom('error', 'warning', 'info'),
      result: fc.constantFrom('passed', 'failed', 'skipped'),
    })
    .map(({ id, ...rest }) => finding(id, rest)),
);
const someIgnores: fc.Arbitrary<RuleIgnore[]> = fc.uniqueArray(
  fc.record({
    rule: fc.constantFrom(...rules),
    reason: fc.string(),
    expires: fc.constantFrom(undefined, '2026-11-29', '2026-11-30'),
  }),
  { selector: ({ rule }) => rule },
);

test('ignores change nothing but marks on what failed, in whatever order they are, and make no error', () => {
  fc.assert(
    fc.property(someFindings, someIgnores, (findings, ignores) => {
      const marked = markIgnored(findings, ignores, TODAY);
      expect(markIgnored(findings, ignores.toReversed(), TODAY)).toEqual(marked);
      for (const [index, { result, ignored, expired, ...rest }] of marked.entries()) {
        expect({ result, ...rest }).toEqual(findings[index]);
        expect(result === 'failed' || (ignored ?? expired) === undefined).toBe(true);
      }
      expect(hasError(findings) || !hasError(marked)).toBe(true);
    }),
  );
});
