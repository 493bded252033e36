/** Bills of materials out of files, ours and those of other tools. To add a format: a file beside, and a line here. */
import { UserError } from '../model/errors.ts';
import { RecipeFile } from '../recipe/recipe-file.ts';
import type { AnyBill } from './any-bill.ts';
import { isCycloneDx, readCycloneDx } from './read-cyclonedx.ts';
import { isSpdx, readSpdx } from './read-spdx.ts';

interface Format {
  readonly is: (file: RecipeFile) => boolean;
  readonly read: (file: RecipeFile) => AnyBill;
}

const FORMATS: readonly Format[] = [
  { is: isCycloneDx, read: readCycloneDx },
  { is: isSpdx, read: readSpdx },
];

/**
 * @param shown the path or URL for messages
 * @throws UserError BOM_INVALID, with its place
 */
export function readBom(shown: string, text: string): AnyBill {
  if (/^\s*</.test(text)) {
    throw new UserError('BOM_INVALID', `${shown} is XML; only JSON can be read.`, {
      hint: 'Write the bill of materials as CycloneDX JSON or SPDX 2.3 JSON.',
      place: { file: shown },
    });
  }
  const file = RecipeFile.parse(shown, text, 'BOM_INVALID');
  const format = FORMATS.find(({ is }) => is(file));
  if (format !== undefined) return format.read(file);
  throw new UserError(
    'BOM_INVALID',
    `${shown} is no bill of materials: it has neither "bomFormat" nor "spdxVersion".`,
    {
      hint: 'Give CycloneDX 1.4 to 1.6 as JSON, or SPDX 2.3 as JSON.',
      place: { file: shown },
    },
  );
}
