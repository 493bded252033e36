/** Azurite as a process of its own, in memory, and a line to it that is as long as a real one. */
import { spawn, type ChildProcess } from 'node:child_process';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { createRequire } from 'node:module';
import { BlobServiceClient } from '@azure/storage-blob';

export const CONTAINER = 'bench';
/** Of the account that every Azurite has. */
const KEY = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

export function connectionString(port: number): string {
  const endpoint = `http://127.0.0.1:${port}/devstoreaccount1`;
  return `DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=${KEY};BlobEndpoint=${endpoint}`;
}

/** Always on the same port, so that commands can name it; each start is empty, but for the container. */
export class AzuriteProcess {
  readonly port: number;
  #child: ChildProcess | undefined;

  private constructor(port: number) {
    this.port = port;
  }

  static async prepare(): Promise<AzuriteProcess> {
    const free = createServer();
    await new Promise<void>((listening) => free.listen(0, '127.0.0.1', listening));
    const port = portOf(free);
    await new Promise((closed) => free.close(closed));
    return new AzuriteProcess(port);
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  async restart(): Promise<void> {
    await this.stop();
    const main = createRequire(import.meta.url).resolve('azurite/dist/src/blob/main.js');
    const flags = ['--inMemoryPersistence', '--skipApiVersionCheck', '--loose', '--silent', '--disableTelemetry'];
    const where = ['--blobHost', '127.0.0.1', '--blobPort', String(this.port)];
    const child = spawn(process.execPath, [main, ...where, ...flags], { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#child = child;
    await new Promise<void>((listening, failed) => {
      child.once('exit', (status) => failed(new Error(`Azurite ended with ${status}`)));
      child.stdout.on('data', (text: Buffer) => (text.includes('successfully listens') ? listening() : undefined));
    });
    const service = BlobServiceClient.fromConnectionString(connectionString(this.port));
    await service.getContainerClient(CONTAINER).create();
  }

  async stop(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null) return;
    const ended = new Promise((exit) => child.once('exit', exit));
    child.kill('SIGTERM');
    await ended;
  }
}

interface LongLine {
  readonly port: number;
  readonly close: () => void;
  /** What went to the server, headers included. */
  readonly sentBytes: () => number;
}

/**
 * A line on which everything takes a while, as between two cities.
 *
 * @param delayMs in each direction
 */
export async function longLine(port: number, delayMs: number): Promise<LongLine> {
  const sockets = new Set<Socket>();
  let sent = 0;
  const server = createServer({ noDelay: true }, (near) => {
    const far = connect({ port, host: '127.0.0.1', noDelay: true });
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      if (from === near) from.on('data', (chunk) => (sent += chunk.length));
      from.on('data', (chunk) => void setTimeout(() => to.writable && to.write(chunk), delayMs));
      from.on('close', () => void setTimeout(() => to.destroy(), delayMs));
      from.on('error', () => to.destroy());
    }
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const close = (): void => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return { port: portOf(server), close, sentBytes: () => sent };
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
