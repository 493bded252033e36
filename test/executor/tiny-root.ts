/** A root of links and mount points, and the mounts that lend it this machine's programs: no builder root needed. */
import { existsSync, lstatSync, mkdirSync, mkdtempSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BuildDescription, BuildEnd, Executor, Mount, RunOptions } from '../../src/executor/executor.ts';
import { parsePackageId } from '../../src/model/package-id.ts';

const MOUNT_POINTS = ['proc', 'dev', 'tmp', 'usr', 'etc', 'pkg/src', 'pkg/build', 'pkg/extra', 'opt/mesosphere'];

export interface TinyRoot extends Disposable {
  /** A folder of the test, removed with everything in it. */
  readonly folder: string;
  /** A build of `sh -c script` that is good for a minute and 512 MiB. */
  describe(script: string, changes?: Partial<BuildDescription>): BuildDescription;
}

export function tinyRoot(): TinyRoot {
  const folder = mkdtempSync(join(tmpdir(), 'dcos-build-test-'));
  const root = join(folder, 'root');
  for (const path of MOUNT_POINTS) mkdirSync(join(root, path), { recursive: true });
  const usr: Mount[] = [{ from: '/usr', to: '/usr', mode: 'ro' }];
  for (const name of ['bin', 'lib', 'lib64', 'sbin'].filter((each) => existsSync(`/${each}`))) {
    if (lstatSync(`/${name}`).isSymbolicLink()) symlinkSync(readlinkSync(`/${name}`), join(root, name));
    else {
      mkdirSync(join(root, name));
      usr.push({ from: `/${name}`, to: `/${name}`, mode: 'ro' });
    }
  }
  return {
    folder,
    describe: (script, { mounts = [], ...changes } = {}) => ({
      id: parsePackageId('tiny--0123456789abcdef0123456789abcdef01234567'),
      root: { kind: 'folder', path: root },
      command: ['/bin/sh', '-c', script],
      environment: { PATH: '/usr/bin:/bin' },
      limits: { timeoutMs: 60_000, memoryBytes: 512 * 1024 * 1024 },
      ...changes,
      mounts: [...usr, ...mounts],
    }),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Runs a build and collects its output as text. */
export async function runBuild(
  executor: Executor,
  description: BuildDescription,
  options: Partial<RunOptions> = {},
): Promise<{ readonly end: BuildEnd; readonly output: string }> {
  const chunks: Uint8Array[] = [];
  const end = await executor.run(description, {
    onOutput: (chunk) => chunks.push(chunk),
    signal: new AbortController().signal,
    ...options,
  });
  return { end, output: Buffer.concat(chunks).toString('utf8') };
}
