/** What can be said of the pipelines without running them: what the services take, and what we hold ourselves to. */
import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import yargs from 'yargs';
import { COMMANDS } from '../../src/cli/commands/index.ts';
import { readAzure } from './azure.ts';
import { readGithub } from './github.ts';
import { fields, list, names, optionalFields, optionalText, readYaml, text, walk } from './yaml-values.ts';

const FILES = globSync('pipelines/**/*.yml').toSorted();
const SERVICES = [
  { service: 'github', jobs: readGithub(new Map()).jobs },
  { service: 'azure', jobs: readAzure({}).jobs },
];

/** Scripts of a file, by the path that leads to them. */
function scriptsOf(file: string): readonly (readonly [string, string])[] {
  return walk(readYaml(file)).flatMap(([path, value]) =>
    /\/(?:run|bash|inlineScript)$/.test(path) && typeof value === 'string' ? [[path, value] as const] : [],
  );
}

test.each(FILES)('%s has only keys that the service knows', (file) => {
  const isGithub = file.includes('github');
  const unknown = walk(readYaml(file)).flatMap(([path, value]) => {
    const known = Object.entries(isGithub ? GITHUB_KEYS : AZURE_KEYS).find(([place]) =>
      new RegExp(`^${place}$`).test(path),
    )?.[1];
    if (known === undefined) return [];
    return Object.keys(fields(value, path))
      .filter((key) => !known.includes(key))
      .map((key) => `${path}/${key}`);
  });
  expect(unknown).toEqual([]);
});

/** As https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax has them, as far as we use them. */
const GITHUB_KEYS: Readonly<Record<string, readonly string[]>> = {
  '': ['name', 'description', 'on', 'permissions', 'concurrency', 'env', 'defaults', 'jobs', 'runs'],
  '/jobs/\\w+': [
    ...['name', 'needs', 'if', 'permissions', 'runs-on', 'environment', 'outputs', 'env', 'timeout-minutes'],
    ...['strategy', 'steps', 'uses', 'with', 'secrets'],
  ],
  '/jobs/\\w+/strategy': ['fail-fast', 'matrix', 'max-parallel'],
  '/jobs/\\w+/steps/\\d+': ['id', 'if', 'name', 'uses', 'run', 'with', 'env', 'shell', 'timeout-minutes'],
  '/runs': ['using', 'steps'],
  '/runs/steps/\\d+': ['name', 'uses', 'with', 'run', 'shell', 'env'],
  '/concurrency': ['group', 'cancel-in-progress'],
};

/** As https://learn.microsoft.com/azure/devops/pipelines/yaml-schema has them, as far as we use them. */
const AZURE_KEYS: Readonly<Record<string, readonly string[]>> = {
  '': ['trigger', 'pr', 'lockBehavior', 'parameters', 'variables', 'pool', 'stages', 'jobs', 'steps'],
  '/parameters/\\d+': ['name', 'displayName', 'type', 'default', 'values'],
  '/stages/\\d+': ['stage', 'displayName', 'dependsOn', 'condition', 'jobs'],
  '(?:/stages/\\d+)?/jobs/\\d+': [
    ...['job', 'deployment', 'template', 'parameters', 'displayName', 'dependsOn', 'condition', 'timeoutInMinutes'],
    ...['strategy', 'environment', 'variables', 'steps'],
  ],
  '.*/steps/\\d+': [
    ...['checkout', 'clean', 'fetchDepth', 'persistCredentials', 'template', 'task', 'bash', 'name', 'displayName'],
    ...['condition', 'inputs'],
  ],
};

test.each(SERVICES)('$service: every job needs jobs that come before it', ({ jobs }) => {
  expect(jobs.map(({ id }) => id)).toEqual(['plan', 'wave1', 'wave2', 'wave3', 'create', 'verify', 'promote']);
  for (const [index, { id, needs }] of jobs.entries()) {
    const before = jobs.slice(0, index).map((job) => job.id);
    expect([id, needs.filter((need) => !before.includes(need))]).toEqual([id, []]);
  }
  expect(jobs.filter(({ needs }) => needs.length === 0).map(({ id }) => id)).toEqual(['plan']);
});

test.each(SERVICES)('$service: only the promotion waits for somebody, and it needs the verification', ({ jobs }) => {
  expect(jobs.filter(({ environment }) => environment !== undefined).map(({ id }) => id)).toEqual(['promote']);
  expect(jobs.find(({ id }) => id === 'promote')?.needs).toContain('verify');
});

test.each(FILES)('%s: every command and option of dcos-build in it exists', async (file) => {
  for (const [, script] of scriptsOf(file)) {
    for (const [, line = ''] of script.matchAll(/\bdcos-build (\w.*)$/gm)) {
      const [name = '', ...words] = line.split(' ');
      const command = await COMMANDS.find((each) => each.name === name)?.load();
      const parser = yargs([])
        .option('tree', { type: 'string' })
        .option('out', { type: 'string' })
        .option('json', { type: 'boolean', default: false });
      const help = (await command?.options(parser).getHelp()) ?? '';
      const unknown = words.filter((word) => word.startsWith('--') && !new RegExp(`${word}(?![\\w-])`).test(help));
      expect([line, help === '', unknown]).toEqual([line, false, []]);
    }
  }
});

