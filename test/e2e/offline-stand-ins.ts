/**
 * The components whose builds want a source `offline`, and hadoop, whose source is private, built on the real roots with stand-ins for upstream's repositories
 * and for their tools: scripts that look whether they are called as the real ones have to be, and make what those make.
 */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Files, StandInTree } from './stand-in-tree.ts';

const SBT = `#!/bin/bash
set -euo pipefail
[ "$COURSIER_CACHE" = /pkg/src/offline/coursier ] && [[ "$*" == *"-jar /pkg/src/offline/sbt-launch.jar set offline"* ]]
case "\${@: -1}" in
  oneJar)
    mkdir -p cosmos-server/target/scala-2.12
    echo jar >cosmos-server/target/scala-2.12/cosmos-server_2.12-0.6.2-one-jar.jar
    ;;
  universal:stage)
    git rev-parse HEAD && [ "$(./version)" = 1.11.24 ]
    mkdir -p target/universal/stage/{bin,lib}
    touch target/universal/stage/{bin/marathon,lib/marathon.jar}
    ;;
esac
`;

const GRADLE = `#!/bin/bash
set -euo pipefail
[ "$JAVA_HOME:$GRADLE_USER_HOME:$1" = /pkg/src/jdk:/pkg/src/offline/gradle:--offline ]
case "$*" in
  "--offline install") git rev-parse HEAD && echo installed >/tmp/home/installed ;;
  *"/gradle/build.gradle shadowJar")
    libs="$(dirname "$3")/build/libs"
    mkdir -p "$libs" && cp /tmp/home/installed "$libs/exhibitor-1.5.6-SNAPSHOT-all.jar"
    ;;
  "--offline shadowJar")
    mkdir -p hdfs-{scheduler,executor}/build/libs
    touch hdfs-scheduler/build/libs/hdfs-scheduler-uber.jar hdfs-executor/build/libs/hdfs-executor-uber.jar
    ;;
esac
`;

/** Stands for node, npm and gulp: makes the pages, if the modules are where they have to be. */
const NODE =
  '#!/bin/bash\nset -e\n[ -d node_modules ]\n[ "$1" = scripts/ensureConfig.js ] || { mkdir -p dist; echo page >dist/index.html; }\n';
const NODE_TOOLS: Files = {
  'node/bin/node': NODE,
  'node/bin/npm': NODE.replace('[ -d', '[ "$*" = "run build:assets" ]\n[ -d'),
  'node_modules/.bin/gulp': NODE.replace('[ -d', '[ "$NODE_ENV $*" = "production dist" ]\n[ -d'),
};

const HADOOP_FILES = ['bin/hadoop', 'libexec/config.sh', 'etc/hadoop/core-site.xml', 'lib/native/libhadoop.so'];
const HADOOP_JARS = ['common/hadoop-common-2.5.0', 'common/hadoop-common-2.5.0-tests', 'hdfs/hadoop-hdfs-2.5.0'];
const HADOOP_MORE = ['common/lib/guava.jar', 'hdfs/lib/guava.jar', 'hdfs/webapps/index.html'];
const HADOOP: readonly string[] = [
  ...HADOOP_FILES,
  ...HADOOP_JARS.map((jar) => `share/hadoop/${jar}.jar`),
  ...HADOOP_MORE.map((path) => `share/hadoop/${path}`),
];

const CONSTANTS = 'hdfs-commons/src/main/java/org/apache/mesos/hdfs/util/HDFSConstants.java';
const STANDALONE = 'exhibitor-standalone/src/main/resources/buildscripts/standalone/gradle/build.gradle';

const REPOSITORIES: Readonly<Record<string, Files>> = {
  cosmos: { 'build.sbt': '' },
  marathon: { 'build.sbt': '', version: '#!/bin/bash\ngit rev-list --count HEAD\n' },
  exhibitor: { gradlew: GRADLE, [STANDALONE]: '' },
  'hdfs-mesos': {
    gradlew: GRADLE,
    [CONSTANTS]: 'String HDFS_BINARY_FILE_NAME = "hdfs-mesos-executor-0.1.5.tgz";\n',
    'bin/hdfs-mesos': '#!/bin/bash\n',
    'conf/mesos-site.xml': '<configuration/>',
  },
  'dcos-ui': { 'scripts/ensureConfig.js': '' },
  'dcos-installer-ui': { 'src/js/config/Config.js': '' },
};

