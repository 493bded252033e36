/** The scripts by which services start, run as on a node, with stand-ins for the programs that they call. */
import { chmodSync, copyFileSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inSandbox } from '../e2e/sandbox.ts';
import { Rig } from '../rig/rig.ts';

let rig: Rig;
beforeAll(() => {
  rig = Rig.withBuilder();
});
afterAll(() => rig[Symbol.dispose]());

const SAYS_ARGUMENTS = '#!/bin/bash\nprintf "%s\\n" "$@"\n';
/** Says what it was asked, in place of the value of the first. */
const CONSENSUS = `#!/bin/bash
[ -z "\${NO_AGREEMENT:-}" ] || exit 1
proposal="$(cat)"
echo "agreed at $1 on \${#proposal} bytes"
`;
const EXHIBITOR = '/opt/mesosphere/active/exhibitor/usr/exhibitor';

test('Exhibitor with one master stands alone, whatever the backend', async () => {
  const { status, output } = await onNode(`EXHIBITOR_BACKEND=AZURE ${EXHIBITOR}/start-exhibitor`);
  expect([status, output.split('\n')]).toEqual([
    0,
    expect.arrayContaining(['--configtype=static', '--staticensemble=1:10.0.0.7', '--hostname', '10.0.0.7']),
  ]);
});

test.each([
  [
    'STATIC',
    'EXHIBITOR_STATICENSEMBLE=1:10.0.0.7,2:10.0.0.8',
    ['--configtype=static', '--staticensemble=1:10.0.0.7,2:10.0.0.8'],
  ],
  ['SHARED_FS', 'EXHIBITOR_FSCONFIGDIR=/shared', ['--configtype=file', '--fsconfigdir=/shared']],
  [
    'ZK',
    'ZK_CONFIG_CONNECT=10.1.1.1:2181 ZK_CONFIG_ZPATH=/exhibitor',
    ['--configtype=zookeeper', '--zkconfigzpath=/exhibitor'],
  ],
  ['AZURE', 'AZURE_CONTAINER=box AZURE_PREFIX=a/b', ['--configtype=azure', '--azureconfig=box:a/b']],
  ['AWS_S3', 'AWS_S3_BUCKET=box AWS_S3_PREFIX=a AWS_REGION=r', ['--configtype=s3', '--s3config=box:a', '--s3region=r']],
])('Exhibitor keeps its shared configuration in %s', async (backend, variables, expected) => {
  const { status, output } = await onNode(`EXHIBITOR_BACKEND=${backend} ${variables} ${EXHIBITOR}/start-exhibitor`, 3);
  expect(status).toBe(0);
  for (const text of expected) expect(output).toContain(text);
});

test('Exhibitor starts with as many masters as the cluster has', async () => {
  const script = `EXHIBITOR_BACKEND=SHARED_FS EXHIBITOR_FSCONFIGDIR=/x ${EXHIBITOR}/start-exhibitor >/dev/null
cat /run/dcos_exhibitor/exhibitor_defaults.conf`;
  const { output } = await onNode(script, 5);
  expect(output).toContain('auto-manage-instances-fixed-ensemble-size=5\n');
  expect(output).toContain('zoo-cfg-extra=tickTime\\=2000&initLimit\\=10');
});

test('a backend that nobody knows, or a variable that is missing, is told by its name', async () => {
  const unknown = await onNode(`EXHIBITOR_BACKEND=FLOPPY ${EXHIBITOR}/start-exhibitor`, 3);
  expect([unknown.status, unknown.output]).toEqual([1, expect.stringContaining('EXHIBITOR_BACKEND is "FLOPPY"')]);
  const incomplete = await onNode(`EXHIBITOR_BACKEND=SHARED_FS ${EXHIBITOR}/start-exhibitor`, 3);
  expect([incomplete.status, incomplete.output]).toEqual([1, expect.stringContaining('EXHIBITOR_FSCONFIGDIR')]);
});

test('Exhibitor gets a resolv.conf of its own', async () => {
  const script = `RESOLVERS=10.0.0.2,10.0.0.3 ${EXHIBITOR}/write-resolv-conf; cat /run/dcos_exhibitor/resolv.conf`;
  expect((await onNode(script)).output).toBe('nameserver 10.0.0.2\nnameserver 10.0.0.3\n');
});

