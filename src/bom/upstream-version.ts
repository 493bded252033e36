/** Which of two versions is the newer, whatever their scheme: semantic versions by their rules, others as people mean them. */
import { compareKeys, genericKey } from '../model/version.ts';
import { parseVersion, rankVersions } from '../model/version-scheme.ts';

const SEMANTIC = /^v?\d+\.\d+\.\d+(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/;
/** At least seven hex digits, letters among them: no number of a version, and in no order. */
const COMMIT = /^(?=.*[a-f])[0-9a-f]{7,64}$/;
/** Words behind a hyphen that make no pre-release of what looks like a semantic version. */
const AFTER = /^[^-]*-(?:stable|final|release|ga|lts|post|patch|p|u|r|dfsg|ds|deb)(?:\d|\.|$)/i;

/**
 * Negative if `left` is older, 0 if they count as the same, positive if it is newer; undefined if they are in no order,
 * as commits are.
 */
export function compareVersions(left: string, right: string): number | undefined {
  if (left === right) return 0;
  if (COMMIT.test(left) || COMMIT.test(right)) return undefined;
  if (!AFTER.test(left) && !AFTER.test(right)) {
    const order = compareSemanticVersions(left, right);
    if (order !== undefined) return order;
  }
  const [a, b] = [genericKey(left), genericKey(right)];
  return a === undefined || b === undefined ? undefined : compareKeys(a, b);
}

/** The order of https://semver.org/spec/v2.0.0.html; undefined if one of them is no semantic version. */
export function compareSemanticVersions(left: string, right: string): number | undefined {
  if (!SEMANTIC.test(left) || !SEMANTIC.test(right)) return undefined;
  const [a, b] = [parseVersion(left, 'semver'), parseVersion(right, 'semver')];
  return a === undefined || b === undefined ? undefined : rankVersions(a, b);
}
