/** dcos-build itself as a contestant: from source, and as the published bin. */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Graph } from './graph.ts';
import type { Contestant } from './measure.ts';
import { inputOf, shellLine, writeFiles, type Peer, type Project, type WriteOptions } from './peers/peer.ts';

const REPOSITORY = resolve(import.meta.dirname, '..');
const SOURCE = join(REPOSITORY, 'src/cli/main.ts');
const BIN = join(REPOSITORY, 'dist/cli/main.cjs');

/** What the benches' components are built in: a minimal Debian, made once for a run of the bench. */
const BUILDER = 'bench';
const BUILDER_FILES = [`builders/${BUILDER}.json`, `builders/${BUILDER}.lock.json`];

/** Makes dist/ from what the source is now. */
export function buildBin(): void {
  const { status, stdout, stderr } = spawnSync('npm', ['run', 'build'], { cwd: REPOSITORY, encoding: 'utf8' });
  if (status !== 0) throw new Error(`npm run build failed:\n${stdout}${stderr}`);
}

/** A command of ours as users run it, and from source. */
export function commandOf(name: string, args: readonly string[], cwd: string): { bin: Contestant; source: Contestant } {
  return {
    bin: { name, command: [process.execPath, BIN, ...args], cwd },
    source: { name: `${name}, from source`, command: [process.execPath, SOURCE, ...args], cwd },
  };
}

/** Makes the builder's root, unless it is there; the folder is then the `builder` of {@link ours}. */
export function makeBuilder(folder: string): void {
  writeFiles(folder, {
    'treeinfo.json': '{}',
    'packages/one/buildinfo.json': JSON.stringify({ docker: BUILDER }),
    'packages/one/build': '#!/bin/sh\n',
    [`builders/${BUILDER}.json`]: JSON.stringify({ suite: 'bookworm', packages: ['dash'] }),
  });
  chmodSync(join(folder, 'packages/one/build'), 0o755);
  const isLocked = existsSync(join(folder, `builders/${BUILDER}.lock.json`));
  for (const args of [...(isLocked ? [] : [['builder', 'lock', BUILDER]]), ['build']]) {
    const { status, stderr } = spawnSync(process.execPath, [BIN, ...args], { cwd: folder, encoding: 'utf8' });
    if (status !== 0) throw new Error(`dcos-build ${args.join(' ')} failed:\n${stderr}`);
  }
}

/**
 * dcos-build as one of the tools that build a graph.
 *
 * @param builder a folder that {@link makeBuilder} has filled
 */
export function ours(builder: string): Peer {
  return {
    name: 'dcos-build',
    missing: () => undefined,
    write: (graph, folder, options) => write(graph, folder, options, builder),
  };
}

function write(graph: Graph, folder: string, options: WriteOptions, builder: string): Project {
  const locked = BUILDER_FILES.map((name) => [name, readFileSync(join(builder, name), 'utf8')]);
  // The bootstrap holds one component: what packing thousands costs is another question.
  const treeinfo = { bootstrap_package_list: [graph[0]?.name ?? ''] };
  writeFiles(folder, {
    'treeinfo.json': JSON.stringify(treeinfo),
    ...Object.fromEntries(locked),
    ...recipes(graph, options),
  });
  for (const { name } of graph) chmodSync(join(folder, 'packages', name, 'build'), 0o755);
  mkdirSync(join(folder, 'out/cache'), { recursive: true });
  const builders = join(folder, 'out/cache/builders');
  if (!existsSync(builders)) symlinkSync(join(builder, 'out/cache/builders'), builders);
  const { bin, source } = commandOf('dcos-build', ['build', '--jobs', String(options.jobs)], folder);
  return { build: bin, others: [source] };
}

function recipes(graph: Graph, options: WriteOptions): Record<string, string> {
  const files = graph.flatMap((component) => {
    const folder = `packages/${component.name}`;
    const script = `#!/bin/sh\n# ${inputOf(component, options)}${shellLine(component, '"$0"', '"$PKG_PATH/out"')}\n`;
    return [
      [`${folder}/buildinfo.json`, JSON.stringify({ docker: BUILDER, requires: component.needs })],
      [`${folder}/build`, script],
    ];
  });
  return Object.fromEntries(files);
}