test('plans are cut into as many waves as there are', () => {
  const plans = FILES.flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/--waves (\d+)/g)]);
  expect(plans.map(([, waves]) => waves)).toEqual(['3', '3']);
});

test.each(FILES)(
  '%s: what a person or a plan gives reaches scripts as variables alone, never as their text',
  (file) => {
    const injected = scriptsOf(file).filter(([, script]) => /\$\{\{|\$\(\w+\)|\$\[/.test(script));
    expect(injected).toEqual([]);
  },
);

test.each(FILES)(
  '%s: the signing key is in a file for its owner alone, removed at the end, and never printed',
  (file) => {
    for (const [path, script] of scriptsOf(file).filter(([, each]) => each.includes('key.pem'))) {
      expect([path, script.includes('umask 077'), /trap 'rm -rf/.test(script)]).toEqual([path, true, true]);
      expect(script).not.toMatch(/set -\w*x|echo [^\n]*KEY\b|cat [^\n]*key\.pem/);
    }
  },
);

test('actions of others are pinned to commits, with the version beside them', () => {
  const uses = FILES.flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/^ +(?:- )?uses: (.*)$/gm)]);
  const loose = uses.map(([, what = '']) => what).filter((what) => !/^\.\/|@[0-9a-f]{40} # v[\d.]+$/.test(what));
  expect(loose).toEqual([]);
});

test('jobs of GitHub may read the tree and ask for an identity, and nothing else', () => {
  for (const file of ['pipelines/github-actions.yml', 'pipelines/github-build-wave.yml']) {
    const workflow = readYaml(file);
    expect(workflow['permissions']).toEqual({});
    for (const [id, job] of Object.entries(fields(workflow['jobs'], 'jobs'))) {
      expect([id, fields(job, id)['permissions']]).toEqual([id, { contents: 'read', 'id-token': 'write' }]);
    }
  }
});

test('every job has a limit of time', () => {
  const limits = FILES.flatMap((file) =>
    walk(readYaml(file)).flatMap(([path, value]) => {
      if (!/\/jobs\/\w+$/.test(path)) return [];
      const job = fields(value, path);
      if (job['uses'] !== undefined || job['template'] !== undefined) return [];
      return [[path, typeof (job['timeout-minutes'] ?? job['timeoutInMinutes'])]];
    }),
  );
  expect(limits.length).toBeGreaterThan(8);
  expect(limits.filter(([, type]) => type !== 'number')).toEqual([]);
});

test('a workflow that is called gets the inputs and secrets that it declares', () => {
  const called = fields(fields(readYaml('pipelines/github-build-wave.yml')['on'], 'on')['workflow_call'], 'call');
  const jobs = Object.entries(fields(readYaml('pipelines/github-actions.yml')['jobs'], 'jobs'));
  for (const [id, job] of jobs.filter(([, each]) => fields(each, 'job')['uses'] !== undefined)) {
    const { with: inputs, secrets } = fields(job, id);
    expect(Object.keys(fields(inputs, id))).toEqual(Object.keys(fields(called['inputs'], 'inputs')));
    expect(Object.keys(fields(secrets, id))).toEqual(Object.keys(fields(called['secrets'], 'secrets')));
  }
});

test('the outputs that jobs read are those that others have', () => {
  const jobs = fields(readYaml('pipelines/github-actions.yml')['jobs'], 'jobs');
  const read = [...readFileSync('pipelines/github-actions.yml', 'utf8').matchAll(/needs\.(\w+)\.outputs\.(\w+)/g)];
  expect(read.length).toBeGreaterThan(6);
  for (const [all, job = '', output = ''] of read) {
    expect([all, optionalText(optionalFields(fields(jobs[job], job)['outputs'], job)[output], output)]).not.toContain(
      undefined,
    );
  }
  for (const [id, job] of Object.entries(jobs)) {
    const used = [...JSON.stringify(job).matchAll(/needs\.(\w+)\.outputs/g)].map(([, name = '']) => name);
    expect([id, used.filter((name) => !names(fields(job, id)['needs'], id).includes(name))]).toEqual([id, []]);
  }
});

test('templates of Azure Pipelines get the parameters that they declare', () => {
  const declared = list(readYaml('pipelines/azure-build-wave.yml')['parameters'], 'parameters').map((each) =>
    text(each['name'], 'name'),
  );
  const uses = walk(readYaml('pipelines/azure-pipelines.yml')).flatMap(([path, value]) =>
    /\/jobs\/\d+$/.test(path) && fields(value, path)['template'] !== undefined ? [fields(value, path)] : [],
  );
  expect(uses.map((use) => Object.keys(fields(use['parameters'], 'parameters')))).toEqual([
    declared,
    declared,
    declared,
  ]);
});
