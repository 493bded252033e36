/** Holds templates against the rules: what Azure would refuse, what would not work, and what may go wrong. */
import { valueAt, type Json, type JsonObject } from '../model/json.ts';
import { DEEPEST_JSON, isTooDeep } from './depth.ts';
import { expandTemplate, type ExpandOptions } from './expand.ts';
import type { Finding, Found, Rule } from './finding.ts';
import { pathText } from './mistake.ts';
import { RULES } from './rules/index.ts';
import { Subject } from './subject.ts';

export interface LintOptions extends ExpandOptions {
  /** Size of the file; of the shortest form of the template if nobody says. */
  readonly bytes?: number | undefined;
}

const SEVERITIES = ['error', 'warning', 'hint'];

/**
 * What is wrong with a template, errors first, else in the order of the rules; the copies of a loop are told of once.
 *
 * Takes any JSON, and gives a finding where another would throw.
 */
export function lintTemplate(template: JsonObject, options: LintOptions = {}): readonly Finding[] {
  if (isTooDeep(template)) return [tooDeep()];
  const bytes = options.bytes ?? Buffer.byteLength(JSON.stringify(template, plainNumbers) ?? '');
  const subject = new Subject(template, expandTemplate(template, options), bytes);
  const findings = new Map<string, Finding>();
  for (const rule of RULES) {
    for (const found of rule.find(subject)) {
      const key = JSON.stringify([rule.id, found.path, sameForCopies(found, template)]);
      if (!findings.has(key)) findings.set(key, findingOf(rule, found));
    }
  }
  return [...findings.values()].toSorted((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
}

/** Messages about copies differ in nothing but names. */
function sameForCopies({ path, message }: Found, template: JsonObject): string {
  const isCopied = valueAt(template, [...path.slice(0, 2), 'copy']) !== undefined;
  return isCopied ? message.replaceAll(/"[^"]*"/g, '""') : message;
}

function findingOf({ id, severity, hint }: Rule, { path, message, hint: own = hint }: Found): Finding {
  return { rule: id, severity, path: pathText(path), message, hint: own };
}

function plainNumbers(_: string, value: Json): Json | string {
  return typeof value === 'bigint' ? String(value) : value;
}

function tooDeep(): Finding {
  const message = `The template is nested deeper than ${DEEPEST_JSON} levels.`;
  return { rule: 'Template-Limits', severity: 'error', path: '', message, hint: 'No template needs that many.' };
}
