/** An image that was baked, and that Azure or its Marketplace would refuse: no next step may take it for done. */
import { hasError } from '../../image/rules.ts';
import { UserError } from '../../model/errors.ts';
import type { ImageRecord } from '../../recipe/image-record.ts';
import { plural } from '../../report/format.ts';

/** @returns IMAGE_REFUSED if an offline rule of severity `error` failed on it */
export function refusalOf({ name, version, checks }: ImageRecord): UserError | undefined {
  if (!hasError(checks)) return undefined;
  const errors = checks.filter(({ result, severity }) => result === 'failed' && severity === 'error');
  const rules = errors.map(({ id }) => id).join(', ');
  return new UserError(
    'IMAGE_REFUSED',
    `Azure or its Marketplace would refuse ${name} ${version}, which was baked: ${plural(errors.length, 'error')} (${rules}).`,
    {
      hint: `Mend its definition or scripts and bake again; "dcos-build image test ${name}@${version}" looks at it as it is.`,
    },
  );
}
