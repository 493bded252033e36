/** A text that was made of a tree, kept for as long as nothing that it was made of has changed. */
import { unchanged, type Observations } from '../host/observations.ts';
import { isFolderNow } from '../host/quick-files.ts';
import { readState, writeState } from '../host/state-file.ts';
import { TOOL_VERSION } from '../model/tool.ts';
import type { Folders } from '../tree/folders.ts';

export interface KeptText {
  readonly text: string;
  /** What a person was told when it was made, and is told again. */
  readonly warnings: readonly string[];
}

interface State extends KeptText {
  readonly tool: string;
  readonly inputs: Observations;
}

/** @param path from statePath of up-to-date.ts */
export function findKept(path: string): KeptText | undefined {
  const state = readState(path);
  return isState(state) && state.tool === TOOL_VERSION && unchanged(state.inputs) ? state : undefined;
}

/** Keeps a text, if there is a work folder: who only looks at a tree leaves nothing there. */
export function keep(folders: Folders, path: string, inputs: Observations, made: KeptText): void {
  const state: State = { tool: TOOL_VERSION, inputs, ...made };
  if (isFolderNow(folders.out)) writeState(path, state);
}

/** Only {@link keep} writes these files, but they lie where anybody can. */
function isState(value: unknown): value is State {
  if (typeof value !== 'object' || value === null || !('inputs' in value) || !('warnings' in value)) return false;
  const { inputs } = value;
  if (typeof inputs !== 'object' || inputs === null || !('paths' in inputs) || !('stats' in inputs)) return false;
  const isWhole = Array.isArray(inputs.paths) && Array.isArray(inputs.stats) && Array.isArray(value.warnings);
  return isWhole && 'tool' in value && 'text' in value && typeof value.text === 'string';
}
