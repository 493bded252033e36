/** Findings as the Marketplace's self-test service reports its own, so that both can be laid beside each other. */
import type { InspectedSystem } from './inspect-image.ts';
import type { Finding } from './rules.ts';

export interface SelfTestReport {
  readonly SchemaVersion: 1;
  readonly OSName: 'Linux';
  readonly OSDistro: string;
  readonly KernelVersion: string;
  readonly TestResult: SelfTestResult;
  readonly Tests: readonly SelfTest[];
}

type SelfTestResult = 'Passed' | 'Failed' | 'Warning' | 'Skipped';

interface SelfTest {
  /** Number of the service's own test; rules that others ask for have none. */
  readonly TestID: string;
  readonly TestCaseName: string;
  readonly Description: string;
  readonly Result: SelfTestResult;
  readonly ActualValue: string;
  readonly RequiredValue: string;
}

/** Every rule that failed without being an error is a warning; the whole is as bad as the worst of them. */
export function toSelfTest(system: InspectedSystem | undefined, findings: readonly Finding[]): SelfTestReport {
  const tests = findings.map((finding): SelfTest => {
    const { id, testId, required, actual, source } = finding;
    return {
      TestID: testId === undefined ? '' : String(testId),
      TestCaseName: id,
      Description: source,
      Result: resultOf(finding),
      ActualValue: actual,
      RequiredValue: required,
    };
  });
  const results = new Set(tests.map(({ Result }) => Result));
  return {
    SchemaVersion: 1,
    OSName: 'Linux',
    OSDistro: system?.name ?? '',
    KernelVersion: system?.kernels.join(', ') ?? '',
    TestResult: (['Failed', 'Warning', 'Passed'] as const).find((result) => results.has(result)) ?? 'Skipped',
    Tests: tests,
  };
}

function resultOf({ result, severity }: Finding): SelfTestResult {
  if (result === 'failed') return severity === 'error' ? 'Failed' : 'Warning';
  return result === 'passed' ? 'Passed' : 'Skipped';
}
