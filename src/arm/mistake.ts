/** What is wrong in a template, as data: where, what, and what to do. */

/** Keys and indexes from the top of a template. */
export type JsonPath = readonly (string | number)[];

export interface Mistake {
  readonly path: JsonPath;
  readonly message: string;
  readonly hint: string;
}

/** Ends the evaluation of one expression; whoever evaluates a text turns it into a {@link Mistake}. */
export class ExpressionMistake extends Error {
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}

/** As people write it: `resources[2].properties.subnets[0]`, and `['a b']` for a key that is no word. */
export function pathText(path: JsonPath): string {
  const text = path.map((step) => {
    if (typeof step === 'number') return `[${step}]`;
    return /^[\w$]+$/.test(step) ? `.${step}` : `['${step}']`;
  });
  return text.join('').replace(/^\./, '');
}