test('Marathon gets the settings of DC/OS, and those of the cluster go before them', async () => {
  const { status, output } = await onNode(
    'MARATHON_MESOS_ROLE=mine MARATHON_JAVA_ARGS=-Xmx9G /opt/mesosphere/active/marathon/libexec/start-marathon',
  );
  expect(status).toBe(0);
  expect(output).toContain('MARATHON_HOSTNAME=10.0.0.7\n');
  expect(output).toContain('MARATHON_MASTER=zk://127.0.0.1:2181/mesos\n');
  expect(output).toContain('MARATHON_MESOS_ROLE=mine\n');
  expect(output).toContain('JAVA_OPTS=-Xmx9G\n');
  expect(output).not.toContain('MARATHON_JAVA_ARGS');
});

const SHARE = '/opt/mesosphere/active/dcos-oauth/libexec/share-token-secret';
const SECRET = '/var/lib/dcos/dcos-oauth/auth-token-secret';

test('a master signs with the secret that all have agreed on, which nobody else can read', async () => {
  const { status, output } = await onNode(
    `mkdir -p ${dirname(SECRET)}; ${SHARE}; cat ${SECRET}; ls -l ${dirname(SECRET)}`,
  );
  expect(status).toBe(0);
  expect(output).toContain('agreed at /dcos/auth-token-secret on 64 bytes');
  expect(output).toMatch(/^-rw------- .* auth-token-secret$/m);
  expect(output).not.toContain('auth-token-secret.new');
});

test('without agreement a master keeps the secret that it has', async () => {
  const { output } = await onNode(
    `mkdir -p ${dirname(SECRET)}; echo old >${SECRET}; NO_AGREEMENT=1 ${SHARE} || echo "status $?"; cat ${SECRET}`,
  );
  expect(output).toBe('status 1\nold\n');
});

/** Runs a script on a node with so many masters, whose address is 10.0.0.7; output and errors are one text. */
async function onNode(script: string, masters = 1): Promise<{ status: number; output: string }> {
  const mesosphere = rig.path(`node-${masters}`);
  const exhibitor = 'active/exhibitor/usr/exhibitor';
  const files = {
    'environment.export': '',
    'bin/detect_ip': '#!/bin/bash\necho 10.0.0.7\n',
    'bin/java': SAYS_ARGUMENTS,
    'etc/master_count': `${masters}\n`,
    [`${exhibitor}/start-exhibitor`]: readFileSync('packages/exhibitor/extra/start-exhibitor'),
    [`${exhibitor}/write-resolv-conf`]: readFileSync('packages/exhibitor/extra/write-resolv-conf'),
    'bin/zk-value-consensus': CONSENSUS,
    'active/dcos-oauth/libexec/share-token-secret': readFileSync('packages/dcos-oauth/extra/share-token-secret'),
    'active/marathon/libexec/start-marathon': readFileSync('packages/marathon/extra/start-marathon'),
    'active/marathon/marathon/bin/marathon': '#!/bin/bash\nenv\n',
  };
  for (const [path, content] of Object.entries(files)) {
    rig.write(`node-${masters}/${path}`, content);
    chmodSync(join(mesosphere, path), 0o755);
  }
  return inSandbox({ root: rootOf(), mesosphere }, `mkdir -p /run/dcos_exhibitor; ${script}`);
}

/** The root of the shell builder, with what a node has and a builder has not. */
function rootOf(): string {
  const [root = ''] = globSync(rig.path('out/cache/builders/*/root'));
  for (const folder of ['run', 'var/lib']) mkdirSync(join(root, folder), { recursive: true });
  for (const program of ['base64', 'chown', 'head', 'sync']) {
    copyFileSync(`/usr/bin/${program}`, join(root, 'usr/bin', program));
  }
  // In a sandbox with one user all are that one.
  writeFileSync(join(root, 'etc/passwd'), 'dcos_oauth:x:0:0::/:/bin/bash\n');
  return root;
}
