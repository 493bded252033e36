/** What one machine of a cluster found out about the others. */
import { z } from 'zod';
import { cleanLine } from '../../report/text.ts';

const attempt = z.object({ ok: z.boolean(), text: z.string() });
const attempts = z.record(z.string(), attempt);
const probe = z.object({ names: attempts, reverse: attempts, echoes: attempts, answers: attempts });

/** Whether it succeeded, and with what: an answer, or why there is none. */
export type Attempt = Readonly<z.infer<typeof attempt>>;

export interface Probe {
  /** By name: its address. */
  readonly names: Readonly<Record<string, Attempt>>;
  /** By address: its name. */
  readonly reverse: Readonly<Record<string, Attempt>>;
  readonly echoes: Readonly<Record<string, Attempt>>;
  /** By id of the question. */
  readonly answers: Readonly<Record<string, Attempt>>;
}

/** @returns undefined if the machine printed something else, which is not believed */
export function readProbe(output: string): Probe | undefined {
  try {
    return clean(probe.parse(JSON.parse(output)));
  } catch {
    return undefined;
  }
}

function clean(read: z.infer<typeof probe>): Probe {
  const all = (of: Readonly<Record<string, Attempt>>): Record<string, Attempt> =>
    Object.fromEntries(Object.entries(of).map(([key, { ok, text }]) => [key, { ok, text: cleanLine(text) }]));
  return { names: all(read.names), reverse: all(read.reverse), echoes: all(read.echoes), answers: all(read.answers) };
}
