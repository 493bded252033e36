/**
 * The end-to-end run: builds the base tree for real, twice where it is to be compared, runs its programs, publishes it, and
 * bakes and boots the disk that nodes start from, alone and as a cluster.
 *
 *   npm run e2e            less what takes too long for every run of CI, and compares what builds quickly
 *   npm run e2e -- --all   everything, and everything twice
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { inParallel } from '../../src/host/in-parallel.ts';
import { buildErlangStandIns } from './erlang-stand-ins.ts';
import { buildGoStandIns } from './go-stand-ins.ts';
import { checkCluster } from './cluster.ts';
import { checkImages } from './images.ts';
import { buildOfflineStandIns } from './offline-stand-ins.ts';
import { checkPrograms } from './programs.ts';
import { checkReleases } from './releases.ts';

/** Erlang alone takes as long as all others together. */
const TOO_LONG_FOR_CI = ['erlang'];
/** What built within this time is built once more and compared, in every run. */
const QUICK_MS = 30_000;

const REPOSITORY = resolve(import.meta.dirname, '../..');
const OUT = join(REPOSITORY, 'out');
const all = process.argv.includes('--all');

interface TreeJson {
  readonly components: readonly { readonly component: string; readonly state: { readonly durationMs?: number } }[];
}

const tree = makeTree();
try {
  await step('build the tree', ['build', ...(all ? ['--check'] : [])]);
  await step('find nothing to do', ['build'], (output) => output.includes('Nothing to do'));
  if (!all) await step('build what is quick once more, and compare', ['build', '--check', ...(await quickOnes())]);
  await step('make the root of a node', ['builder', 'build', 'runtime']);
  await runPrograms();
  // Machines that boot wait for themselves now and then, and so does what talks to a storage.
  await inParallel([useDisk, useOthers], { jobs: 2 }, (lane) => lane());
} finally {
  rmSync(tree, { recursive: true, force: true });
}
say('done: the tree is built, and its programs run');

/** The base tree with some components left out: its own treeinfo.json over our packages and builders. */
function makeTree(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dcos-build-e2e-'));
  const base = JSON.parse(readFileSync(join(REPOSITORY, 'base.treeinfo.json'), 'utf8'));
  const names: readonly string[] = base.core_package_list;
  const left = names.filter((name) => all || !TOO_LONG_FOR_CI.includes(name));
  writeFileSync(join(folder, 'treeinfo.json'), JSON.stringify({ ...base, core_package_list: left }));
  for (const name of ['packages', 'builders', 'pipelines', 'release.json']) {
    symlinkSync(join(REPOSITORY, name), join(folder, name));
  }
  mkdirSync(OUT, { recursive: true });
  return folder;
}

async function quickOnes(): Promise<readonly string[]> {
  const { stdout } = await dcosBuild(['tree', '--json'], 'quiet');
  const { components }: TreeJson = JSON.parse(stdout);
  return components.flatMap(({ component, state }) => ((state.durationMs ?? Infinity) <= QUICK_MS ? [component] : []));
}

/** The root file system of a node. */
async function nodeRoot(): Promise<string> {
  const { stdout } = await dcosBuild(['builder', 'ls', 'runtime', '--json'], 'quiet');
  const builders: readonly { readonly path: string }[] = JSON.parse(stdout);
  return builders[0]?.path ?? '';
}

async function runPrograms(): Promise<void> {
  say('run the programs of the bootstrap');
  const id = readFileSync(join(OUT, 'repository/bootstrap/bootstrap.latest'), 'utf8');
  const failures = await checkPrograms({
    bootstrap: join(OUT, 'repository/bootstrap', `${id}.bootstrap.tar.xz`),
    root: await nodeRoot(),
    packages: join(REPOSITORY, 'packages'),
    onPassed: passed,
  });
  if (failures.length > 0) throw new Error(`programs do not run:\n${failures.join('\n')}`);
}

async function useDisk(): Promise<void> {
  say('bake the disk that nodes start from, boot it and register it');
  await checkImages({ dcosBuild: (args) => dcosBuild(args, 'quiet'), out: OUT, passed });
  say('start a master and an agent from that disk, in one network');
  await checkCluster({ dcosBuild: (args) => dcosBuild(args, 'quiet'), out: OUT, passed });
}

async function useOthers(): Promise<void> {
  say('publish a signed release to Blob Storage, and use it elsewhere');
  await checkReleases({ dcosBuild: (args, env) => dcosBuild(args, 'quiet', env), root: await nodeRoot(), passed });
  say('build the components in Go from stand-ins of their repositories');
  await buildGoStandIns(REPOSITORY, passed);
  say('build what wants a source "offline" from stand-ins of that and of the repositories');
  await buildOfflineStandIns(REPOSITORY, passed);
  if (!all) return;
  say('build the Erlang services from stand-ins of their repositories');
  await buildErlangStandIns(REPOSITORY, passed);
}

async function step(
  what: string,
  args: readonly string[],
  accept: (output: string) => boolean = () => true,
): Promise<void> {
  say(`${what}: dcos-build ${args.join(' ')}`);
  const startedAt = performance.now();
  const { status, stdout } = await dcosBuild(args, 'loud');
  if (status !== 0 || !accept(stdout)) throw new Error(`"${what}" failed with exit status ${status}:\n${stdout}`);
  say(`${what}: ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
}

function dcosBuild(
  args: readonly string[],
  mode: 'loud' | 'quiet',
  env: Readonly<Record<string, string>> = {},
): Promise<{ status: number | null; stdout: string }> {
  const main = join(REPOSITORY, 'src/cli/main.ts');
  return new Promise((done, failed) => {
    const where = ['--tree', tree, ...(args.includes('--out') ? [] : ['--out', OUT])];
    const child = spawn(process.execPath, [main, ...args, ...where], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      if (mode === 'loud') process.stdout.write(text);
    });
    child.on('error', failed);
    child.on('close', (status) => done({ status, stdout }));
  });
}

function passed(line: string): void {
  process.stdout.write(`  ok  ${line}\n`);
}

function say(text: string): void {
  process.stdout.write(`e2e  ${text}\n`);
}
