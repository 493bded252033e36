/** Which word of a command line names the command. */

/** Common options that take a value, and so may stand before the command with a word behind them. */
const VALUED_OPTIONS = ['--tree', '--out'];

/** The first word that is neither an option nor the value of one. */
export function commandWord(words: readonly string[]): string | undefined {
  return words.find((word, index) => !word.startsWith('-') && !VALUED_OPTIONS.includes(words[index - 1] ?? ''));
}
