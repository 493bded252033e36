/** Rules of parameters, variables and outputs. */
import { isJsonObject, member, type JsonObject } from '../../model/json.ts';
import type { Found, Rule } from '../finding.ts';
import { isSecure } from '../parameter-types.ts';
import { callsIn, firstText, isCallOf, type SourceText } from '../source-texts.ts';
import type { Subject } from '../subject.ts';
import { asksForKeys } from './expression-rules.ts';

export const PARAMETER_RULES: readonly Rule[] = [
  {
    id: 'Parameters-Must-Be-Referenced',
    severity: 'warning',
    what: 'Every parameter is used.',
    hint: 'Use it, or take it out of the template and of the files that give it values.',
    find: (subject) => unused(subject, 'parameters'),
  },
  {
    id: 'Variables-Must-Be-Referenced',
    severity: 'warning',
    what: 'Every variable is used.',
    hint: 'Use it, or take it out.',
    find: (subject) => unused(subject, 'variables'),
  },
  {
    id: 'Min-And-Max-Value-Are-Numbers',
    severity: 'error',
    what: 'Limits of parameters are whole numbers.',
    hint: 'Write the number without quotes.',
    find: textLimits,
  },
  {
    id: 'Password-params-must-be-secure',
    severity: 'error',
    what: 'A parameter that is called a password, secret or key of an account is a secureString.',
    hint: 'Make its type secureString: values of others stand in the history of deployments.',
    find: openPasswords,
  },
  {
    id: 'Secure-String-Parameters-Cannot-Have-Default',
    severity: 'error',
    what: 'Secure parameters have no default but an empty one or newGuid().',
    hint: 'Take the default out: everybody who has the template could read it.',
    find: secureDefaults,
  },
  {
    id: 'Outputs-Must-Not-Contain-Secrets',
    severity: 'error',
    what: 'Outputs hold neither keys nor secure parameters.',
    hint: 'Outputs stand in the history of deployments: whoever needs the secret should ask for it there where it is.',
    find: secretOutputs,
  },
  {
    id: 'artifacts-parameter',
    severity: 'warning',
    what: 'A parameter _artifactsLocation comes with a secure _artifactsLocationSasToken.',
    hint: 'Define both, _artifactsLocationSasToken as a secureString.',
    find: artifacts,
  },
];

function definitions(subject: Subject): [string, JsonObject][] {
  return Object.entries(subject.section('parameters')).flatMap(([name, one]) =>
    isJsonObject(one) ? [[name, one]] : [],
  );
}

function* unused(subject: Subject, section: 'parameters' | 'variables'): Iterable<Found> {
  const used = new Set(subject.texts.flatMap((text) => namesIn(text, section)));
  const one = section.slice(0, -1);
  for (const name of Object.keys(subject.section(section))) {
    if (used.has(name.toLowerCase()) || name === 'copy') continue;
    yield { path: [section, name], message: `The ${one} "${name}" is not used.` };
  }
}

/** Also those in an expression that cannot be read, as far as they can be told. */
function namesIn({ text, expression, isExpression }: SourceText, section: string): string[] {
  if (!isExpression) return [];
  if (expression === undefined) {
    const pattern = new RegExp(`${section}\\s*\\(\\s*'([^']*)'`, 'gi');
    return [...text.matchAll(pattern)].map(([, name = '']) => name.toLowerCase());
  }
  return callsIn(expression)
    .filter((call) => isCallOf(call, section))
    .flatMap((call) => firstText(call)?.toLowerCase() ?? []);
}

function* textLimits(subject: Subject): Iterable<Found> {
  for (const [name, definition] of definitions(subject)) {
    for (const key of ['minValue', 'maxValue', 'minLength', 'maxLength']) {
      const limit = member(definition, key);
      if (limit === undefined || Number.isInteger(limit)) continue;
      yield { path: ['parameters', name, key], message: `The ${key} of "${name}" is no whole number.` };
    }
  }
}

function* openPasswords(subject: Subject): Iterable<Found> {
  for (const [name, definition] of definitions(subject)) {
    const type = member(definition, 'type');
    if (typeof type !== 'string' || type.toLowerCase() !== 'string') continue;
    if (!/password|passphrase|secret|accountkey|accesskey|licensekey|sastoken/i.test(name)) continue;
    yield { path: ['parameters', name, 'type'], message: `The parameter "${name}" is not secure.` };
  }
}

function* secureDefaults(subject: Subject): Iterable<Found> {
  for (const [name, definition] of definitions(subject)) {
    const initial = member(definition, 'defaultValue');
    if (!isSecure(member(definition, 'type')) || initial === undefined || initial === '') continue;
    if (typeof initial === 'string' && /^\[.*newGuid\(\).*\]$/is.test(initial)) continue;
    if (isJsonObject(initial) && Object.keys(initial).length === 0) continue;
    yield { path: ['parameters', name, 'defaultValue'], message: `The secure parameter "${name}" has a default.` };
  }
}

function* secretOutputs(subject: Subject): Iterable<Found> {
  const secure = definitions(subject).filter(([, { type }]) => isSecure(type));
  const names = new Set(secure.map(([name]) => name.toLowerCase()));
  for (const { path, expression } of subject.texts) {
    if (path[0] !== 'outputs') continue;
    for (const call of callsIn(expression)) {
      const isShown = isCallOf(call, 'parameters') && names.has(firstText(call)?.toLowerCase() ?? '');
      if (isShown) yield { path, message: `The output shows the secure parameter "${firstText(call)}".` };
      if (asksForKeys(call)) yield { path, message: `The output shows what ${call.name}() gives.` };
    }
  }
}

function* artifacts(subject: Subject): Iterable<Found> {
  const parameters = subject.section('parameters');
  const token = member(parameters, '_artifactsLocationSasToken');
  if (member(parameters, '_artifactsLocation') === undefined) return;
  if (isJsonObject(token) && isSecure(member(token, 'type'))) return;
  yield { path: ['parameters', '_artifactsLocation'], message: 'There is no secure _artifactsLocationSasToken.' };
}
