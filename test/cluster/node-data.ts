/** What a master of a cluster is told, and how what cloud-init gets is read. */
import { gunzipSync } from 'node:zlib';
import { expect } from 'vitest';
import type { NodeDataRequest, NodeRelease } from '../../src/cluster/compose-node-data.ts';
import type { LateValues } from '../../src/cluster/node-data.ts';
import { parseJson } from '../../src/model/parse-json.ts';
import { clusterConfigSchema } from '../../src/recipe/cluster-config.ts';

export const config = clusterConfigSchema.parse({});
export const release: NodeRelease = {
  ...{ version: '1.7.0', commit: undefined, variant: undefined },
  id: '1.7.0-41fc50e510efeca9',
  sha256: '41fc50e510efeca9'.repeat(4),
  bootstrap: '85f0779bd81a193d80b58f7cb0247a42fdf309ab',
  bootstrapSha256: 'ab'.repeat(32),
  bootstrapBytes: 120_000_000,
  packages: Array.from({ length: 60 }, (_, index) => `component-${index}--${index.toString(16).padStart(40, 'f')}`),
  keys: ['-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA\n-----END PUBLIC KEY-----\n'],
};
export const master: NodeDataRequest = { role: 'master', configuration: { config, masterCount: 3 }, release };
export const late: LateValues = {
  cluster_name: 'one',
  master_list: '["172.16.0.5","172.16.0.6","172.16.0.7"]',
  master_fqdn: 'one.westeurope.cloudapp.azure.com',
  agent_fqdn: '',
  repository_url: 'https://example.org/dcos/stable',
};

interface CloudConfig {
  readonly write_files: readonly { path: string; permissions: string; encoding?: string; content?: string }[];
  readonly [key: string]: unknown;
}

export function parse(text: string): CloudConfig {
  const [first, ...rest] = text.split('\n');
  expect(first).toBe('#cloud-config');
  const json: CloudConfig = JSON.parse(rest.join('\n'));
  return json;
}

/** Text by path, as cloud-init writes it. */
export function filesOf({ write_files }: CloudConfig): ReadonlyMap<string, string> {
  return new Map(
    write_files.map(({ path, encoding, content = '' }) => {
      const bytes = Buffer.from(content, encoding === undefined ? 'utf8' : 'base64');
      return [path, (encoding === 'gz+b64' ? gunzipSync(bytes) : bytes).toString('utf8')];
    }),
  );
}

export function jsonOf(files: ReadonlyMap<string, string>, path: string): unknown {
  return parseJson(files.get(path) ?? 'null');
}
