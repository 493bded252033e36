/** Colours, where they are wanted. */
import { styleText } from 'node:util';

export type Style = 'plain' | 'dim' | 'bold' | 'red' | 'green' | 'yellow' | 'cyan';

export type Paint = (style: Style, text: string) => string;

/** Text as it is: for logs and for terminals under NO_COLOR. */
export const unpainted: Paint = (_style, text) => text;

/** Text with ANSI colours, whatever the stream: the caller knows that they are wanted. */
export const painted: Paint = (style, text) =>
  style === 'plain' || text === '' ? text : styleText(style, text, { validateStream: false });
