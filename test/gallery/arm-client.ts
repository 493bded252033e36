/** Plain requests to the stand-in of Azure Resource Manager, right and wrong ones, past the library. */
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import { tokenFor } from '../rig/entra.ts';

export interface Answered {
  readonly status: number;
  readonly code: string | undefined;
  readonly message: string;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

export interface ArmClientOptions {
  readonly url: string;
  readonly cert: string;
  /** undefined: none is sent. */
  readonly token: string | undefined;
}

export const HOUR_SECONDS = 3600;

export function goodToken(audience = 'https://management.azure.com', inSeconds = HOUR_SECONDS): string {
  return tokenFor(audience, Math.floor(Date.now() / 1000) + inSeconds);
}

/** @param path of the resource, with its query */
export async function askArm(
  { url, cert, token }: ArmClientOptions,
  method: string,
  { path, body }: { readonly path: string; readonly body?: unknown },
): Promise<Answered> {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const response = await new Promise<import('node:http').IncomingMessage>((done, failed) => {
    const sent = request(`${url}${path}`, {
      method,
      ca: readFileSync(cert),
      headers: { ...authorization, connection: 'close' },
    });
    sent.on('response', done).on('error', failed);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
  const said = await text(response);
  const parsed = said === '' ? undefined : JSON.parse(said);
  const error = parsed?.error;
  return {
    status: response.statusCode ?? 0,
    code: error?.code,
    message: error?.message ?? '',
    body: parsed,
    headers: response.headers,
  };
}
