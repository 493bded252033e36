/** Findings as JUnit XML, for services that show the results of tests. */
import { describeTerm } from '../model/ignore.ts';
import { escapeXml } from '../model/xml.ts';
import { isError, type Finding } from './rules.ts';

/**
 * A test case for each rule. What fails with severity `error` is a failure; a warning is a case that passed and says so
 * in its output, since JUnit knows nothing between, and a run with warnings alone ends with 0. What is ignored is a skipped
 * case with the reason as its message, as pytest writes failures that are expected: viewers count and show those, and
 * nobody opens the output of a case that passed.
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
  const failures = findings.filter(isError).length;
  const skipped = findings.filter(({ result, ignored }) => result === 'skipped' || ignored !== undefined).length;
  return `tests="${findings.length}" failures="${failures}" errors="0" skipped="${skipped}"`;
}

function testCase(suite: string, finding: Finding): string {
  const name = `classname="${escapeXml(suite)}" name="${escapeXml(finding.id)}"`;
  return `    <testcase ${name} time="0">${outcome(finding)}</testcase>\n`;
}

function outcome(finding: Finding): string {
  const { required, actual, source, severity, result, ignored } = finding;
  const message = escapeXml(actual);
  const about = escapeXml(`required: ${required}\nactual: ${actual}\nasked by: ${source}`);
  const failed = `${severity.toUpperCase()}\n${about}`;
  if (isError(finding)) return `<failure type="${severity}" message="${message}">${about}</failure>`;
  if (result === 'skipped') return `<skipped message="${message}"/>`;
  if (ignored === undefined) return `<system-out>${result === 'failed' ? failed : about}</system-out>`;
  const why = escapeXml(`ignored ${describeTerm(ignored)}: ${ignored.reason}`);
  return `<skipped type="ignored" message="${why}">${failed}</skipped>`;
}
