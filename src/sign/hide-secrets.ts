/** What other programs and services say, fit for a terminal and for the log of a CI service. */
import { redactUrls } from '../model/url.ts';

/** The text without credentials in URLs, tokens and what follows "bearer". */
export function hideSecrets(text: string): string {
  return redactUrls(text)
    .replaceAll(/\beyJ[\w-]+\.[\w.-]+/g, '***')
    .replaceAll(/\b(bearer)\s+\S+/gi, '$1 ***');
}
