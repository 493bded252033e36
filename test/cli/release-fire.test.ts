/** Whole runs of `release` and `fetch` on Azurite, with a proxy between that makes faults; and what refuses them. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Azurite, type SasOptions } from '../rig/azurite.ts';
import { FaultProxy, seeded, type Fault } from '../rig/fault-proxy.ts';
import type { CommandEnd, Rig } from '../rig/rig.ts';
import { smallTree } from './release-rig.ts';

let azurite: Azurite;
let proxy: FaultProxy;
let rig: Rig;
/** Everything that any command printed, and everything secret that it was given. */
const printed: string[] = [];
const secrets = new Set<string>();

beforeAll(async () => {
  azurite = await Azurite.start();
  proxy = await FaultProxy.start(azurite.url);
  rig = smallTree();
  rig.component('c++', {
    buildinfo: { requires: ['lib'] },
    script: 'mkdir $PKG_PATH/@odd; echo 1 > $PKG_PATH/@odd/a+b',
  });
  rig.write('packages/c++/component.json', JSON.stringify({ version: '1.0', summary: 'Odd', licence: 'MIT' }));
  await rig.run('build');
});
afterAll(async () => {
  rig[Symbol.dispose]();
  await proxy[Symbol.asyncDispose]();
  await azurite[Symbol.asyncDispose]();
});

/** The URL of a container with a SAS, behind the proxy if nothing else is said. */
function place(container: string, options: SasOptions & { readonly endpoint?: string } = {}): string {
  const { endpoint = proxy.url, ...sas } = options;
  const token = azurite.sas(container, sas);
  const signature = /sig=([^&]+)/.exec(token)?.[1] ?? '';
  secrets.add(signature).add(decodeURIComponent(signature));
  return `${azurite.containerUrl(container, endpoint)}/dcos?${token}`;
}

async function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<CommandEnd> {
  const end = await rig.start(args, env).end;
  printed.push(end.stdout, end.stderr);
  return end;
}

const create = (to: string, ...more: readonly string[]) => run(['release', 'create', 'testing', '--to', to, ...more]);

const PASSING: readonly Fault[] = [
  { kind: 'status', status: 500 },
  { kind: 'status', status: 503, headers: { 'retry-after': '1' } },
  { kind: 'status', status: 429 },
  { kind: 'cut-request' },
  { kind: 'cut-answer' },
  { kind: 'cut-body', after: 10 },
  { kind: 'truncate', to: 7 },
  { kind: 'flip', at: 99 },
  { kind: 'slow', pieceBytes: 400, pauseMs: 1 },
];

test.concurrent.each([1, 2, 3])(
  'faults at random, seed %i: each run ends well, and what came is what was released',
  async (seed) => {
    const container = `faults-${seed}`;
    await azurite.container(container);
    await using faulty = await FaultProxy.start(azurite.url, seeded(seed, 0.1, PASSING));
    const endpoint = faulty.url;
    const to = place(container, { endpoint });
    const other = `copy-${seed}`;
    await azurite.container(other);
    const steps = [
      ['release', 'create', 'testing', '--to', to],
      ['release', 'promote', 'testing', 'stable', '--to', to],
      ['release', 'verify', 'stable', '--to', to],
      ['fetch', 'stable', '--from', to, '--out', `fetched-${seed}`],
      ['release', 'copy', to, rig.path(`folder-${seed}`)],
      ['release', 'copy', rig.path(`folder-${seed}`), place(other, { endpoint })],
    ];
    for (const step of steps) {
      const { status, stderr } = await run(step);
      expect([step[0], step[1], stderr]).toEqual([
        step[0],
        step[1],
        expect.not.stringMatching(/bug in dcos-build|\bat /),
      ]);
      expect([step[1], status, stderr]).toEqual([step[1], 0, expect.anything()]);
    }
    faulty.script = () => undefined;
    for (const store of [to, rig.path(`folder-${seed}`), place(other)]) {
      const { status, stdout } = await run(['release', 'verify', 'testing', '--to', store]);
      expect([status, stdout]).toEqual([0, expect.stringContaining('It is whole.')]);
    }
    const packages = (out: string) => {
      const below = rig.path(out, 'repository/packages');
      const names = readdirSync(below, { recursive: true, encoding: 'utf8' }).filter((name) =>
        name.endsWith('.tar.xz'),
      );
      return new Map(names.toSorted().map((name) => [name, readFileSync(`${below}/${name}`, 'base64')]));
    };
    expect(packages(`fetched-${seed}`)).toEqual(packages('out'));
  },
);

