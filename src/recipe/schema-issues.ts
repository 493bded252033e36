/** zod's issues without the nesting of unions: those of the form that was meant. */
import type { z } from 'zod';
import { valueAt, type Json } from '../model/json.ts';
import type { JsonPath } from './json-reader.ts';

export interface PlainIssue {
  readonly issue: z.core.$ZodIssue;
  /** From the top of the document. */
  readonly path: JsonPath;
}

/**
 * A value that may have several forms, and has none, is judged by the one that fits best. Where several fit as badly, the
 * issue of the union stays, so that all of them can be told.
 *
 * @param value what was judged: the document, or what stands under `base`
 */
export function plainIssues(
  issues: readonly z.core.$ZodIssue[],
  value: Json | undefined,
  base: JsonPath = [],
): readonly PlainIssue[] {
  return issues.flatMap((issue) => {
    const within = pathOf(issue);
    const path = [...base, ...within];
    // A rule that our schema words itself stands for all forms.
    if (issue.code !== 'invalid_union' || issue.message.startsWith('must')) return [{ issue, path }];
    const judged = value === undefined ? undefined : valueAt(value, within);
    const forms = issue.errors.map((errors) => ({ errors, distance: distanceOf(errors, judged) }));
    const least = Math.min(...forms.map(({ distance }) => distance));
    const [best, ...others] = forms.filter(({ distance }) => distance === least);
    if (best === undefined || others.length > 0) return [{ issue, path }, ...unknownInAll(issue, path)];
    return plainIssues(best.errors, judged, path);
  });
}

function pathOf(issue: z.core.$ZodIssue): JsonPath {
  return issue.path.filter((step) => typeof step !== 'symbol');
}

/** A key that is missing or too many says more about the form than a value that is wrong deeper down. */
const KEY = 10;

function distanceOf(issues: readonly z.core.$ZodIssue[], judged: Json | undefined): number {
  return issues.reduce((sum, issue) => {
    const path = pathOf(issue);
    if (issue.code === 'unrecognized_keys' && path.length === 0) return sum + KEY * issue.keys.length;
    const isMissingKey = path.length === 1 && judged !== undefined && valueAt(judged, path) === undefined;
    return sum + (isMissingKey ? KEY : 1);
  }, 0);
}

/** The unknown keys that no form has. */
function unknownInAll(union: z.core.$ZodIssueInvalidUnion, path: JsonPath): readonly PlainIssue[] {
  const unknown = union.errors.map((errors) => errors.find(({ code }) => code === 'unrecognized_keys'));
  const [first] = unknown;
  if (first?.code !== 'unrecognized_keys') return [];
  const isInAll = (key: string): boolean =>
    unknown.every((issue) => issue?.code === 'unrecognized_keys' && issue.keys.includes(key));
  const keys = first.keys.filter(isInAll);
  return keys.length === 0 ? [] : [{ issue: { ...first, keys }, path }];
}
