/**
 * The short way of a build that has nothing to do: one state file and one stat for each path that the last run looked at
 * or left behind. Anything that differs, or cannot be trusted, sends the run the long way; nothing is built here.
 */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { RecordingFileView } from '../host/file-view.ts';
import { unchanged, type Observations } from '../host/observations.ts';
import { readState, writeState } from '../host/state-file.ts';
import { sha256 } from '../model/digest.ts';
import { TOOL_VERSION } from '../model/tool.ts';
import type { Folders } from '../tree/folders.ts';

/** What the last run made, for the words of the next one that finds it up to date. */
export interface Made {
  readonly components: number;
  readonly bootstraps: readonly { readonly variant: string | undefined; readonly id: string }[];
}

interface State {
  readonly tool: string;
  readonly inputs: Observations;
  readonly outputs: Observations;
  readonly made: Made;
}

/** How long a fresh file has to rest until its time stamp tells it from one that is changed right after. */
const TICK_MS = 25;

/**
 * The state file of one way to run a build.
 *
 * @param request whatever of the request decides what is made, as plain JSON
 */
export function statePath(folders: Folders, request: object): string {
  return join(folders.state, `${sha256(JSON.stringify(request)).slice(0, 32)}.json`);
}

/** What the last run of the same request made, if everything that it read and left is as it was. */
export function findUpToDate(path: string): Made | undefined {
  const state = readState(path);
  if (!isState(state) || state.tool !== TOOL_VERSION) return undefined;
  return unchanged(state.inputs) && unchanged(state.outputs) ? state.made : undefined;
}

/**
 * Notes what a run that succeeded has read and left.
 *
 * @param inputs what the tree's reader looked at
 * @param outputs paths of everything that the run answers for
 */
export async function noteUpToDate(
  path: string,
  inputs: Observations,
  outputs: readonly string[],
  made: Made,
): Promise<void> {
  await sleep(TICK_MS);
  const view = new RecordingFileView();
  for (const output of outputs) view.kind(output);
  const state: State = { tool: TOOL_VERSION, inputs, outputs: view.observations, made };
  writeState(path, state);
}

/** Only {@link noteUpToDate} writes these files, but they lie where anybody can. */
function isState(value: unknown): value is State {
  if (typeof value !== 'object' || value === null) return false;
  if (!('inputs' in value) || !('outputs' in value) || !('made' in value)) return false;
  return 'tool' in value && isObservations(value.inputs) && isObservations(value.outputs);
}

function isObservations(value: unknown): value is Observations {
  if (typeof value !== 'object' || value === null || !('paths' in value) || !('stats' in value)) return false;
  return Array.isArray(value.paths) && Array.isArray(value.stats);
}