test('a second create with nothing changed asks the store at most three times', async () => {
  await azurite.container('twice');
  const to = place('twice');
  expect((await create(to)).status).toBe(0);
  const before = proxy.asked.length;
  expect((await create(to)).stdout).toContain('Nothing to do');
  expect(proxy.asked.length - before).toBeLessThanOrEqual(3);
});

test('a server that only fails ends in one sentence, and the channel has what it had', async () => {
  await azurite.container('fails');
  const to = place('fails');
  expect((await create(to)).status).toBe(0);
  // Everything works but to write tarballs and manifests: that a channel moves would be a mistake.
  proxy.script = ({ method, url }) =>
    method === 'PUT' && /releases/.test(url) ? { kind: 'status', status: 403 } : undefined;
  const { status, stderr } = await create(to, '--tag', 'another');
  proxy.script = () => undefined;
  expect([status, stderr]).toEqual([3, expect.stringMatching(/(?:^|\n)error: .*\n {2}hint: .*\[STORE_FORBIDDEN\]\n$/)]);
  const shown = JSON.parse((await run(['release', 'show', 'testing', '--to', to, '--json'])).stdout);
  expect(shown.tag).toBe('1.0');
  expect((await create(to, '--tag', 'another')).status).toBe(0);
});

test.each<readonly [string, () => string, string]>([
  ['a SAS that has ended', () => place('there', { expiresInMs: -60_000 }), 'STORE_FORBIDDEN'],
  [
    'a SAS of a clock that is behind',
    () => place('there', { startsInMs: 3_600_000, expiresInMs: 7_200_000 }),
    'STORE_FORBIDDEN',
  ],
  ['a SAS that only reads', () => place('there', { permissions: 'rl' }), 'STORE_FORBIDDEN'],
  ['a container that is not there', () => place('not-there'), 'REPOSITORY_UNAVAILABLE'],
])('%s: one sentence that says what to do', async (_what, to, code) => {
  if (!(await azurite.client('there').exists())) await azurite.container('there');
  const { status, stderr } = await create(to());
  expect(stderr).toMatch(/(?:^|\n)error: [^\n]+\n {2}hint: [^\n]+\n$/);
  expect(stderr).toContain(`[${code}]`);
  expect([1, 3]).toContain(status);
});

test('a key that is wrong: one sentence, and the key is not in it', async () => {
  const key = Buffer.alloc(64, 'the key of nobody').toString('base64');
  secrets.add(key);
  const connection = azurite.connectionString().replace(/AccountKey=[^;]+/, `AccountKey=${key}`);
  secrets.add(/AccountKey=([^;]+)/.exec(azurite.connectionString())?.[1] ?? '');
  const { status, stderr } = await run(['release', 'list', '--to', 'az://devstoreaccount1/there'], {
    AZURE_STORAGE_CONNECTION_STRING: connection,
  });
  expect([status, stderr]).toEqual([3, expect.stringMatching(/^error: .*\n {2}hint: .*\[STORE_FORBIDDEN\]\n$/)]);
});

test('secrets are in no output, trace, state or blob', async () => {
  await azurite.container('secrets');
  const to = place('secrets');
  expect((await create(to, '--trace', 'trace.json', '--verbose')).status).toBe(0);
  expect((await run(['release', 'copy', to, rig.path('kept'), '--json'])).status).toBe(0);
  expect((await run(['fetch', 'testing', '--from', to, '--out', 'other', '--json'])).status).toBe(0);
  const files = ['out', 'other', 'kept', 'trace.json'].flatMap((name) => {
    const path = rig.path(name);
    if (!existsSync(path)) return [];
    if (name.includes('.')) return [path];
    const entries = readdirSync(path, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile() && !entry.parentPath.includes('/builders/'))
      .map((entry) => `${entry.parentPath}/${entry.name}`);
  });
  expect(files.length).toBeGreaterThan(30);
  const texts = [...printed, ...files.map((path) => readFileSync(path, 'latin1'))];
  expect(secrets.size).toBeGreaterThan(6);
  const found = [...secrets].filter((secret) => texts.some((text) => text.includes(secret)));
  expect(found).toEqual([]);
  expect(printed.some((text) => /[?&]sig=(?!\*|REDACTED|%2A)/.test(text))).toBe(false);
});
