/** Another image under the same name and version: a bake replaces it, and says so. */
import type { BakePlan } from './bake-plan.ts';
import { usableRecord } from './image-outputs.ts';

/**
 * What of its inputs is another than that of the image which is there under this name and version.
 *
 * @returns undefined: there is none, or it is of the same inputs
 */
export function replacedInputs({ ids, source }: BakePlan, folder: string): readonly string[] | undefined {
  const before = usableRecord(folder)?.inputs;
  if (before === undefined || before.disk === ids.disk) return undefined;
  const variant = source.variant ?? null;
  const variants = `DC/OS (variant ${before.dcos.variant ?? 'default'}, now ${variant ?? 'default'})`;
  const changed = [
    ...(before.base === ids.base ? [] : ['packages of Debian']),
    ...(before.hook === ids.hook ? [] : ['hooks']),
    ...(before.bootstrap === ids.bootstrap ? [] : [before.dcos.variant === variant ? 'DC/OS' : variants]),
  ];
  return changed.length === 0 ? ['settings'] : changed;
}

/** One sentence for people. */
export function describeReplaced(
  { name, version }: Pick<BakePlan, 'name' | 'version'>,
  changed: readonly string[],
): string {
  const [last = '', ...others] = changed.toReversed();
  const what = others.length === 0 ? last : `${others.toReversed().join(', ')} and ${last}`;
  return `The bake replaces another ${name} ${version}, which differs in ${what}; with --version, both stay.`;
}
