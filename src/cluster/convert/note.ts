/** What became of one value of a foreign definition. */
import type { JsonPath } from '../../recipe/json-reader.ts';

export interface ConversionNote {
  /** In the file that was read. */
  readonly path: JsonPath;
  /** Kept under another key, kept with another value, or left out. */
  readonly kind: 'mapped' | 'replaced' | 'dropped';
  /** A sentence: what became of it, and why. Holds no secret. */
  readonly message: string;
}
