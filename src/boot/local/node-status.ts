/** What dcos-node of a machine says of it. */
import { z } from 'zod';
import { cleanLine } from '../../report/text.ts';
import type { GuestLook } from '../guest-look.ts';

const status = z.object({ setup: z.string(), problems: z.array(z.string()) });

/** @returns undefined if there is no dcos-node, or it says something else */
export function nodeStatus(look: GuestLook): z.infer<typeof status> | undefined {
  try {
    const { setup, problems } = status.parse(JSON.parse(look.lines('dcos-node').join('\n')));
    return { setup: cleanLine(setup), problems: problems.map(cleanLine) };
  } catch {
    return undefined;
  }
}
