/** Reads pipelines/github-actions.yml, with the workflow and the action that it uses, as jobs that can be run. */
import { basename } from 'node:path';
import { githubCondition, githubText, type Names, type State } from './expressions.ts';
import type { Run, Step } from './run-pipeline.ts';
import type { Job, Service } from './service.ts';
import {
  fields,
  list,
  names as namesIn,
  optionalFields,
  optionalText,
  readYaml,
  text,
  type Fields,
} from './yaml-values.ts';

const WORKFLOW = 'pipelines/github-actions.yml';

/** @param names what is configured: `vars.X` and `secrets.X` */
export function readGithub(names: Names): Service {
  const workflow = readYaml(WORKFLOW);
  const jobs = Object.entries(fields(workflow['jobs'], 'jobs')).map(([id, job]) =>
    readJob(id, fields(job, id), workflow),
  );
  return { jobs, names, outputNames: (job, output) => [`needs.${job}.outputs.${output.split('.')[1]}`] };
}

/** The lines that a step appended to its output file. */
export function githubOutputsOf(_id: string, _stdout: string, outputFile: string): ReadonlyMap<string, string> {
  const lines = outputFile.split('\n').filter((line) => line !== '');
  return new Map(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}

function readJob(id: string, job: Fields, workflow: Fields): Job {
  const condition = optionalText(job['if'], `${id}.if`) ?? '!failure()';
  const strategy = optionalFields(job['strategy'], id);
  const matrix = optionalText(strategy['matrix'], `${id}.matrix`);
  return {
    id,
    needs: namesIn(job['needs'], `${id}.needs`),
    environment: optionalText(job['environment'], `${id}.environment`),
    runs: (state) => githubCondition(condition, state),
    legs: (state) => {
      if (matrix === undefined) return [runOf(id, job, workflow, state)];
      const include = list(fields(JSON.parse(githubText(matrix, state)), id)['include'], `${id}.include`);
      return include.map((leg, index) => {
        const own = Object.entries(leg).map(([key, value]) => [`matrix.${key}`, text(value, key)] as const);
        const names = new Map([...state.names, ...own]);
        return calledRun(`${id}-${index + 1}`, job, { ...state, names });
      });
    },
  };
}

/** A job that calls a workflow is the one job of that workflow, with the inputs and secrets it is given. */
function calledRun(id: string, job: Fields, state: State): Run {
  const called = readYaml(`pipelines/${basename(text(job['uses'], `${id}.uses`))}`);
  const given = (part: unknown, prefix: string): readonly (readonly [string, string])[] =>
    Object.entries(fields(part, id)).map(([key, value]) => [`${prefix}.${key}`, githubText(text(value, key), state)]);
  const vars = [...state.names].filter(([name]) => name.startsWith('vars.'));
  const names = new Map([...vars, ...given(job['with'], 'inputs'), ...given(job['secrets'], 'secrets')]);
  const [inner] = Object.values(fields(called['jobs'], 'jobs'));
  return runOf(id, fields(inner, 'job'), called, { ...state, names });
}

function runOf(id: string, job: Fields, workflow: Fields, state: State): Run {
  const common = { ...optionalFields(workflow['env'], 'env'), ...optionalFields(job['env'], 'env') };
  return { id, steps: list(job['steps'], `${id}.steps`).flatMap((step) => readSteps(step, common, state)) };
}

/** The steps of an action of our own come in its place; those of others are not run. */
function readSteps(step: Fields, common: Fields, state: State): readonly Step[] {
  const uses = optionalText(step['uses'], 'uses');
  if (uses?.startsWith('./') === true) {
    const inner = fields(readYaml(`${uses}/action.yml`)['runs'], 'runs');
    return list(inner['steps'], 'steps').flatMap((each) => readSteps(each, common, state));
  }
  const script = optionalText(step['run'], 'run');
  if (script === undefined) return [];
  const env = Object.entries({ ...common, ...optionalFields(step['env'], 'env') });
  const condition = optionalText(step['if'], 'if') ?? '!failure()';
  return [
    {
      name: optionalText(step['name'], 'name') ?? 'step',
      id: optionalText(step['id'], 'id'),
      script,
      env: Object.fromEntries(env.map(([name, value]) => [name, githubText(text(value, name), state)])),
      runs: (hasFailed) => githubCondition(condition, { ...state, hasFailed }),
    },
  ];
}
