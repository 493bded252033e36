/** A bill that lies on a web server. */
import type { AnyBill } from '../bom/any-bill.ts';
import { readBom } from '../bom/read-bom.ts';
import { DownloadError } from '../host/http-get.ts';
import { fetchText } from '../host/http-text.ts';
import { UserError } from '../model/errors.ts';
import { redactUrls } from '../model/url.ts';

/** @throws UserError BOM_UNAVAILABLE if it cannot be had, BOM_INVALID if it is none */
export async function fetchBom(url: string, signal: AbortSignal): Promise<AnyBill> {
  const shown = redactUrls(url);
  const hint = 'Look whether the address is right and can be reached from here.';
  let text: string | undefined;
  try {
    text = await fetchText(new URL(url), { signal, attempts: 4, retryBaseMs: 500, stallMs: 60_000 });
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof DownloadError)) throw error;
    throw new UserError('BOM_UNAVAILABLE', `${shown} cannot be fetched: ${error.message}.`, { hint, cause: error });
  }
  if (text === undefined) throw new UserError('BOM_UNAVAILABLE', `There is no ${shown}.`, { hint });
  return readBom(shown, text);
}
