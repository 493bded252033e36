/** nix-build with a store of its own in the bench's folder: one user, no daemon, no network. */
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { missingProgram, inputOf, writeFiles, type Peer, type Project, type WriteOptions } from './peer.ts';
import type { Component, Graph } from '../graph.ts';

const BUSYBOX = '/bin/busybox';

export const nix: Peer = {
  name: 'nix-build',
  missing: () => missingProgram('/usr/bin/nix-build', 'nix-bin'),
  write: (graph, folder, options) => write(graph, folder, options, false),
};

/** As Nix builds by default on a machine of its own: each derivation in namespaces, with its inputs mounted. */
export const nixSandboxed: Peer = {
  name: 'nix-build, sandbox',
  missing: () => missingProgram('/usr/bin/nix-build', 'nix-bin') ?? missingProgram(BUSYBOX, 'busybox-static'),
  write: (graph, folder, options) => write(graph, folder, options, true),
};

function write(graph: Graph, folder: string, options: WriteOptions, isSandboxed: boolean): Project {
  writeFiles(folder, {
    'default.nix': expression(graph, isSandboxed),
    ...Object.fromEntries(graph.map((component) => [`src/${component.name}`, inputOf(component, options)])),
  });
  const name = isSandboxed ? 'nix-build, sandbox' : 'nix-build';
  const settings = { substitute: 'false', 'build-users-group': '', ...sandboxSettings(folder, isSandboxed) };
  const flags = Object.entries(settings).flatMap(([key, value]) => ['--option', key, value]);
  const jobs = ['--max-jobs', String(options.jobs), '--cores', '1'];
  const command = ['/usr/bin/nix-build', '--no-out-link', ...jobs, ...flags, '-A', 'all', 'default.nix'] as const;
  return { build: { name, command, cwd: folder, env: storeEnvironment(folder) } };
}

/**
 * The one program of the sandbox is a copy of a static shell: Nix makes an empty file for each path that it mounts, and
 * with folders of the host mounted as well those empty files would replace the host's own.
 */
function sandboxSettings(folder: string, isSandboxed: boolean): Record<string, string> {
  if (!isSandboxed) return { sandbox: 'false' };
  const copy = join(folder, 'tools', 'busybox');
  mkdirSync(join(folder, 'tools'), { recursive: true });
  if (!existsSync(copy)) copyFileSync(BUSYBOX, copy);
  const paths = ['sh', 'sleep', 'cp'].map((name) => `/bin/${name}=${copy}`);
  return { sandbox: 'true', 'sandbox-fallback': 'false', 'sandbox-paths': paths.join(' ') };
}

function storeEnvironment(folder: string): Record<string, string> {
  const root = join(folder, 'nix');
  mkdirSync(join(root, 'conf'), { recursive: true });
  return {
    NIX_STORE_DIR: join(root, 'store'),
    NIX_STATE_DIR: join(root, 'var'),
    NIX_LOCALSTATE_DIR: join(root, 'var'),
    NIX_LOG_DIR: join(root, 'log'),
    NIX_DATA_DIR: join(root, 'share'),
    NIX_CONF_DIR: join(root, 'conf'),
  };
}

/** What a derivation needs is given to it as a file: thousands of paths are too long for an environment variable. */
function expression(graph: Graph, isSandboxed: boolean): string {
  const one = ({ name, needs, seconds }: Component): string =>
    `  ${name} = make "${name}" ./src/${name} [ ${needs.join(' ')} ] "${seconds > 0 ? `sleep ${seconds};` : ''}";`;
  const path = isSandboxed ? '' : 'PATH = "/usr/bin:/bin";';
  return `let
  make = name: input: needs: wait: derivation {
    inherit name input needs; ${path} passAsFile = [ "needs" ];
    system = builtins.currentSystem; builder = "/bin/sh"; args = [ "-c" "\${wait} cp $input $out" ];
  };
in rec {
${graph.map(one).join('\n')}
  all = make "all" ./default.nix [ ${graph.map(({ name }) => name).join(' ')} ] "";
}
`;
}