const SBT_FILES: Files = { 'sbt-launch.jar': 'jar', 'boot/x': '', 'ivy2/x': '', 'coursier/x': '' };
const GRADLE_FILES: Files = { 'gradle/wrapper/x': '' };

/** What is in the source that each build wants beside its own. */
const OFFLINE: Readonly<Record<string, Files>> = {
  cosmos: SBT_FILES,
  marathon: SBT_FILES,
  exhibitor: GRADLE_FILES,
  'hdfs-mesos': { ...GRADLE_FILES, ...Object.fromEntries(HADOOP.map((path) => [`hadoop/${path}`, path])) },
  'dcos-ui': NODE_TOOLS,
  'dcos-installer-ui': NODE_TOOLS,
};

/** Some of what each package must bring. */
const FILES: Readonly<Record<string, readonly string[]>> = {
  cosmos: ['usr/cosmos.jar', 'dcos.target.wants_master/dcos-cosmos.service'],
  marathon: ['marathon/bin/marathon', 'marathon/lib/marathon.jar', 'dcos.target.wants_master/dcos-marathon.service'],
  exhibitor: [
    'bin/exhibitor_wait.py',
    'bin/zkCli.sh',
    'usr/exhibitor/exhibitor.jar',
    'usr/exhibitor/start-exhibitor',
    'usr/zookeeper/bin/zkServer.sh',
    'usr/zookeeper/lib/log4j-jna-4.2.2.jar',
    'dcos.target.wants_master/dcos-exhibitor.service',
  ],
  'hdfs-mesos': ['bin/hdfs-mesos', 'lib/hdfs-scheduler-uber.jar', 'hdfs-mesos-executor-0.1.5.tgz'].map(
    (path) => `usr/hdfs-mesos/${path}`,
  ),
  'dcos-ui': ['usr/index.html'],
  'dcos-installer-ui': ['usr/index.html'],
  hadoop: ['bin/hadoop', 'usr/hadoop/bin/hadoop', 'usr/hadoop/share/hadoop/common/hadoop-common-2.5.0.jar'],
};

/** What is of no use on a node. */
const LEFT_OUT = ['usr/zookeeper/docs', 'usr/hadoop/share/hadoop/common/hadoop-common-2.5.0-tests.jar'];

/** @throws Error naming the first component that does not build, or what its package lacks */
export async function buildOfflineStandIns(repository: string, onPassed: (line: string) => void): Promise<void> {
  using tree = new StandInTree(repository);
  const fromGit = Object.keys(REPOSITORIES);
  const more = {
    jdk: tree.archive('jdk', { 'bin/java': SBT }),
    zookeeper: tree.archive('zookeeper', { 'bin/zkServer.sh': '#!/bin/bash\n', 'lib/netty.jar': '', 'docs/x': '' }),
    log4j: tree.file('log4j-systemd-journal-appender-1.3.2.jar'),
    jna: tree.file('jna-4.2.2.jar'),
  };
  for (const name of fromGit) {
    tree.recipe(name, { ...more, [name]: tree.repository(name, REPOSITORIES[name] ?? {}) });
    tree.addSource(name, 'offline', tree.archive(`${name}-offline`, OFFLINE[name] ?? {}));
  }
  tree.recipe('hadoop', {
    hadoop: tree.archive('hadoop-2.5.0', Object.fromEntries(HADOOP.map((path) => [path, path]))),
  });
  // What they require is not what is looked at here.
  for (const name of ['java', 'python']) tree.rig.component(name, { buildinfo: { docker: 'jvm' } });
  const names = [...fromGit, 'hadoop'];
  await tree.build(names);
  for (const name of names) {
    const folder = tree.unpack(name);
    const missing = (FILES[name] ?? []).filter((path) => !existsSync(join(folder, path)));
    if (missing.length > 0) throw new Error(`${name} lacks ${missing.join(', ')}`);
    const superfluous = LEFT_OUT.filter((path) => existsSync(join(folder, path)));
    if (superfluous.length > 0) throw new Error(`${name} has ${superfluous.join(', ')}`);
    if (name === 'marathon' && (statSync(join(folder, 'marathon/bin/marathon')).mode & 0o100) === 0) {
      throw new Error('the start script of marathon cannot be executed');
    }
    onPassed(`${name} ${FILES[name]?.[0]}`);
  }
}
