/** Real git repositories: made in a folder, and served over HTTP by git's own program. */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { dirname, join } from 'node:path';

const IDENTITY = ['-c', 'user.name=A', '-c', 'user.email=a@example.org', '-c', 'init.defaultBranch=main'];
/** The time of every commit, in seconds since the epoch. */
export const COMMIT_TIME = 1_600_000_000;

export class GitRepository {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
    mkdirSync(folder, { recursive: true });
    this.git('init', '--quiet');
  }

  git(...args: readonly string[]): string {
    const env = {
      PATH: process.env['PATH'] ?? '',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_AUTHOR_DATE: `${COMMIT_TIME} +0000`,
      GIT_COMMITTER_DATE: `${COMMIT_TIME} +0000`,
    };
    return execFileSync('git', ['-C', this.folder, ...IDENTITY, ...args], { env, encoding: 'utf8' }).trim();
  }

  write(path: string, content: string | Uint8Array): void {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true });
    writeFileSync(join(this.folder, path), content);
  }

  /** Commits everything; returns the commit. */
  commit(message = 'a change'): string {
    this.git('add', '--all');
    this.git('commit', '--quiet', '--allow-empty', '-m', message);
    return this.git('rev-parse', 'HEAD');
  }
}

/** Answers one request of a git client from the repositories below a folder. */
export function serveGit(request: IncomingMessage, response: ServerResponse, root: string): void {
  const { pathname, search } = new URL(request.url ?? '/', 'http://localhost');
  const child = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env['PATH'] ?? '',
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
      PATH_INFO: decodeURIComponent(pathname),
      QUERY_STRING: search.slice(1),
      REQUEST_METHOD: request.method ?? 'GET',
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  request.pipe(child.stdin);
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => void chunks.push(chunk));
  child.on('close', () => {
    const output = Buffer.concat(chunks);
    const end = output.indexOf('\r\n\r\n');
    const headers = [...output.toString('latin1', 0, end).matchAll(/^([^:\r\n]+): (.*)$/gm)];
    const status = headers.find(([, name]) => name === 'Status')?.[2];
    for (const [, name = '', value = ''] of headers) if (name !== 'Status') response.setHeader(name, value.trim());
    response.writeHead(Number.parseInt(status ?? '200', 10)).end(output.subarray(end + 4));
  });
}
