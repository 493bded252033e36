/** Files of variables, which systemd and shells read alike. */

const PLAIN = /^[\w./:,@+%=-]*$/;

/** One line a variable, in the order given; what is undefined is left out. */
export function formatVariables(values: Readonly<Record<string, string | undefined>>): string {
  return Object.entries(values)
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value}\n`]))
    .join('');
}

/** In quotes, if it holds more than letters and the like. */
export function quoteVariable(value: string): string {
  return PLAIN.test(value) ? value : `"${value.replace(/[\\"$`]/g, String.raw`\$&`)}"`;
}
