/** An image that was baked, and that Azure or its Marketplace would refuse: no next step may take it for done. */
import { isError, type Finding } from '../../image/rules.ts';
import { UserError } from '../../model/errors.ts';
import type { ImageRecord } from '../../recipe/image-record.ts';
import { plural } from '../../report/format.ts';

/**
 * @param findings what the offline rules say of it today
 * @returns IMAGE_REFUSED if one of severity `error` failed, and is not ignored
 */
export function refusalOf(
  { name, version }: Pick<ImageRecord, 'name' | 'version'>,
  findings: readonly Finding[],
): UserError | undefined {
  const errors = findings.filter(isError);
  if (errors.length === 0) return undefined;
  const rules = errors.map(({ id }) => id).join(', ');
  return new UserError(
    'IMAGE_REFUSED',
    `Azure or its Marketplace would refuse ${name} ${version}, which was baked: ${plural(errors.length, 'error')} (${rules}).`,
    {
      hint: `Mend its definition or scripts and bake again; "dcos-build image test ${name}@${version}" looks at it as it is.`,
    },
  );
}
