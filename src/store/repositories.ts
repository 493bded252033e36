/** The repositories that a run may fetch from, asked in order; one that fails is named once and left alone from then on. */
import { UserError, type ErrorCode } from '../model/errors.ts';
import type { PackageId } from '../model/package-id.ts';
import type { TrustCheck } from '../sign/open-trust.ts';
import type { ReadableStore, TransferOptions } from './artifact-store.ts';
import { fetchPackage, readAttestations, readManifest, refuseUnverified } from './fetch-package.ts';
import type { Manifest } from './manifest.ts';
import type { PackageStore } from './package-store.ts';

/** What was asked of the repositories so far, for the summary: a cache that cannot be reached is no cache miss. */
export interface RepositoryCounts {
  readonly found: number;
  readonly missing: number;
  /** Packages that a repository has, but that were refused. */
  readonly refused: number;
  /** Repositories that did not answer. */
  readonly unavailable: number;
}

export interface Warning {
  readonly message: string;
  readonly hint: string;
}

/** Neither is a reason to end a build: what cannot be fetched is built. */
const GIVEN_UP: readonly ErrorCode[] = ['REPOSITORY_UNAVAILABLE', 'STORE_FORBIDDEN'];

export class Repositories {
  readonly #stores: readonly ReadableStore[];
  readonly #warn: (warning: Warning) => void;
  readonly #trust: { readonly trust?: TrustCheck };
  readonly #failed = new Set<ReadableStore>();
  readonly #unverified = new Set<ReadableStore>();
  readonly #counts = { found: 0, missing: 0, refused: 0, unavailable: 0 };

  /**
   * @param warn told loudly to a person: each thing once
   * @param trust whom packages have to be signed by; undefined: they need not be signed
   */
  constructor(stores: readonly ReadableStore[], warn: (warning: Warning) => void, trust?: TrustCheck) {
    this.#stores = stores;
    this.#warn = warn;
    this.#trust = trust === undefined ? {} : { trust };
  }

  get counts(): RepositoryCounts {
    return this.#counts;
  }

  /** The first repository that has a manifest of the package, signed as it has to be; for `plan`, which fetches nothing. */
  async find(
    id: PackageId,
    signal?: AbortSignal,
  ): Promise<{ readonly manifest: Manifest; readonly repository: ReadableStore } | undefined> {
    return this.#firstOf(async (repository) => {
      const options = { ...this.#trust, ...(signal === undefined ? {} : { signal }) };
      const manifest = await readManifest(repository, id, options);
      if (manifest === undefined) {
        await this.#tellUnverified(repository, id, signal);
        return undefined;
      }
      if (options.trust === undefined) return { manifest, repository };
      const attestations = await readAttestations(repository, { ...manifest, id }, options);
      if (typeof attestations !== 'object') return { manifest, repository };
      this.#tellRefused(attestations);
      return undefined;
    }, signal);
  }

  /** Fetches the package from the first repository that has it whole; undefined if none has, so that it must be built. */
  async fetch(packages: PackageStore, id: PackageId, options: TransferOptions = {}): Promise<Manifest | undefined> {
    const manifest = await this.#firstOf(async (repository) => {
      const fetched = await fetchPackage(packages, repository, id, { ...options, ...this.#trust });
      if (fetched.kind === 'refused') this.#tellRefused(fetched);
      return fetched.kind === 'fetched' ? fetched.manifest : undefined;
    }, options.signal);
    this.#counts[manifest === undefined ? 'missing' : 'found'] += 1;
    return manifest;
  }

  async #firstOf<Result>(
    ask: (repository: ReadableStore) => Promise<Result | undefined>,
    signal: AbortSignal | undefined,
  ): Promise<Result | undefined> {
    for (const repository of this.#stores) {
      if (this.#failed.has(repository)) continue;
      try {
        const result = await ask(repository);
        if (result !== undefined) return result;
      } catch (error) {
        signal?.throwIfAborted();
        if (!(error instanceof UserError) || !GIVEN_UP.includes(error.code)) throw error;
        this.#giveUp(repository, error);
      }
    }
    return undefined;
  }

  /** Once for each repository: one without manifests has none for any package. */
  async #tellUnverified(repository: ReadableStore, id: PackageId, signal: AbortSignal | undefined): Promise<void> {
    if (this.#unverified.has(repository)) return;
    const refused = await refuseUnverified(repository, id, signal === undefined ? {} : { signal });
    if (refused.kind !== 'refused') return;
    this.#unverified.add(repository);
    this.#tellRefused(refused);
  }

  #tellRefused(refused: Warning): void {
    this.#counts.refused += 1;
    this.#warn(refused);
  }

  #giveUp(repository: ReadableStore, { message, hint }: UserError): void {
    if (this.#failed.has(repository)) return;
    this.#failed.add(repository);
    this.#counts.unavailable += 1;
    this.#warn({ message: `${message} What it may have is built here instead.`, hint });
  }
}
