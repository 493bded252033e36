/**
 * A cluster on this machine from the image that was baked: a master and a public agent in one private network, each with the
 * customData of the template.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface ClusterOptions {
  /** Runs `dcos-build` on the tree. */
  readonly dcosBuild: (args: readonly string[]) => Promise<{ readonly status: number | null; readonly stdout: string }>;
  /** The work folder. */
  readonly out: string;
  readonly passed: (line: string) => void;
}

const DEFINITION = {
  name: 'e2e',
  image: { definition: 'node', generation: '2' },
  masters: { count: 1 },
  pools: [{ name: 'front', kind: 'public', count: 1 }],
};

export async function checkCluster({ dcosBuild, out, passed }: ClusterOptions): Promise<void> {
  const file = join(out, 'e2e-cluster.json');
  writeFileSync(file, `${JSON.stringify(DEFINITION, undefined, 2)}\n`);
  const startedAt = performance.now();
  const { status, stdout } = await dcosBuild(['cluster', 'up', '--local', '-f', file, '--test']);
  if (status !== 0 || !stdout.includes('The cluster is up: 0 errors')) {
    throw new Error(`"dcos-build cluster up --local" ended with ${status}:\n${stdout}`);
  }
  const services = [...stdout.matchAll(/^ok +service\.([\w-]+) .*$/gm)].map(([, name]) => name);
  if (!services.includes('adminrouter') || !services.includes('adminrouter-agent')) {
    throw new Error(`no service answers:\n${stdout}`);
  }
  const took = `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;
  passed(`cluster up --local: a master and a public agent; ${services.join(', ')} answer (${took})`);
}
