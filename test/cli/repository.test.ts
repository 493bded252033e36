import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Rig } from '../rig/rig.ts';
import { serve, serveBytes, type WebServer } from '../rig/web-server.ts';

/** `greeter`, and `user` that runs its program. */
function chain(): Rig {
  const rig = Rig.withBuilder();
  rig.component('greeter', { script: 'mkdir $PKG_PATH/bin; echo "echo hello" > $PKG_PATH/bin/greet' });
  rig.component('user', {
    buildinfo: { requires: ['greeter'] },
    script: 'bash /opt/mesosphere/bin/greet > $PKG_PATH/said',
  });
  return rig;
}

async function builtChain(): Promise<Rig> {
  const rig = chain();
  expect((await rig.run('build')).status).toBe(0);
  return rig;
}

/** Serves what the tree has built, as any web server would. */
function serveRepository(rig: Rig): Promise<WebServer> {
  return serve((request, response) => {
    const path = rig.path('out/repository', decodeURIComponent(new URL(request.url ?? '', 'http://x').pathname));
    if (existsSync(path)) serveBytes(request, response, readFileSync(path));
    else response.writeHead(404).end();
  });
}

function packagePath(rig: Rig, name: string, suffix = '.tar.xz'): string {
  const id = readFileSync(rig.path('out/repository/packages', name, 'latest'), 'utf8');
  return rig.path('out/repository/packages', name, `${id}${suffix}`);
}

test('packages come from a web server by id, are verified, and serve the builds that need them', async () => {
  using rig = await builtChain();
  await using server = await serveRepository(rig);
  using other = chain();
  other.component('user', {
    buildinfo: { requires: ['greeter'] },
    script: 'bash /opt/mesosphere/bin/greet > $PKG_PATH/said; echo more >> $PKG_PATH/said',
  });
  const plan = await other.run('plan', '--repository', server.url);
  expect(plan.stdout).toMatch(/^1 to build, 1 to fetch/);
  expect(plan.stdout).toMatch(/greeter .*from http/);
  const { status, stderr } = await other.run('build', '--repository', server.url);
  expect(status).toBe(0);
  expect(stderr).toContain('greeter: downloaded in');
  expect(stderr).toContain('user: built in');
  expect(stderr).not.toContain('warning');
  for (const suffix of ['.tar.xz', '.manifest.json']) {
    expect(readFileSync(packagePath(other, 'greeter', suffix))).toEqual(
      readFileSync(packagePath(rig, 'greeter', suffix)),
    );
  }
  expect((await other.run('build', '--repository', server.url)).stdout).toContain('Nothing to do');
});

test('a tarball that is not what its manifest says is refused loudly, kept aside, and never in the store', async () => {
  using rig = await builtChain();
  const tarball = packagePath(rig, 'greeter');
  const good = readFileSync(tarball);
  const bad = Buffer.from(good);
  bad[200] = (bad[200] ?? 0) ^ 1;
  writeFileSync(tarball, bad);
  await using server = await serveRepository(rig);
  using other = chain();
  const { status, stderr } = await other.run('build', '--repository', server.url);
  expect(stderr).toMatch(/greeter--\S+ of http:\S+ is not what its manifest says: expected sha256 \w{64}, got \w{64}/);
  expect(stderr).toContain('Tell those who run the repository.');
  expect(status).toBe(0);
  expect(stderr).toContain('greeter: built');
  expect(readFileSync(packagePath(other, 'greeter'))).toEqual(good);
  expect(readFileSync(packagePath(other, 'greeter', '.tar.xz.corrupt'))).toEqual(bad);
});

test('a repository that cannot be reached is named once, and everything is built here', async () => {
  using rig = chain();
  const server = await serve((_request, response) => response.end());
  await server[Symbol.asyncDispose]();
  const { status, stderr } = await rig.run('build', '--repository', server.url);
  expect(status).toBe(0);
  expect(stderr.match(/warning: The repository/g)).toHaveLength(1);
  expect(stderr).toContain(`The repository ${server.url}/ cannot be read`);
  expect(stderr).toContain('What it may have is built here instead.');
  expect(stderr).toContain('user: built');
});

test('a repository that goes away in the middle of the run is made up for by building', async () => {
  using rig = await builtChain();
  await using server = await serve((request, response) => {
    const path = rig.path('out/repository', decodeURIComponent(request.url ?? ''));
    if (path.endsWith('.tar.xz')) response.writeHead(403).end();
    else if (existsSync(path)) serveBytes(request, response, readFileSync(path));
    else response.writeHead(404).end();
  });
  using other = chain();
  const { status, stderr } = await other.run('build', '--repository', server.url);
  expect(status).toBe(0);
  expect(stderr).toContain('warning: ');
  expect(stderr).toContain('user: built');
  expect(readFileSync(packagePath(other, 'user'))).toEqual(readFileSync(packagePath(rig, 'user')));
});

test('of several repositories the first that has a package serves it', async () => {
  using rig = await builtChain();
  using half = chain();
  await half.run('build', 'greeter');
  await using server = await serveRepository(rig);
  await using near = await serveRepository(half);
  using other = chain();
  const { status, stderr } = await other.run('build', '--repository', near.url, '--repository', server.url);
  expect(status).toBe(0);
  expect(stderr).not.toContain('warning');
  expect(near.requests.filter((request) => request.includes('greeter--') && request.endsWith('.tar.xz'))).toHaveLength(
    1,
  );
  expect(server.requests.filter((request) => request.includes('greeter--'))).toEqual([]);
  expect(server.requests.filter((request) => request.includes('user--') && request.endsWith('.tar.xz'))).toHaveLength(
    1,
  );
});

test('--force builds though a repository has it', async () => {
  using rig = await builtChain();
  using other = chain();
  const { stderr } = await other.run('build', '--force', '--repository', rig.path('out/repository'));
  expect(stderr).toContain('greeter: built');
  expect(stderr).not.toContain('downloaded');
});

test('a repository in a folder that is none is warned of; a scheme that nobody knows is refused', async () => {
  using rig = chain();
  const wrong = await rig.run('build', '--repository', 'ftp://example.org/');
  expect(wrong.status).toBe(2);
  expect(wrong.stderr).toContain('"ftp://example.org/" is no repository that can be read');
  const { status, stderr } = await rig.run('build', '--repository', 'nowhere');
  expect(status).toBe(0);
  expect(stderr).toContain(`warning: The repository ${rig.path('nowhere')} is no folder`);
});

test('a repository without the manifest of a package is told apart from one without the package', async () => {
  using rig = await builtChain();
  rmSync(packagePath(rig, 'greeter', '.manifest.json'));
  await using server = await serveRepository(rig);
  using other = chain();
  const { status, stderr } = await other.run('build', '--repository', server.url);
  expect(status).toBe(0);
  expect(stderr).toContain('greeter: built');
  expect(stderr).toContain('user: downloaded');
});
