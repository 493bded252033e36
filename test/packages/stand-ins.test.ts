/**
 * Recipes whose sources cannot be had everywhere, run by the real command line on stand-ins: up to the sentence that
 * says what is missing, or, for what upstream has built, to the package. The Go ones are built in the end-to-end run.
 */
import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { copyRecipe } from '../rig/recipe-copy.ts';
import { Rig } from '../rig/rig.ts';
import { SHELL_BUILDER } from '../rig/shell-root.ts';
import { fileSource, filesOfPackage, pinned, tarball } from '../rig/stand-in-sources.ts';

/** What is built from git with more than its source, and the beginning of what it says without that. */
const WANTING = [
  ['cosmos', 'what sbt would download is missing: add a source "offline" with sbt-launch.jar'],
  ['dcos-installer-ui', 'what npm would download is missing: add a source "offline" with node/'],
  ['dcos-ui', 'what npm would download is missing: add a source "offline" with node/'],
  ['exhibitor', 'what Gradle would download is missing: add a source "offline" whose folder gradle/'],
  ['hdfs-mesos', 'what its build would download is missing: add a source "offline" with gradle/'],
  ['marathon', 'what sbt would download is missing: add a source "offline" with sbt-launch.jar'],
] as const;

test.each(WANTING)('%s is checked out at its pin, and says in one sentence what it lacks', async (name, sentence) => {
  using rig = rigWithRequirements();
  copyRecipe(rig.folder, name, { docker: SHELL_BUILDER, sources: { ...tools(rig), [name]: pinned(rig, name) } });
  const { status, stderr } = await rig.run('build', name, '--verbose');
  expect(status).toBe(1);
  expect(stderr).toContain(`${name}: ${sentence}`);
  expect(stderr).toMatch(new RegExp(`${name}: failed in build`));
  expect(stderr).not.toContain('cannot stat');
});

test('the sources of those recipes are pinned: a commit, or a hash of what is downloaded', () => {
  const loose = WANTING.flatMap(([name]) => globSync(`packages/${name}/*buildinfo.json`)).flatMap((file) => {
    const { sources }: { sources: Record<string, Record<string, string>> } = JSON.parse(readFileSync(file, 'utf8'));
    const pins = Object.entries(sources).map(([source, { ref, sha1, sha256: hash }]) => [source, ref ?? hash ?? sha1]);
    return pins.filter(([, pin]) => !/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(pin ?? ''));
  });
  expect(loose).toEqual([]);
});

test('cosmos, prebuilt: the jar that upstream built, and its service on masters', async () => {
  using rig = rigWithRequirements();
  copyRecipe(rig.folder, 'cosmos', {
    docker: SHELL_BUILDER,
    sources: { cosmos: fileSource(rig, 'cosmos-server-0.6.2-31-one-jar.jar') },
  });
  expect(await packageFiles(rig, 'cosmos')).toEqual(['dcos.target.wants_master/dcos-cosmos.service', 'usr/cosmos.jar']);
});

test('marathon, prebuilt: start script and jars beside each other, and its service on masters', async () => {
  using rig = rigWithRequirements();
  const archive = tarball(rig, 'marathon-1.11.24-9ee9f3ceb', [
    'bin/marathon',
    'lib/marathon.jar',
    'lib/scala.jar',
    'share/x',
  ]);
  copyRecipe(rig.folder, 'marathon', { docker: SHELL_BUILDER, sources: { marathon: archive } });
  expect(await packageFiles(rig, 'marathon')).toEqual([
    'dcos.target.wants_master/dcos-marathon.service',
    'libexec/start-marathon',
    'marathon/bin/marathon',
    'marathon/lib/marathon.jar',
    'marathon/lib/scala.jar',
  ]);
});

test('dcos-ui, prebuilt: the pages of the release', async () => {
  using rig = rigWithRequirements();
  const archive = tarball(rig, 'dist', ['index.html', 'assets/index.js']);
  copyRecipe(rig.folder, 'dcos-ui', { docker: SHELL_BUILDER, sources: { 'dcos-ui': archive } });
  expect(await packageFiles(rig, 'dcos-ui')).toEqual(['usr/assets/index.js', 'usr/index.html']);
});

/** What they require is there, and does nothing. */
function rigWithRequirements(): Rig {
  const rig = Rig.withBuilder();
  for (const name of ['exhibitor', 'java', 'python']) rig.component(name);
  return rig;
}

/** What the recipes take beside their own source; nothing of it is reached. */
function tools(rig: Rig): Record<string, object> {
  return {
    jdk: tarball(rig, 'jdk8u232-b09', ['bin/java']),
    zookeeper: tarball(rig, 'zookeeper-3.4.14', ['bin/zkCli.sh']),
    log4j: fileSource(rig, 'log4j-systemd-journal-appender-1.3.2.jar'),
    jna: fileSource(rig, 'jna-4.2.2.jar'),
  };
}

/** Builds the variant `prebuilt`, and lists what is in the package. */
async function packageFiles(rig: Rig, name: string): Promise<string[]> {
  rig.write('treeinfo.json', JSON.stringify({ core_package_list: [name], variants: { [name]: 'prebuilt' } }));
  const { status, stderr } = await rig.run('build', name);
  expect([status, stderr]).toEqual([0, expect.anything()]);
  return filesOfPackage(rig, name);
}
