import { expect, test } from 'vitest';
import { buildInstead, durationKey, planTasks, type TaskInput } from '../../src/build/tasks.ts';
import type { Plan } from '../../src/resolve/plan.ts';
import { planMemory } from '../rig/memory-plan.ts';

/** `lib`, `app` that requires it, `tool` that requires nothing; all on one builder. */
const FILES = {
  'lib/buildinfo.json': { docker: 'shell' },
  'app/buildinfo.json': { docker: 'shell', requires: ['lib'] },
  'tool/buildinfo.json': { docker: 'shell' },
};

function planned(): Plan {
  return planMemory(FILES, { builders: new Map([['shell', { kind: 'root', id: 'sha256:1' }]]) }).plan;
}

function idOf(plan: Plan, name: string): string {
  return plan.components.get(`${name}|null`)?.id ?? '';
}

/** Everything is to be built, and nothing is missing for it. */
function inputOf(plan: Plan, more: Partial<TaskInput> = {}): TaskInput {
  return {
    plan,
    actions: new Map([...plan.components.keys()].map((key) => [key, 'build'])),
    missingSources: new Set(),
    missingBuilders: new Set(),
    bootstraps: plan.trees,
    durations: new Map(),
    ...more,
  };
}

/** Labels of the tasks, with the labels of what each needs. */
function outline(input: TaskInput): Record<string, readonly string[]> {
  const tasks = planTasks(input).map(({ task }) => task);
  const labels = new Map(tasks.map(({ key, label }) => [key, label]));
  return Object.fromEntries(tasks.map(({ label, needs }) => [label, needs.map((need) => labels.get(need) ?? need)]));
}

test('a component needs the requirements that are made in this run, a bootstrap all packages of its tree', () => {
  const plan = planned();
  expect(outline(inputOf(plan))).toEqual({
    lib: [],
    app: ['lib'],
    tool: [],
    bootstrap: ['app', 'lib', 'tool'],
  });
  expect(outline(inputOf(plan, { actions: new Map([['app|null', 'build']]) }))).toEqual({
    app: [],
    bootstrap: ['app'],
  });
  expect(outline(inputOf(plan, { actions: new Map(), bootstraps: [] }))).toEqual({});
});

test('what is built waits also for what only its requirements require, unless these are built and wait for it', () => {
  const { plan } = planMemory(
    { ...FILES, 'top/buildinfo.json': { docker: 'shell', requires: ['app'] } },
    { builders: new Map([['shell', { kind: 'root', id: 'sha256:1' }]]) },
  );
  const needsOfTop = (actions: TaskInput['actions']): readonly string[] | undefined =>
    outline(inputOf(plan, { actions, bootstraps: [] }))['top'];
  const top = ['top|null', 'build'] as const;
  expect(needsOfTop(new Map([['lib|null', 'download'], ['app|null', 'download'], top]))).toEqual(['app', 'lib']);
  expect(needsOfTop(new Map([['lib|null', 'download'], top]))).toEqual(['lib']);
  expect(needsOfTop(new Map([['lib|null', 'download'], ['app|null', 'build'], top]))).toEqual(['app']);
});

test('what is downloaded waits for nothing; what is built waits for its builder and its sources', () => {
  const plan = planned();
  const input = inputOf(plan, {
    actions: new Map([
      ['lib|null', 'download'],
      ['app|null', 'build'],
    ]),
    missingSources: new Set(['app|null']),
    missingBuilders: new Set(['shell']),
  });
  expect(outline(input)).toEqual({
    'builder shell': [],
    lib: [],
    'app sources': [],
    app: ['app sources', 'builder shell', 'lib'],
    bootstrap: ['app', 'lib'],
  });
  const pools = Object.fromEntries(planTasks(input).map(({ task, job }) => [task.label, job.pool]));
  expect(pools).toEqual({
    'builder shell': 'build',
    lib: 'network',
    'app sources': 'network',
    app: 'build',
    bootstrap: 'build',
  });
});

test('durations are known by the component, whatever its id is now', () => {
  const plan = planned();
  const durations = new Map([
    ['app|null', 700],
    ['bootstrap|null', 90],
  ]);
  const estimates = planTasks(inputOf(plan, { durations })).map(({ task, job }) => [
    task.label,
    task.estimateMs,
    job.estimateMs,
  ]);
  expect(estimates).toEqual([
    ['lib', undefined, undefined],
    ['app', 700, 700],
    ['tool', undefined, undefined],
    ['bootstrap', 90, 90],
  ]);
  const [component] = plan.components.values();
  if (component === undefined) throw new Error('no component');
  expect(durationKey({ kind: 'source', component })).not.toBe(durationKey({ kind: 'build', component }));
});

test('a download that is to be built after all needs every requirement that is a task of the run', () => {
  const plan = planned();
  const actions = new Map([...plan.components.keys()].map((key) => [key, 'download'] as const));
  const tasks = planTasks(inputOf(plan, { actions }));
  const keys = new Set(tasks.map(({ task }) => task.key));
  const app = tasks.find(({ task }) => task.label === 'app');
  if (app === undefined) throw new Error('no task for app');
  const instead = buildInstead(app, keys);
  expect(instead.job).toEqual({ key: idOf(plan, 'app'), needs: [idOf(plan, 'lib')], pool: 'build' });
  expect(instead.work).toMatchObject({ kind: 'build-instead', component: { name: 'app' } });
  expect(buildInstead(app, new Set()).job.needs).toEqual([]);
  expect(() => buildInstead(instead, keys)).toThrow('is no download');
});
