/**
 * Functions of texts.
 *
 * @see https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions-string
 */
import type { Arguments } from '../arguments.ts';
import type { TemplateFunction } from '../scope.ts';
import { isList, isObject, textOf } from '../value.ts';

const POSITION_HINT = 'Positions count from 0.';
/** More is no padding. */
const WIDEST = 65_536;

export const STRING_FUNCTIONS: readonly TemplateFunction[] = [
  { name: 'toLower', arity: [1, 1], run: (args) => args.text(0).toLowerCase() },
  { name: 'toUpper', arity: [1, 1], run: (args) => args.text(0).toUpperCase() },
  { name: 'trim', arity: [1, 1], run: (args) => args.text(0).trim() },
  { name: 'substring', arity: [2, 3], run: substring },
  { name: 'replace', arity: [3, 3], run: replace },
  { name: 'split', arity: [2, 2], run: split },
  { name: 'join', arity: [2, 2], run: join },
  { name: 'padLeft', arity: [2, 3], run: padLeft },
  // these four do not mind the case
  { name: 'startsWith', arity: [2, 2], run: (args) => lower(args, 0).startsWith(lower(args, 1)) },
  { name: 'endsWith', arity: [2, 2], run: (args) => lower(args, 0).endsWith(lower(args, 1)) },
  { name: 'indexOf', arity: [2, 2], run: (args) => position(args, 'indexOf') },
  { name: 'lastIndexOf', arity: [2, 2], run: (args) => position(args, 'lastIndexOf') },
];

function lower(args: Arguments, index: number): string {
  return args.text(index).toLowerCase();
}

function position(args: Arguments, way: 'indexOf' | 'lastIndexOf'): number {
  const within = args.known(0);
  return isList(within) ? within[way](args.known(1)) : lower(args, 0)[way](lower(args, 1));
}

function substring(args: Arguments): string {
  const text = args.text(0);
  const start = args.whole(1);
  const length = args.count > 2 ? args.whole(2) : text.length - start;
  if (start >= 0 && length >= 0 && start + length <= text.length) return text.slice(start, start + length);
  return args.fail(`${length} characters from ${start} are not within the ${text.length} of the text.`, POSITION_HINT);
}

function replace(args: Arguments): string {
  const text = args.text(0);
  const old = args.text(1);
  if (old === '') args.fail('an empty text cannot be replaced.', 'Name the characters that are to be replaced.');
  return text.split(old).join(args.anyText(2));
}

/** At one text, or at each of several; longer ones are tried first. */
function split(args: Arguments): string[] {
  const text = args.text(0);
  const delimiters = isList(args.at(1)) ? args.list(1) : [args.text(1)];
  const wanted = delimiters.filter((one) => typeof one === 'string' && one !== '').map(String);
  if (wanted.length === 0) return [text];
  const ordered = wanted.toSorted((a, b) => b.length - a.length).map((one) => RegExp.escape(one));
  return text.split(new RegExp(ordered.join('|'), 'u'));
}

function join(args: Arguments): string {
  const texts = args.list(0).map((value, at) => {
    const isWhole = isObject(value) || isList(value);
    return isWhole ? args.fail(`item ${at} of the list is no text.`, 'string() makes one of it.') : textOf(value);
  });
  return texts.join(args.anyText(1));
}

function padLeft(args: Arguments): string {
  const width = args.whole(1);
  const fill = args.count > 2 ? args.text(2) : ' ';
  if (width < 0 || width > WIDEST) args.fail(`${width} is no width.`, `It is from 0 to ${WIDEST}.`);
  if (fill.length !== 1) args.fail('the padding must be one character.', 'Leave it out for blanks.');
  return args.anyText(0).padStart(width, fill);
}
