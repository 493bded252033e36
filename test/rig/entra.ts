/**
 * The managed identity of a machine, as App Service offers it to its programs: an endpoint on loopback that gives tokens.
 * It is the one part of Entra ID that can be had here; who asks it is the real library.
 *
 * @see https://learn.microsoft.com/en-us/azure/app-service/overview-managed-identity#rest-endpoint-reference
 */
import { execFileSync } from 'node:child_process';
import { createServer, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { Refusal } from './arm-resources.ts';
import { listenOnLoopback } from './loopback.ts';

export interface ManagedIdentity extends AsyncDisposable {
  /** For the environment of who is to have the identity. */
  readonly env: Readonly<Record<string, string>>;
  /** The tokens that were given. */
  readonly tokens: readonly string[];
}

const HEADER = 'a secret of the machine';
const HOUR_SECONDS = 3600;

export async function managedIdentity(): Promise<ManagedIdentity> {
  const tokens: string[] = [];
  const server = createServer((request, response) => {
    const resource = new URL(request.url ?? '', 'http://localhost').searchParams.get('resource') ?? '';
    if (request.headers['x-identity-header'] !== HEADER) {
      response.writeHead(401).end();
      return;
    }
    const expires = Math.floor(Date.now() / 1000) + HOUR_SECONDS;
    const token = tokenFor(resource, expires);
    tokens.push(token);
    const body = {
      access_token: token,
      expires_on: String(expires),
      resource,
      token_type: 'Bearer',
      client_id: 'test',
    };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  const { port, close } = await listenOnLoopback(server);
  return {
    tokens,
    env: { IDENTITY_ENDPOINT: `http://127.0.0.1:${port}/msi/token`, IDENTITY_HEADER: HEADER },
    [Symbol.asyncDispose]: close,
  };
}

/** What a service does to who asks: the token has to be there, for this service, and to hold still. @throws Refusal */
export function refuseToken(request: IncomingMessage, audience: string): void {
  const [, token] = /^Bearer (.+)$/.exec(request.headers.authorization ?? '') ?? [];
  if (token === undefined) throw new Refusal(401, 'AuthenticationFailed', 'The authorization header is missing.');
  const { aud, exp } = claimsOf(token);
  if (String(aud).replace(/\/$/, '') !== audience) {
    throw new Refusal(
      401,
      'InvalidAuthenticationTokenAudience',
      `The access token is for '${String(aud)}', not '${audience}'.`,
    );
  }
  if (Number(exp) * 1000 < Date.now())
    throw new Refusal(401, 'ExpiredAuthenticationToken', 'The access token has ended.');
}

function claimsOf(token: string): Record<string, unknown> {
  try {
    return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
  } catch {
    throw new Refusal(401, 'InvalidAuthenticationToken', 'The access token is none.');
  }
}

/** A certificate for 127.0.0.1 and storage accounts of the public cloud that signs itself, and its key, in a folder. */
export function selfSigned(folder: string): { readonly cert: string; readonly key: string } {
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const names = 'subjectAltName=IP:127.0.0.1,DNS:*.blob.core.windows.net';
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', names];
  const made = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', key, '-out', cert];
  execFileSync('openssl', ['req', '-x509', '-days', '2', ...made, ...subject], { stdio: 'ignore' });
  return { cert, key };
}

/** As Entra ID writes them, but for the signature, which only its servers look at. */
export function tokenFor(audience: string, expires: number): string {
  const begins = expires - 2 * HOUR_SECONDS;
  const ids = { oid: '11111111-1111-1111-1111-111111111111', tid: '22222222-2222-2222-2222-222222222222' };
  const claims = { aud: audience, iss: `https://sts.windows.net/${ids.tid}/`, iat: begins, nbf: begins, exp: expires };
  const parts = [
    { alg: 'none', typ: 'JWT' },
    { ...claims, ...ids, sub: 'test', ver: '1.0' },
  ];
  return [...parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')), 'signature'].join('.');
}
