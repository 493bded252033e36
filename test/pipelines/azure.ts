/** Reads pipelines/azure-pipelines.yml, with its templates, as jobs that can be run. */
import { azureTemplate, azureValue, type State } from './expressions.ts';
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

const PIPELINE = 'pipelines/azure-pipelines.yml';

/** @param set variables as a person sets them, instead of those of the file */
export function readAzure(set: Readonly<Record<string, string>>): Service {
  const file = readYaml(PIPELINE);
  const parameters = list(file['parameters'], 'parameters').map((each) => [
    text(each['name'], 'name'),
    each['default'],
  ]);
  const pipeline = fields(azureTemplate({ ...file, parameters: [] }, Object.fromEntries(parameters)), PIPELINE);
  const variables = { ...fields(pipeline['variables'], 'variables'), ...set };
  const stages = list(pipeline['stages'], 'stages');
  const jobs = stages.flatMap((stage) => {
    const before = namesIn(stage['dependsOn'], 'dependsOn').flatMap((name) =>
      idsOf(stages.find((each) => each['stage'] === name)),
    );
    return withTemplates(list(stage['jobs'], 'jobs')).map((job) => readJob(job, variables, before));
  });
  const stageOf = new Map(stages.flatMap((stage) => idsOf(stage).map((id) => [id, text(stage['stage'], 'stage')])));
  const outputNames = (job: string, output: string): readonly string[] => [
    `dependencies.${job}.outputs.${output}`,
    `stageDependencies.${stageOf.get(job)}.${job}.outputs.${output}`,
  ];
  return { jobs, names: new Map(), outputNames };
}

/** The output variables that a step set by what it printed. */
export function azureOutputsOf(_id: string, stdout: string): ReadonlyMap<string, string> {
  const commands = stdout.matchAll(/^##vso\[task\.setvariable variable=(\w+);isOutput=true\](.*)$/gm);
  return new Map([...commands].map(([, name = '', value = '']) => [name, value]));
}

function idsOf(stage: Fields | undefined): readonly string[] {
  return withTemplates(list(stage?.['jobs'], 'jobs')).map(idOf);
}

function idOf(job: Fields): string {
  return text(job['job'] ?? job['deployment'], 'job');
}

/** Jobs or steps, with those of templates in their place. */
function withTemplates(entries: readonly Fields[]): readonly Fields[] {
  return entries.flatMap((entry) => {
    const template = optionalText(entry['template'], 'template');
    if (template === undefined) return [entry];
    const file = readYaml(`pipelines/${template}`);
    const parameters = optionalFields(entry['parameters'], template);
    const filled = fields(azureTemplate({ ...file, parameters: [] }, parameters), template);
    return withTemplates(list(filled['jobs'] ?? filled['steps'], template));
  });
}

function readJob(job: Fields, variables: Fields, before: readonly string[]): Job {
  const id = idOf(job);
  const condition = optionalText(job['condition'], id) ?? 'not(failed())';
  const strategy = optionalFields(job['strategy'], id);
  const matrix = optionalText(strategy['matrix'], `${id}.matrix`);
  const deploy = optionalFields(optionalFields(strategy['runOnce'], id)['deploy'], id);
  const steps = withTemplates(list(job['steps'] ?? deploy['steps'], `${id}.steps`));
  const legOf = (legId: string, leg: Fields, state: State): Run => {
    const own = { ...variables, ...optionalFields(job['variables'], id), ...leg };
    const env = Object.entries(own).map(([name, value]) => {
      const given = text(value, name);
      return [name.toUpperCase(), given.startsWith('$[') ? String(azureValue(given, state)) : given];
    });
    return { id: legId, steps: steps.flatMap((step) => readStep(step, Object.fromEntries(env))) };
  };
  return {
    id,
    needs: [...before, ...namesIn(job['dependsOn'], id)],
    environment: optionalText(job['environment'], id),
    runs: (state) => azureValue(condition, state) === true,
    legs: (state) => {
      if (matrix === undefined) return [legOf(id, {}, state)];
      const legs = Object.entries(fields(JSON.parse(String(azureValue(matrix, state))), id));
      return legs.map(([name, leg]) => legOf(`${id}-${name}`, fields(leg, name), state));
    },
  };
}

/** Tasks that run no script of ours are left out. */
function readStep(step: Fields, env: Readonly<Record<string, string>>): readonly Step[] {
  const inputs = optionalFields(step['inputs'], 'inputs');
  const script = optionalText(step['bash'] ?? inputs['inlineScript'], 'script');
  if (script === undefined) return [];
  const condition = optionalText(step['condition'], 'condition') ?? 'not(failed())';
  return [
    {
      name: text(step['displayName'], 'displayName'),
      id: optionalText(step['name'], 'name'),
      script,
      env,
      runs: (hasFailed) => azureValue(condition, { names: new Map(), hasFailed }) === true,
    },
  ];
}
