/** The source room on a cache in a scratch folder, and requests to it. */
import { mkdirSync } from 'node:fs';
import { sha256 } from '../../src/model/digest.ts';
import { UserError } from '../../src/model/errors.ts';
import type { UrlSource } from '../../src/model/source.ts';
import { openSources, type SourceRequest, type Sources, type SourcesOptions } from '../../src/source/index.ts';
import type { Scratch } from './scratch.ts';
import { serve, serveBytes, type WebServer } from './web-server.ts';

/** Opens `cache/`, and makes `src/` to check out into. */
export function openScratchSources(
  scratch: Scratch,
  options: Partial<SourcesOptions> = {},
): { readonly sources: Sources; readonly warnings: readonly string[] } {
  mkdirSync(scratch.path('src'), { recursive: true });
  const warnings: string[] = [];
  const onWarning = (message: string): void => void warnings.push(message);
  return { sources: openSources({ cache: scratch.path('cache'), retryBaseMs: 1, onWarning, ...options }), warnings };
}

export function gitRequest(git: string, ref: string, refOrigin = 'main'): SourceRequest {
  return { owner: 'curl', name: 'code', source: { kind: 'git', git, ref, refOrigin } };
}

export function urlRequest(url: string, of: Uint8Array, more: Partial<UrlSource> = {}): SourceRequest {
  const checksum = { algorithm: 'sha256', hex: sha256(of) } as const;
  return { owner: 'curl', name: 'file', source: { kind: 'url', url, checksum, ...more } };
}

/** Serves these files by path and query, and 404 for any other. */
export function serveFiles(files: Readonly<Record<string, Buffer>>): Promise<WebServer> {
  return serve((request, response) => {
    const file = files[request.url ?? ''];
    if (file === undefined) response.writeHead(404).end('<html>no</html>');
    else serveBytes(request, response, file);
  });
}

/** The UserError that the work ends in. */
export async function failureOf(work: Promise<unknown>): Promise<UserError> {
  const error: unknown = await work.catch((reason: unknown) => reason);
  if (error instanceof UserError) return error;
  throw new Error('no UserError was thrown', { cause: error });
}
