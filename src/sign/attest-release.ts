/** The statement of a release: its manifest, the plan that it was made by, and what is in it. */
import type { Sha256 } from '../model/digest.ts';
import type { WritableJson } from '../model/python-json.ts';
import {
  formatStatement,
  RELEASE_BUILD,
  type Dependency,
  type Expectation,
  type RunDetails,
  type Subject,
} from './statement.ts';

export interface AttestedRelease {
  /** The release manifest, and what else of the release is to be vouched for by itself. */
  readonly subjects: readonly Subject[];
  readonly name: string;
  readonly version: string;
  readonly channel?: string;
  /** Variants of the tree that are in it; `default` is the one without a name. */
  readonly variants: readonly string[];
  /** The git commit of the tree that it was built from. */
  readonly treeCommit?: string;
  /** More of what was asked for. */
  readonly parameters?: { readonly [key: string]: WritableJson | undefined };
  /** SHA-256 of the plan's JSON. */
  readonly planDigest: Sha256;
  /** Packages, bootstraps and builders: see `packageDependency`. */
  readonly dependencies: readonly Dependency[];
}

/** The payload to sign for a release. */
export function releaseStatement(release: AttestedRelease, run: RunDetails = {}): Uint8Array {
  const { subjects, name, version, channel, variants, treeCommit, parameters, planDigest, dependencies } = release;
  return formatStatement({
    subjects,
    buildType: RELEASE_BUILD,
    externalParameters: { ...parameters, name, version, channel, variants, treeCommit },
    internalParameters: { planDigest: { sha256: planDigest } },
    dependencies,
    run,
  });
}

/** What a statement about a file of the release has to say before it is used. */
export function expectRelease(subject: Subject): Expectation {
  return { ...subject, buildType: RELEASE_BUILD };
}
