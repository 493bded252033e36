import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { BuildDescription } from '../../src/executor/executor.ts';
import { executorFor } from '../../src/executor/index.ts';
import { findEngine, imageId } from '../../src/executor/oci-engine.ts';
import { ociExecutor } from '../../src/executor/oci.ts';
import { parsePackageId } from '../../src/model/package-id.ts';
import { runBuild } from './tiny-root.ts';

const DESCRIPTION: BuildDescription = {
  id: parsePackageId('curl--0123456789abcdef0123456789abcdef01234567'),
  root: { kind: 'image', reference: 'dcos/dcos-builder:latest' },
  command: ['/pkg/build/build', '--flag'],
  environment: { PKG_NAME: 'curl', NUM_CORES: '2' },
  mounts: [
    { from: '/a/src', to: '/pkg/src', mode: 'rw' },
    { from: '/a,b/"extra"', to: '/pkg/extra', mode: 'ro' },
  ],
  limits: { timeoutMs: 60_000, memoryBytes: 1_000_000 },
};

/** Every call that the stand-in notes, one argument a line, with the container's random name made known. */
const RUN_ARGUMENTS = `run
--rm
--name
dcos-build-NAME
--hostname
dcos-build
--pull
never
--network
none
--init
--user
0:0
--workdir
/pkg
--read-only
--tmpfs
/tmp:rw,exec,nosuid,nodev,mode=1777,size=1000000
--cap-drop
ALL
--cap-add
CAP_CHOWN
--cap-add
CAP_DAC_OVERRIDE
--cap-add
CAP_FOWNER
--cap-add
CAP_FSETID
--cap-add
CAP_KILL
--security-opt
no-new-privileges
--security-opt
label=disable
--memory
1000000
--memory-swap
1000000
--pids-limit
8192
--ulimit
core=0
--ulimit
nofile=65536
--log-driver
none
--env
PKG_NAME=curl
--env
NUM_CORES=2
--mount
type=bind,source=/a/src,target=/pkg/src
--mount
type=bind,"source=/a,b/""extra""",target=/pkg/extra,readonly
--entrypoint
/pkg/build/build
dcos/dcos-builder:latest
--flag
`;

let folder: string;
const oldPath = process.env['PATH'];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dcos-build-test-'));
  mkdirSync(join(folder, 'calls'));
  process.env['PATH'] = `${join(folder, 'bin')}:/usr/bin:/bin`;
  mkdirSync(join(folder, 'bin'));
});
afterEach(() => {
  process.env['PATH'] = oldPath;
  rmSync(folder, { recursive: true });
});

/** Puts a program on PATH that notes its arguments in calls/<verb> and then runs the script. */
function standIn(name: string, script: string): void {
  const path = join(folder, 'bin', name);
  writeFileSync(path, `#!/bin/sh\nprintf '%s\\n' "$@" >>${folder}/calls/$1\n${script}\n`);
  chmodSync(path, 0o755);
}

const calls = (verb: string): string => {
  return readFileSync(join(folder, 'calls', verb), 'utf8').replaceAll(/dcos-build-[0-9a-f]{16}/g, 'dcos-build-NAME');
};

describe('a build in a container', () => {
  test('is run with exactly these arguments', async () => {
    standIn('docker', 'if [ $1 = run ]; then echo out; echo err >&2; exit 3; fi');
    const { end, output } = await runBuild(ociExecutor(), DESCRIPTION);
    expect(calls('run')).toBe(RUN_ARGUMENTS);
    expect([end, output]).toEqual([{ kind: 'exited', code: 3 }, 'out\nerr\n']);
  });

  test('is run by podman where docker does not answer', async () => {
    standIn('docker', 'echo Cannot connect to the daemon >&2; exit 1');
    standIn('podman', '');
    const { end } = await runBuild(ociExecutor(), DESCRIPTION);
    expect(calls('run')).toBe(RUN_ARGUMENTS);
    expect(end).toEqual({ kind: 'exited', code: 0 });
  });

  test('is removed by its name when it is cancelled, and its client is gone', async () => {
    standIn('docker', 'if [ $1 = run ]; then echo started; exec sleep 98770; fi');
    const cancel = new AbortController();
    const { end } = await runBuild(ociExecutor(), DESCRIPTION, {
      onOutput: () => cancel.abort(),
      signal: cancel.signal,
    });
    expect(end).toEqual({ kind: 'cancelled' });
    expect(calls('rm')).toBe('rm\n--force\n--volumes\ndcos-build-NAME\n');
  });

  test('that the engine could not start is an error with its words', async () => {
    standIn('docker', 'if [ $1 = run ]; then echo "docker: no space left on device." >&2; exit 125; fi');
    await expect(runBuild(ociExecutor(), DESCRIPTION)).rejects.toMatchObject({
      code: 'EXECUTOR_UNAVAILABLE',
      message: expect.stringContaining('no space left on device'),
    });
  });

  test('is what the table chooses for an image', () => {
    expect(executorFor(DESCRIPTION.root).name).toBe('oci');
    expect(executorFor({ kind: 'folder', path: '/root' }).name).toBe('bubblewrap');
  });
});

test('a machine without an engine is one clear error that ends in exit status 3', async () => {
  process.env['PATH'] = join(folder, 'bin');
  const error = await findEngine().catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    code: 'EXECUTOR_UNAVAILABLE',
    exitCode: 3,
    message: 'No container engine works here (docker: not installed; podman: not installed).',
  });
});

describe('the id of an image', () => {
  const ID = 'ab'.repeat(32);

  test('is what docker says', async () => {
    standIn('docker', `echo sha256:${ID}`);
    expect(await imageId('docker', 'ubuntu:14.04.4')).toBe(`sha256:${ID}`);
    expect(calls('inspect')).toBe('inspect\n-f\n{{ .Id }}\nubuntu:14.04.4\n');
    expect(existsSync(join(folder, 'calls/pull'))).toBe(false);
  });

  test('is completed where podman leaves the algorithm out', async () => {
    standIn('podman', `echo ${ID}`);
    expect(await imageId('podman', 'ubuntu:14.04.4')).toBe(`sha256:${ID}`);
  });

  test('is asked for again after the image was pulled', async () => {
    standIn('docker', `[ $1 = pull ] || { [ -e ${folder}/calls/pull ] && echo sha256:${ID}; }`);
    expect(await imageId('docker', 'ubuntu:14.04.4')).toBe(`sha256:${ID}`);
    expect(calls('pull')).toBe('pull\nubuntu:14.04.4\n');
  });

  test('that is not to be had is an error with the words of the engine', async () => {
    standIn('docker', 'echo "manifest unknown" >&2; exit 1');
    await expect(imageId('docker', 'nothing')).rejects.toMatchObject({
      code: 'BUILDER_UNKNOWN',
      message: expect.stringContaining('manifest unknown'),
    });
  });
});
