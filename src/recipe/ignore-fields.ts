/** Keys that ignores of vulnerabilities and of rules have in common. */
import { z } from 'zod';

const WHY = 'must say why it is ignored';

export const reasonField = z.string(WHY).regex(/\S/, WHY).describe('Why it does not matter, for those who ask later.');

export const expiresField = z.iso
  .date('must be a day, as "2027-01-31"')
  .describe('The last day on which it is ignored, as 2027-01-31.');
