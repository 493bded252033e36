/** Parameters as the files of a deployment write them. */
import type { JsonObject } from '../model/json.ts';
import type { TemplateParameter } from './parameters.ts';
import { compact } from './resources/resource.ts';

/** `parameters` of a template. */
export function parametersJson(parameters: readonly TemplateParameter[]): JsonObject {
  return Object.fromEntries(
    parameters.map(({ name, type, description, limits = {}, defaultValue }) => [
      name,
      compact({ type, defaultValue, ...limits, metadata: { description } }),
    ]),
  );
}

/** The file that goes with a template: what only the definition knows. */
export function parametersFile(parameters: readonly TemplateParameter[]): JsonObject {
  const given = parameters.flatMap(({ name, value }) => (value === undefined ? [] : [[name, { value }]]));
  return {
    $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#',
    contentVersion: '1.0.0.0',
    parameters: Object.fromEntries(given),
  };
}

/** What has to be said on the command line. */
export function missingParameters(parameters: readonly TemplateParameter[]): readonly TemplateParameter[] {
  return parameters.filter(({ value, defaultValue }) => value === undefined && defaultValue === undefined);
}

/** As others are given them, who have another subscription and take other names. */
export function withoutOwnDefaults(parameters: readonly TemplateParameter[]): readonly TemplateParameter[] {
  return parameters.map((parameter) =>
    parameter.isOwn === true ? { ...parameter, defaultValue: undefined } : parameter,
  );
}
