/** The order of test files in a run: those that take longest begin first, so that none of them is left running alone. */
import { accessSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Over half a minute, longest first. vitest knows by itself how long a file took, but not in a checkout that never ran it. */
const LONG = [
  'test/bake/real-bake.test.ts',
  'test/publish/killed.test.ts',
  'test/cli/image-base.test.ts',
  'test/pipelines/pipelines.test.ts',
];

export class LongTestsFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    // One that was renamed would take its place at the end unseen.
    for (const file of LONG) accessSync(resolve(import.meta.dirname, '../..', file));
    const place = ({ moduleId, project }: TestSpecification): number => {
      const index = LONG.indexOf(relative(project.config.root, moduleId));
      return index === -1 ? LONG.length : index;
    };
    return sorted.toSorted((one, other) => place(one) - place(other));
  }
}
