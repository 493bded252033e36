/** Findings as JUnit XML, for services that show the results of tests. */
import { escapeXml } from '../model/xml.ts';
import type { Finding } from './rules.ts';

/**
 * A test case for each rule. What fails with severity `error` is a failure; a warning is a case that passed and says so
 * in its output, since JUnit knows nothing between, and a run with warnings alone ends with 0.
 *
 * @param title of the whole, such as the command line
 * @param suites of findings, such as those of the file and those of a boot
 */
export function toJunit(title: string, suites: Readonly<Record<string, readonly Finding[]>>): string {
  const all = Object.values(suites).flat();
  const inner = Object.entries(suites).map(
    ([suite, findings]) =>
      `  <testsuite name="${escapeXml(suite)}" ${counts(findings)}>\n${findings.map((each) => testCase(suite, each)).join('')}  </testsuite>\n`,
  );
  const head = `<testsuites name="${escapeXml(title)}" ${counts(all)}>`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n${head}\n${inner.join('')}</testsuites>\n`;
}

function counts(findings: readonly Finding[]): string {
  const failures = findings.filter(isFailure).length;
  const skipped = findings.filter(({ result }) => result === 'skipped').length;
  return `tests="${findings.length}" failures="${failures}" errors="0" skipped="${skipped}"`;
}

function isFailure({ result, severity }: Finding): boolean {
  return result === 'failed' && severity === 'error';
}

function testCase(suite: string, finding: Finding): string {
  const { id, required, actual, source, severity, result } = finding;
  const about = `required: ${required}\nactual: ${actual}\nasked by: ${source}`;
  const message = escapeXml(actual);
  const inner = isFailure(finding)
    ? `<failure type="${severity}" message="${message}">${escapeXml(about)}</failure>`
    : result === 'skipped'
      ? `<skipped message="${message}"/>`
      : `<system-out>${escapeXml(result === 'failed' ? `${severity.toUpperCase()}\n${about}` : about)}</system-out>`;
  return `    <testcase classname="${escapeXml(suite)}" name="${escapeXml(id)}" time="0">${inner}</testcase>\n`;
}
