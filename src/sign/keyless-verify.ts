/**
 * Who signed a sigstore bundle, as its certificate says. The certificate lived for minutes: that it did when the signature
 * was made, the bundle proves by an entry in a public log. Loaded only when there is such a bundle.
 *
 * @see https://docs.sigstore.dev/about/bundle/
 */
import { bundleFromJSON, bundleToJSON, ValidationError } from '@sigstore/bundle';
import { TrustedRoot } from '@sigstore/protobuf-specs';
import { toSignedEntity, toTrustMaterial, VerificationError, Verifier } from '@sigstore/verify';
import { createVerifier, TUFError } from 'sigstore';
import { readTextIfThere } from '../host/files.ts';
import { UserError } from '../model/errors.ts';
import { parseJson } from '../model/parse-json.ts';
import type { Attestation } from './bundle-lines.ts';
import type { Claim, Trust } from './trust.ts';

/** What of a certificate says whose it is. */
interface Identity {
  readonly subjectAlternativeName?: string;
  readonly extensions?: { readonly issuer?: string };
}

/** @returns the identity, or its failure to prove one */
type Identify = (bundle: unknown) => Identity | undefined;

/**
 * Makes the verifier for a trust file.
 *
 * @throws UserError TRUST_INVALID for a trusted root that cannot be read, SIGNATURE_REFUSED if sigstore's own cannot be had
 */
export async function openKeylessVerifier(trust: Trust): Promise<(attestation: Attestation) => Claim> {
  const identify = trust.trustedRoot === undefined ? await byPublicRoot() : await byRootFile(trust.trustedRoot, trust);
  return ({ sigstore }) => {
    try {
      const { subjectAlternativeName: subject, extensions } = identify(sigstore) ?? {};
      const issuer = extensions?.issuer;
      if (subject === undefined || issuer === undefined)
        return { kind: 'unproven', why: 'its certificate names nobody' };
      return { kind: 'identity', identity: { issuer, subject } };
    } catch (error) {
      if (error instanceof VerificationError || error instanceof ValidationError) {
        return { kind: 'unproven', why: error.message };
      }
      throw error;
    }
  };
}

async function byRootFile(path: string, { shown }: Trust): Promise<Identify> {
  const text = await readTextIfThere(path);
  const invalid = (what: string): UserError => {
    const hint =
      'Give a file in the form of trusted_root.json, as "cosign trusted-root create" writes it, or leave it out.';
    return new UserError('TRUST_INVALID', `${shown}: the trusted root ${path} ${what}.`, { hint });
  };
  if (text === undefined) throw invalid('is not there');
  const material = parseRoot(text);
  if (material === undefined) throw invalid('is none');
  const verifier = new Verifier(material);
  return (bundle) => verifier.verify(toSignedEntity(bundleFromJSON(bundle))).identity;
}

function parseRoot(text: string): ReturnType<typeof toTrustMaterial> | undefined {
  try {
    const root = TrustedRoot.fromJSON(parseJson(text));
    // Whatever else the text is, it is read as a root without anything in it.
    return root.certificateAuthorities.length === 0 ? undefined : toTrustMaterial(root);
  } catch {
    // Whatever the library trips over: the text is not what it knows.
    return undefined;
  }
}

/** Sigstore's own certificates and keys, by its update framework: from the network, then from its cache. */
async function byPublicRoot(): Promise<Identify> {
  try {
    const verifier = await createVerifier();
    return (bundle) => verifier.verify(bundleToJSON(bundleFromJSON(bundle))).identity;
  } catch (error) {
    if (!(error instanceof TUFError)) throw error;
    throw new UserError('SIGNATURE_REFUSED', `Sigstore's certificates cannot be fetched: ${error.message}.`, {
      hint: 'Where there is no network, name a file with them as "trustedRoot" in the trust file.',
      cause: error,
    });
  }
}
