/**
 * The form by which the Azure Marketplace asks for the parameters of `mainTemplate.json`.
 *
 * @see https://learn.microsoft.com/azure/azure-resource-manager/managed-applications/create-uidefinition-overview
 */
import { call, expressionText, literal, memberOf, type Expression } from '../arm/expression.ts';
import type { JsonObject } from '../model/json.ts';
import type { Question, TemplateParameter } from './parameters.ts';
import { compact } from './resources/resource.ts';
import type { ResolvedImage } from './template-context.ts';

const STEPS = [
  { name: 'account', label: 'Account' },
  { name: 'masters', label: 'Masters' },
  { name: 'pools', label: 'Agents' },
  { name: 'access', label: 'Network' },
] as const;

const RANGE = String.raw`\d{1,3}(\.\d{1,3}){3}(/\d{1,2})?`;
const RANGES = `^ *${RANGE}( *, *${RANGE})* *$`;
const KEY = String.raw`^(ssh-(rsa|ed25519)|ecdsa-sha2-nistp\d+) [A-Za-z0-9+/=]+( .*)?$`;
const LABEL = '^[a-z][a-z0-9-]{1,61}[a-z0-9]$';

type Asked = TemplateParameter & { readonly question: Question };

export function createUiDefinition(parameters: readonly TemplateParameter[], image: ResolvedImage): JsonObject {
  const asked = parameters.flatMap((each) =>
    each.question === undefined ? [] : [{ ...each, question: each.question }],
  );
  const inStep = (step: Question['step']): JsonObject[] =>
    asked.filter(({ question }) => question.step === step).map((each) => elementOf(each, { image, asked }));
  const steps = STEPS.map((step) => ({ ...step, elements: inStep(step.name) })).filter(
    ({ elements }) => elements.length > 0,
  );
  return {
    $schema: 'https://schema.management.azure.com/schemas/0.1.2-preview/CreateUIDefinition.MultiVm.json#',
    handler: 'Microsoft.Azure.CreateUIDef',
    version: '0.1.2-preview',
    parameters: {
      basics: inStep('basics'),
      steps,
      outputs: {
        location: expressionText(call('location')),
        ...Object.fromEntries(asked.map((each) => [each.name, expressionText(outputOf(each))])),
      },
    },
  };
}

interface Form {
  readonly image: ResolvedImage;
  readonly asked: readonly Asked[];
}

function elementOf(parameter: Asked, form: Form): JsonObject {
  const { name, description, question, defaultValue } = parameter;
  const head = { name, label: question.label, toolTip: description };
  if (question.as === 'size') return { type: 'Microsoft.Compute.SizeSelector', ...head, ...sizeJson(parameter, form) };
  if (question.as === 'check') {
    return { type: 'Microsoft.Common.CheckBox', ...head, defaultValue: defaultValue ?? false };
  }
  if (question.as === 'count') {
    const { minValue: min = 0, maxValue: max = 100 } = parameter.limits ?? {};
    return { type: 'Microsoft.Common.Slider', ...head, min, max, defaultValue: defaultValue ?? min };
  }
  return { type: 'Microsoft.Common.TextBox', ...head, ...textJson(parameter) };
}

function textJson({ question, defaultValue, limits = {} }: Asked): JsonObject {
  const ranges = Array.isArray(defaultValue) ? defaultValue.join(', ') : undefined;
  const required = question.as !== 'text' || (limits.minLength ?? 0) > 0 || defaultValue === undefined;
  return compact({
    defaultValue: ranges ?? defaultValue,
    constraints: compact({ required, ...RULES[question.as] }),
  });
}

const RULES: Readonly<Record<string, JsonObject>> = {
  label: { regex: LABEL, validationMessage: 'Small letters, digits and "-", with a letter first and no "-" last.' },
  key: { regex: KEY, validationMessage: 'One line: "ssh-ed25519 …" or "ssh-rsa …".' },
  ranges: { regex: RANGES, validationMessage: 'Ranges as 203.0.113.0/24, with commas between them.' },
};

/** The portal counts what the machines cost, for images of others with their licences. */
function sizeJson({ defaultValue, question }: Asked, { image, asked }: Form): JsonObject {
  const { machines = 1 } = question;
  const counted = asked.find(({ name }) => name === machines);
  return compact({
    recommendedSizes: [defaultValue ?? ''],
    options: { hideDiskTypeFilter: false },
    osPlatform: 'Linux',
    imageReference:
      image.kind === 'stock' ? { publisher: image.publisher, offer: image.offer, sku: image.sku } : undefined,
    count: counted === undefined ? machines : expressionText(answerTo(counted)),
  });
}

function answerTo({ name, question }: Asked): Expression {
  return question.step === 'basics' ? call('basics', name) : memberOf(call('steps', question.step), name);
}

/** Of the type that the parameter of the template has: ranges are a list there. */
function outputOf(parameter: Asked): Expression {
  const answer = answerTo(parameter);
  if (parameter.question.as !== 'ranges') return answer;
  return call('split', call('replace', answer, literal(' '), literal('')), ',');
}
