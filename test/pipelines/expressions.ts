/** As much of the expressions of both services as the pipelines use; anything else is an error, and not passed over. */

/** What an expression may name, by its dotted path: `needs.plan.outputs.wave1`. */
export type Names = ReadonlyMap<string, string>;

export interface State {
  readonly names: Names;
  /** Whether a job before this one has failed. */
  readonly hasFailed: boolean;
}

/** GitHub's `${{ ... }}` in a text. */
export function githubText(template: string, state: State): string {
  return template.replaceAll(/\$\{\{(.*?)\}\}/g, (_, expression: string) => githubValue(expression.trim(), state));
}

/** A condition of GitHub: terms with `&&` between them. */
export function githubCondition(condition: string, state: State): boolean {
  const [, inner = condition] = /^\$\{\{(.*)\}\}$/.exec(condition) ?? [];
  return inner.split('&&').every((term) => {
    const trimmed = term.trim();
    if (trimmed === 'failure()') return state.hasFailed;
    if (trimmed === '!failure()') return !state.hasFailed;
    if (trimmed === '!cancelled()') return true;
    const [, left, right] = /^(\S+) != '(.*)'$/.exec(trimmed) ?? [];
    if (left === undefined) throw new Error(`a condition that is not understood: ${trimmed}`);
    return githubValue(left, state) !== right;
  });
}

/** A path, a call of fromJSON or hashFiles, or a path with a text to fall back on. */
function githubValue(expression: string, { names }: State): string {
  const [, path = '', fallback] = /^([\w.-]+)(?: \|\| '(.*)')?$/.exec(expression) ?? [];
  const value = names.get(path) ?? fallback;
  if (value !== undefined) return value;
  const [, inner] = /^fromJSON\(([\w.-]+)\)$/.exec(expression) ?? [];
  const json = inner === undefined ? undefined : names.get(inner);
  if (json !== undefined) return json;
  if (/^hashFiles\('[^']+'\)$/.test(expression)) return 'hash';
  throw new Error(`an expression that names nothing: ${expression}`);
}

/** Template expressions of Azure Pipelines, `${{ parameters.x }}`: done before anything runs. */
export function azureTemplate<Value>(value: Value, parameters: Readonly<Record<string, unknown>>): unknown {
  if (Array.isArray(value)) return value.map((each: unknown) => azureTemplate(each, parameters));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, azureTemplate(each, parameters)]));
  }
  if (typeof value !== 'string') return value;
  const named = (name: string): unknown => {
    if (Object.hasOwn(parameters, name)) return parameters[name];
    throw new Error(`there is no parameter ${name}`);
  };
  const whole = /^\$\{\{ parameters\.(\w+) \}\}$/.exec(value)?.[1];
  if (whole !== undefined) return named(whole);
  return value.replaceAll(/\$\{\{ parameters\.(\w+) \}\}/g, (_, name: string) => String(named(name)));
}

/** Runtime expressions of Azure Pipelines: calls of functions, names and texts. */
export function azureValue(expression: string, state: State): string | boolean {
  const [, inner] = /^\$\[(.*)\]$/.exec(expression) ?? [];
  const { value, rest } = azureTerm((inner ?? expression).trim(), state);
  if (rest.trim() !== '') throw new Error(`an expression goes on where it should end: ${rest}`);
  return value;
}

interface Term {
  readonly value: string | boolean;
  readonly rest: string;
}

const FUNCTIONS: Readonly<Record<string, (values: readonly (string | boolean)[], state: State) => boolean>> = {
  and: (values) => values.every((value) => value === true),
  not: ([value]) => value === false,
  ne: ([left, right]) => left !== right,
  failed: (_, { hasFailed }) => hasFailed,
  canceled: () => false,
  succeededOrFailed: () => true,
};

function azureTerm(text: string, state: State): Term {
  const [, literal, afterLiteral = ''] = /^'([^']*)'(.*)$/.exec(text) ?? [];
  if (literal !== undefined) return { value: literal, rest: afterLiteral };
  const [, name, afterName = ''] = /^(\w+)\((.*)$/.exec(text) ?? [];
  if (name !== undefined) return azureCall(name, afterName, state);
  const [, path = '', output = '', rest = ''] = /^([\w.]+)\['([\w.]+)'\](.*)$/.exec(text) ?? [];
  const value = state.names.get(`${path}.${output}`);
  if (value === undefined) throw new Error(`an expression that names nothing: ${text}`);
  return { value, rest };
}

function azureCall(name: string, text: string, state: State): Term {
  const values: (string | boolean)[] = [];
  let rest = text.trim();
  while (!rest.startsWith(')')) {
    const term = azureTerm(rest, state);
    values.push(term.value);
    rest = term.rest.trim().replace(/^,\s*/, '');
  }
  const call = FUNCTIONS[name];
  if (call === undefined) throw new Error(`the function ${name} is not understood`);
  return { value: call(values, state), rest: rest.slice(1) };
}
