/** Signs what is told of packages and releases: the lines that stand beside them. */
import { packageStatement, type AttestedPackage, type PackageRun } from './attest-package.ts';
import { releaseStatement, type AttestedRelease } from './attest-release.ts';
import { IN_TOTO_TYPE } from './dsse.ts';
import { signPayload, type Signer } from './signer.ts';
import type { RunDetails } from './statement.ts';

export interface SignOptions<Run> {
  /** When and by whom it was made, as far as that is known. */
  readonly run: Run;
  /** At least one. */
  readonly signers: readonly Signer[];
  readonly signal: AbortSignal;
}

/** @returns lines for `<id>.intoto.jsonl`. @throws UserError SIGNING_FAILED */
export async function signPackage(
  manifest: AttestedPackage,
  { run, signers, signal }: SignOptions<PackageRun>,
): Promise<readonly string[]> {
  return await signPayload(IN_TOTO_TYPE, packageStatement(manifest, run), signers, signal);
}

/** @returns lines of an `.intoto.jsonl`. @throws UserError SIGNING_FAILED */
export async function signRelease(
  release: AttestedRelease,
  { run, signers, signal }: SignOptions<RunDetails>,
): Promise<readonly string[]> {
  return await signPayload(IN_TOTO_TYPE, releaseStatement(release, run), signers, signal);
}
