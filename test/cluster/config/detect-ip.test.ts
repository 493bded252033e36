import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import { promisify } from 'node:util';
import { afterEach, expect, test } from 'vitest';
import { DETECT_IP } from '../../../src/cluster/config/detect-ip.ts';

const run = promisify(execFile);
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** The metadata service of a machine with that address. */
async function metadataService(answer: string): Promise<{ port: number; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer(({ url, headers }, response) => {
    asked.push(`${url} ${String(headers['metadata'])}`);
    response.end(answer);
  });
  servers.push(server);
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done);
  });
  const bound = server.address();
  return { port: typeof bound === 'object' ? (bound?.port ?? 0) : 0, asked };
}

async function detect(port: number): Promise<string> {
  const env = {
    PATH: '/usr/bin:/bin',
    IMDS_HOST: '127.0.0.1',
    IMDS_PORT: String(port),
    http_proxy: 'http://127.0.0.1:9',
  };
  return (await run('/bin/bash', ['-c', DETECT_IP], { env })).stdout;
}

test('the address is the one that the metadata service names', async () => {
  const { port, asked } = await metadataService('127.0.0.1');
  expect(await detect(port)).toBe('127.0.0.1\n');
  // A machine that is busy may have asked more than once.
  expect([...new Set(asked)]).toEqual([
    '/metadata/instance/network/interface/0/ipv4/ipAddress/0/privateIpAddress?api-version=2021-02-01&format=text true',
  ]);
});

test('an answer that is no address of this machine is not believed', async () => {
  const { port, asked } = await metadataService('127.0.0.2; echo 1');
  const address = await detect(port).catch(() => 'none\n');
  expect(address).not.toContain('127.0.0.2');
  expect(asked.length).toBeGreaterThan(0);
});
