/** What `licenses` does: lists, checks, or gathers the texts. */
import type { Bill } from '../bom/bill.ts';
import { undeclared } from '../bom/licence-evidence.ts';
import { listLicences } from '../bom/licence-list.ts';
import { licencesAsHtml, licencesAsText } from '../bom/licence-page.ts';
import { checkLicences, readLicences, type Refusal } from '../bom/licence-policy.ts';
import { throwCollected, UserError } from '../model/errors.ts';
import { plural } from '../report/format.ts';
import { print, warn, write, type Context } from './context.ts';
import { loadBill, type BillArguments } from './load-bill.ts';
import { locate } from './load.ts';
import { writeOutput } from './write-output.ts';

interface ListArguments extends BillArguments {
  readonly format: 'text' | 'html';
  readonly output: string | undefined;
}

interface CheckArguments extends BillArguments {
  readonly allow: readonly string[];
  readonly deny: readonly string[];
}

/** @returns the exit status */
export async function list(args: ListArguments, context: Context): Promise<number> {
  const bill = await loadWithWarnings(args, context);
  const licences = listLicences(bill);
  const text = args.json
    ? `${JSON.stringify(licences, undefined, 2)}\n`
    : args.format === 'html'
      ? licencesAsHtml(licences)
      : licencesAsText(licences);
  if (args.output === undefined) write(context, text);
  else await writeOutput(args.output, text, context);
  return 0;
}

/** @throws UserErrors LICENCE_REFUSED: one for each component; UserError USAGE for what is no licence */
export async function check(args: CheckArguments, context: Context): Promise<number> {
  const policy = { allow: readLicences(args.allow, '--allow'), deny: readLicences(args.deny, '--deny') };
  const bill = await loadWithWarnings(args, context);
  throwCollected(checkLicences(bill, policy).map(refused));
  const count = bill.components.length;
  print(context, args.json, { checked: count, refused: [] }, `The licences of all ${count} components may be used.`);
  return 0;
}

/** @throws UserError STORE_CORRUPT for a package that cannot be read */
export async function notice(path: string, args: BillArguments, context: Context): Promise<number> {
  const bill = await loadWithWarnings(args, context);
  const [{ readLicenceTexts }, { formatNotice }] = await Promise.all([
    import('../audit/read-licence-texts.ts'),
    import('../bom/notice.ts'),
  ]);
  const texts = await readLicenceTexts(bill, locate(args, context).folders, context.signal);
  const without = bill.components.filter(({ label }) => !texts.some(({ component }) => component === label));
  if (without.length > 0) {
    warn(context, {
      message: `No licence text was packed for ${without.map(({ label }) => label).join(', ')}.`,
      hint: 'Their sources hold none, or they are not built, or were built by a dcos-build that gathered none.',
    });
  }
  await writeOutput(path, formatNotice(bill, texts), context);
  const count = texts.reduce((sum, { texts: own }) => sum + own.size, 0);
  const data = { file: path, components: texts.length, texts: count, without: without.map(({ label }) => label) };
  print(context, args.json, data, `${path} has ${plural(count, 'text')} of ${plural(texts.length, 'component')}.`);
  return 0;
}

/** Tells, too, of sources that show another licence than component.json. */
async function loadWithWarnings(args: BillArguments, context: Context): Promise<Bill> {
  const bill = await loadBill(args, context);
  for (const { label, name, licence, package: built } of bill.components) {
    for (const found of undeclared(built?.licences ?? [], licence)) {
      const [others, say] = found.files === 1 ? ['', 'says'] : [` and ${plural(found.files - 1, 'more file')}`, 'say'];
      warn(context, {
        message: `${label} declares ${licence ?? 'nothing'}, but ${found.file}${others} of its sources ${say} ${found.licence}.`,
        hint: `If that is in the package, add it to "licence" in packages/${name}/component.json.`,
      });
    }
  }
  return bill;
}

function refused({ label, licence, because }: Refusal): UserError {
  const message =
    licence === undefined
      ? `${label} declares no licence.`
      : because.length === 0
        ? `${label} declares ${JSON.stringify(licence)}, which is no SPDX expression.`
        : `${label} is under ${licence}, and ${because.join(', ')} may not be used.`;
  const hint = 'Allow the licence, replace the component, or correct its component.json if that is wrong.';
  return new UserError('LICENCE_REFUSED', message, { hint });
}
