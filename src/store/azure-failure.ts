/** What went wrong between us and Blob Storage, out of the errors of its library: without secrets, and whether it may pass. */
import type { RestError } from '@azure/storage-blob';
import { DownloadError, explainConnection } from '../host/http-get.ts';

export interface Failure {
  /** Of the answer; undefined: there was none. */
  readonly status: number | undefined;
  /** The service's own name of it, or the operating system's; empty if there is none. */
  readonly code: string;
  /** One line, as the other side put it. */
  readonly message: string;
  /** The clock of the service, in milliseconds since the epoch. */
  readonly serverMs: number | undefined;
  /** How long it asks us to wait, in milliseconds. */
  readonly retryAfterMs: number;
  /** Whether another try can help. */
  readonly mayPass: boolean;
}

/** An answer that is not whole, or not what was asked for: another try may bring it. */
export class BrokenAnswer extends Error {
  override readonly name = 'BrokenAnswer';
}

const TRANSIENT = [408, 429, 500, 502, 503, 504];

/**
 * @param redact takes the secrets out of a text
 * @returns undefined for what has nothing to do with the service: a full disk, a bug
 */
export function failureOf(error: unknown, redact: (text: string) => string): Failure | undefined {
  if (error instanceof BrokenAnswer) {
    const none = { status: undefined, serverMs: undefined, retryAfterMs: 0 };
    return { ...none, code: 'BrokenAnswer', message: redact(error.message), mayPass: true };
  }
  if (isRestError(error)) return answerOf(error, redact);
  const explained = explainConnection(error);
  if (!(explained instanceof DownloadError) || !hasSystemCode(error)) return undefined;
  const none = { status: undefined, serverMs: undefined, retryAfterMs: 0 };
  return { ...none, code: error.code, message: redact(firstLine(error.message)), mayPass: explained.mayPass };
}

function answerOf(error: RestError, redact: (text: string) => string): Failure {
  const { statusCode: status, response, code } = error;
  const headers = response?.headers;
  const date = Date.parse(headers?.get('date') ?? '');
  const serviceCode = headers?.get('x-ms-error-code') ?? code ?? '';
  const known = { code: serviceCode, message: redact(firstLine(error.message)) };
  if (status === undefined) {
    const explained = explainConnection(error);
    const isUnnamed = code === undefined || code === 'REQUEST_SEND_ERROR' || code === 'PARSE_ERROR';
    const mayPass = isUnnamed || (explained instanceof DownloadError && explained.mayPass);
    return { ...known, status, serverMs: undefined, retryAfterMs: 0, mayPass };
  }
  const isGarbled = serviceCode === 'PARSE_ERROR' || isChanged(status, serviceCode, error.message);
  return {
    ...{ ...known, status, serverMs: Number.isNaN(date) ? undefined : date },
    retryAfterMs: retryAfter(headers?.get('retry-after-ms'), headers?.get('retry-after')),
    mayPass: TRANSIENT.includes(status) || isGarbled,
  };
}

/** Bytes that were changed on their way to the service. The emulator has no code of its own for it. */
function isChanged(status: number, code: string, message: string): boolean {
  return status === 400 && (code === 'Md5Mismatch' || code === 'Crc64Mismatch' || /\bmd5\b/i.test(message));
}

function retryAfter(milliseconds: string | undefined, after: string | undefined): number {
  if (milliseconds !== undefined && /^\d+$/.test(milliseconds)) return Number(milliseconds);
  if (after === undefined) return 0;
  const waitMs = /^\d+$/.test(after) ? Number(after) * 1000 : Date.parse(after) - Date.now();
  return waitMs > 0 ? waitMs : 0;
}

/** By its name: the class is in the library, which is loaded only by who talks to Azure. */
function isRestError(error: unknown): error is RestError {
  return error instanceof Error && error.name === 'RestError';
}

function hasSystemCode(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && 'code' in error && typeof error.code === 'string';
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0]?.trim() ?? '';
}
