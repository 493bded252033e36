/** What a bake would make: its inputs as they are now, and the stages that follow from them with their content ids. */
import { availableParallelism } from 'node:os';
import { readNamedText } from '../host/named-text.ts';
import { sha256, type Sha256 } from '../model/digest.ts';
import { UserError } from '../model/errors.ts';
import type { ImageDefinition } from '../recipe/image-definition.ts';
import { baseId } from './base-stage.ts';
import { COMPOSITION } from './compose-root.ts';
import type { DcosSource } from './dcos-source.ts';
import { dcosId } from './dcos-stage.ts';
import { hookId, type Hook } from './hook-stage.ts';
import type { ReadDefinition, ReadLock } from './image-definitions.ts';
import { stageId, type StageName } from './stage.ts';

export interface BakePlan {
  readonly name: string;
  /** Three numbers. */
  readonly version: string;
  readonly definition: ReadDefinition;
  readonly lock: ReadLock;
  readonly hooks: readonly Hook[];
  readonly source: DcosSource;
  readonly ids: {
    readonly base: Sha256;
    /** undefined: there are no hooks. */
    readonly hook: Sha256 | undefined;
    readonly bootstrap: Sha256;
    readonly disk: Sha256;
  };
  /** Seconds since the epoch: the time that the image bears, that of its lock. */
  readonly epoch: number;
  readonly threads: number;
}

export interface PlanInputs {
  readonly definition: ReadDefinition;
  readonly lock: ReadLock;
  readonly hooks: readonly Hook[];
  readonly source: DcosSource;
  /** undefined: that of DC/OS. */
  readonly version: string | undefined;
}

/** @throws UserError USAGE if there is no version of three numbers */
export function planBake({ definition, lock, hooks, source, version }: PlanInputs): BakePlan {
  const base = baseId(lock.lock);
  const hook = hooks.length === 0 ? undefined : hookId(base, hooks);
  const bootstrap = dcosId(source, definition.definition.roles);
  const epoch = lock.lock.madeWith.timestamp;
  const content = contentOf(definition.definition);
  const disk = stageId('disk', COMPOSITION, [hook ?? base, bootstrap, epoch, content]);
  return {
    ...{ name: definition.name, version: versionOf(version ?? source.version), definition, lock, hooks, source },
    ...{ ids: { base, hook, bootstrap, disk }, epoch, threads: availableParallelism() },
  };
}

/** The stages with their ids, in the order in which they are made. */
export function stagesOf({ ids }: BakePlan): readonly (readonly [StageName, Sha256])[] {
  const { base, hook, bootstrap, disk } = ids;
  return [
    ['base', base],
    ...(hook === undefined ? [] : ([['hook', hook]] as const)),
    ['bootstrap', bootstrap],
    ['disk', disk],
  ];
}

/** What of the definition is in the disk, beside what the other stages are made of. */
function contentOf(definition: ImageDefinition): object {
  const { apt_sources: sources, generation, disk_gib: size, roles, kernel_parameters: kernel } = definition;
  const { users, services, hardening } = definition;
  return { sources, generation, size, roles, kernel, users, services, hardening };
}

function versionOf(text: string | undefined): string {
  if (text !== undefined && /^(?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*)){2}$/.test(text)) return text;
  const what = text === undefined ? 'No version is known' : `"${text}" is no version of an image`;
  throw new UserError('USAGE', `${what}: Compute Gallery takes three numbers, such as 1.7.0.`, {
    hint: 'Give one with --version.',
  });
}

/** @param files absolute paths with the names that messages give them @throws UserError USAGE */
export function readHooks(files: readonly { readonly path: string; readonly name: string }[]): Hook[] {
  const hooks: Hook[] = [];
  for (const { path, name } of files) {
    const refuse = (sentence: string, cause?: unknown): UserError =>
      new UserError('USAGE', `The hook ${name} ${sentence}.`, {
        hint: 'Name a script with --hook, or in "hooks" of the image definition.',
        cause,
      });
    const text = readNamedText(path, refuse);
    if (text === undefined || text === '') throw refuse(text === undefined ? 'is not there' : 'is empty');
    hooks.push({ name, text, sha256: sha256(text) });
  }
  return hooks;
}
