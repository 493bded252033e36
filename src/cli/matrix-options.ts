/** The options of `plan --matrix`. */
import { UserError } from '../model/errors.ts';
import type { TreeArguments } from './load.ts';

export const MATRIX_FORMATS = ['text', 'json', 'azure', 'github'] as const;

export interface MatrixArguments extends TreeArguments {
  readonly matrix: (typeof MATRIX_FORMATS)[number];
  readonly waves: number | undefined;
  readonly agents: number | undefined;
  readonly durations: string | undefined;
  readonly repository: readonly string[];
  readonly trust: string | undefined;
  readonly mirror: readonly string[];
}

type Given = Omit<MatrixArguments, 'matrix'> & {
  readonly matrix: MatrixArguments['matrix'] | undefined;
  readonly allTrees: boolean;
};

/** @throws UserError USAGE for an option that would do nothing */
export function checkMatrixOptions({ matrix, allTrees, waves, agents, durations, mirror }: Given): void {
  if (matrix !== undefined) {
    if (!allTrees) return;
    throw new UserError('USAGE', '--all-trees and --matrix do not go together.', {
      hint: 'Make a matrix for each tree: its builds take one --variant.',
    });
  }
  const options = { waves, agents, durations, mirror: mirror.length === 0 ? undefined : mirror };
  const given = Object.entries(options).find(([, value]) => value !== undefined)?.[0];
  if (given === undefined) return;
  throw new UserError('USAGE', `--${given} does nothing without --matrix.`, {
    hint: `For example: --matrix text, --matrix github`,
  });
}
