/** Rules of the template as a whole: its sections and their sizes. */
import { member, type Json } from '../../model/json.ts';
import type { Found, Rule } from '../finding.ts';
import { MOST_BYTES, MOST_EXPRESSION_CHARACTERS, MOST_MEMBERS, MOST_RESOURCES } from '../limits.ts';
import type { Subject } from '../subject.ts';

const SECTIONS = [
  ...[
    '$schema',
    'contentVersion',
    'apiProfile',
    'languageVersion',
    'definitions',
    'metadata',
    'parameters',
    'variables',
  ],
  ...['functions', 'resources', 'outputs', 'extensions', 'imports'],
];
const SCHEMAS =
  /^https:\/\/schema\.management\.azure\.com\/schemas\/(?:2019-04-01\/deploymentTemplate|2018-05-01\/subscriptionDeploymentTemplate|2019-08-01\/(?:managementGroup|tenant)DeploymentTemplate)\.json#?$/;

export const TEMPLATE_RULES: readonly Rule[] = [
  {
    id: 'Template-Has-Only-Known-Sections',
    severity: 'error',
    what: 'A template has no other members than those that Azure Resource Manager knows.',
    hint: 'Put what is for people under metadata.',
    find: unknownSections,
  },
  {
    id: 'DeploymentTemplate-Schema-Is-Correct',
    severity: 'error',
    what: 'A template names the current $schema, which is that of 2019-04-01 for a resource group, and a contentVersion.',
    hint: 'Write "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#".',
    find: wrongSchema,
  },
  {
    id: 'Template-Limits',
    severity: 'error',
    what: 'A template has at most 4 MB, 256 parameters, 256 variables, 800 resources with all copies, and 64 outputs.',
    hint: 'Join parameters or variables in objects, or make two deployments of it.',
    find: tooMuch,
  },
  {
    id: 'Expression-Limit',
    severity: 'error',
    what: 'An expression has at most 24,576 characters.',
    hint: 'Put long texts into variables of their own, or compress them.',
    find: longExpressions,
  },
];

function* unknownSections({ template }: Subject): Iterable<Found> {
  const known = SECTIONS.map((name) => name.toLowerCase());
  for (const key of Object.keys(template)) {
    if (!known.includes(key.toLowerCase())) yield { path: [key], message: `A template has no section "${key}".` };
  }
}

function* wrongSchema({ template }: Subject): Iterable<Found> {
  const schema = member(template, '$schema');
  const isCurrent = typeof schema === 'string' && SCHEMAS.test(schema);
  if (!isCurrent) yield { path: ['$schema'], message: `The $schema ${schemaMistake(schema)}.` };
  const version = member(template, 'contentVersion');
  if (typeof version === 'string') return;
  yield {
    path: ['contentVersion'],
    message: 'There is no contentVersion.',
    hint: 'Write "contentVersion": "1.0.0.0".',
  };
}

function schemaMistake(schema: Json | undefined): string {
  if (typeof schema !== 'string') return 'is missing';
  return /2014-04-01-preview|2015-01-01/.test(schema) ? 'is an old one' : 'is none of a deployment template';
}

function* tooMuch(subject: Subject): Iterable<Found> {
  if (subject.bytes > MOST_BYTES) yield { path: [], message: `The template has ${subject.bytes} bytes.` };
  for (const [section, most] of Object.entries(MOST_MEMBERS)) {
    const count = Object.keys(subject.section(section)).length;
    if (count > most) yield { path: [section], message: `There are ${count} ${section}; ${most} are allowed.` };
  }
  const { length } = subject.resources;
  if (length > MOST_RESOURCES)
    yield { path: ['resources'], message: `There are ${length} resources; ${MOST_RESOURCES} are allowed.` };
}

function* longExpressions({ texts }: Subject): Iterable<Found> {
  for (const { path, text, isExpression } of texts) {
    if (!isExpression || text.length <= MOST_EXPRESSION_CHARACTERS) continue;
    yield { path, message: `The expression has ${text.length} characters.` };
  }
}
