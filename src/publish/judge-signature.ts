/** Whether those whom a reader trusts have signed a release or a package in a store. */
import { UserError } from '../model/errors.ts';
import { expectRelease } from '../sign/attest-release.ts';
import { parseBundleLines } from '../sign/bundle-lines.ts';
import type { TrustCheck } from '../sign/open-trust.ts';
import { shortKeyId, type Verdict } from '../sign/trust.ts';
import type { ReadableStore } from '../store/artifact-store.ts';
import type { Manifest } from '../store/manifest.ts';
import { attestationName } from '../store/package-store.ts';
import { parsePackageId } from '../model/package-id.ts';
import { subjectOf } from './attest.ts';
import { PROVENANCE, releaseFile } from './layout.ts';
import type { Release } from './release-manifest.ts';

/** A verdict, or what there is to tell where nobody in particular is trusted. */
export type Judgement = Verdict | { readonly kind: 'unjudged'; readonly keyids: readonly string[] };

export async function judgeRelease(
  store: ReadableStore,
  release: Release,
  trust: TrustCheck | undefined,
  signal: AbortSignal,
): Promise<Judgement> {
  const text = await store.readText(releaseFile(release.id, PROVENANCE), { signal });
  if (trust !== undefined) return await trust.file(text, expectRelease(subjectOf(release)));
  const signatures = parseBundleLines(text ?? '').flatMap(({ envelope }) => envelope.signatures);
  return { kind: 'unjudged', keyids: [...new Set(signatures.map(({ keyid }) => shortKeyId(keyid)))] };
}

export async function judgePackage(
  store: ReadableStore,
  manifest: Manifest,
  trust: TrustCheck,
  signal: AbortSignal,
): Promise<Verdict> {
  const text = await store.readText(attestationName(parsePackageId(manifest.id)), { signal });
  return await trust.package(text, manifest);
}

/** @throws UserError SIGNATURE_REFUSED */
export async function requireTrust(
  store: ReadableStore,
  release: Release,
  trust: TrustCheck,
  signal: AbortSignal,
): Promise<void> {
  const judgement = await judgeRelease(store, release, trust, signal);
  if (judgement.kind !== 'refused') return;
  const message = `The release ${release.id} of ${store.location} is refused: ${judgement.why}.`;
  throw new UserError('SIGNATURE_REFUSED', message, { hint: judgement.hint });
}
