/**
 * Bundles the program once, before the tests: they start it thousands of times, and to load its modules one by one takes
 * longer than most of what it does then. So what is tested is what is published.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'rolldown';
import type { TestProject } from 'vitest/node';
import { program } from '../../rolldown.config.ts';

export default async function buildProgram(project: TestProject): Promise<() => void> {
  const dir = mkdtempSync(join(tmpdir(), 'dcos-build-test-program-'));
  // Some of them run it as another user.
  chmodSync(dir, 0o755);
  const bundle = async (): Promise<void> => {
    await build({ ...program, output: { ...program.output, dir } });
  };
  await bundle();
  project.onTestsRerun(bundle);
  // Workers are started after this, and have it from here.
  process.env['DCOS_BUILD_TEST_PROGRAM'] = join(dir, 'cli/main.cjs');
  return () => rmSync(dir, { recursive: true });
}
