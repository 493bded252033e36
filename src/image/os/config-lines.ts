/** Files of settings, as many programs have them: a setting a line, `#` before what is no setting. */

/** Lines without blanks around them, without empty ones and those that are comments. */
export function settingLines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}

/** `KEY=value`, quotes taken off; of a key that is there twice, the last one. */
export function keyValues(text: string): ReadonlyMap<string, string> {
  const pairs = settingLines(text).flatMap((line): [string, string][] => {
    const [, key, value = ''] = /^(?:export\s+)?([\w.-]+)\s*=\s*(.*)$/.exec(line) ?? [];
    return key === undefined ? [] : [[key, value.replace(/^(["'])(.*)\1$/, '$2')]];
  });
  return new Map(pairs);
}

/** The fields of lines that are parted by blanks: fstab, apt's sources. */
export function fieldsOf(text: string): string[][] {
  return settingLines(text).map((line) => line.split(/\s+/));
}
