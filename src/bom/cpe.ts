/**
 * CPE names, `cpe:2.3:part:vendor:product:version:…`, and the older `cpe:/part:vendor:product:version`.
 *
 * @see NIST IR 7695, https://csrc.nist.gov/pubs/ir/7695/final
 */

export interface Cpe {
  /** Part, vendor and product in lower case, without escapes, joined by `:`. */
  readonly product: string;
  /** Undefined: any. */
  readonly version: string | undefined;
}

/** Undefined if the text is none, or names no product. */
export function parseCpe(text: string): Cpe | undefined {
  const fields = fieldsOf(text.toLowerCase());
  const [part = '', vendor = '*', product = '*', version = '*'] = fields ?? [];
  if (!/^[aho]$/.test(part) || isAny(vendor) || isAny(product)) return undefined;
  return { product: `${part}:${vendor}:${product}`, version: isAny(version) ? undefined : version };
}

function fieldsOf(text: string): readonly string[] | undefined {
  if (text.startsWith('cpe:2.3:')) {
    // A colon inside a value is escaped.
    return [...text.slice('cpe:2.3:'.length).matchAll(/((?:[^\\:]|\\.)*)(?::|$)/g)].map(([, field = '']) =>
      unescaped(field),
    );
  }
  if (text.startsWith('cpe:/')) return text.slice('cpe:/'.length).split(':').map(decode);
  return undefined;
}

function unescaped(field: string): string {
  return field.replaceAll(/\\(.)/g, '$1');
}

function decode(field: string): string {
  return field.replaceAll(/%([0-9a-f]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

function isAny(field: string): boolean {
  return field === '*' || field === '-' || field === '';
}
