/** Keeps what is read so shallow that everything here may walk it by recursion. */
import type { Json } from '../model/json.ts';

/** Templates of people nest a tenth of that. */
export const DEEPEST_JSON = 128;

/** Looks without recursion itself. */
export function isTooDeep(json: Json): boolean {
  let level: readonly unknown[] = [json];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > DEEPEST_JSON) return true;
    level = level.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []));
  }
  return false;
}
