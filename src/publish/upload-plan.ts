/** What has to be written to a store so that it has certain artifacts: the decision, pure. */
import type { Sha256 } from '../model/digest.ts';
import { UserError } from '../model/errors.ts';
import type { Listed } from '../store/artifact-store.ts';
import type { Artifact } from './release-manifest.ts';

/** An artifact of which this machine has the bytes. */
export interface LocalArtifact extends Artifact {
  /** A file, or the text itself. */
  readonly content: { readonly path: string } | { readonly text: string };
  /**
   * Whether another content under this name is a mistake: the name stands for the content. If not, the one that is there
   * stays: it says the same in other words.
   */
  readonly isNamedByContent: boolean;
}

export interface UploadPlan<Item extends Artifact = LocalArtifact> {
  /** Largest first, so that no big one ends last. */
  readonly put: readonly Item[];
  /** There already. */
  readonly skip: readonly Item[];
}

/**
 * @param present what the store has
 * @throws UserError STORE_CONFLICT
 */
export function planUpload<Item extends LocalArtifact>(
  artifacts: readonly Item[],
  present: ReadonlyMap<string, Listed>,
): UploadPlan<Item> {
  const state = (item: Item): 'put' | 'skip' => {
    const there = present.get(item.name);
    if (there === undefined) return 'put';
    if (item.isNamedByContent) checkSame(item, there);
    return 'skip';
  };
  const { put = [], skip = [] } = Object.groupBy(artifacts, state);
  return { put: put.toSorted((a, b) => b.bytes - a.bytes), skip };
}

/**
 * Refuses another content under the same name. Of what has no hash anywhere only the size can be compared; "release verify"
 * reads every byte.
 *
 * @throws UserError STORE_CONFLICT
 */
export function checkSame({ name, sha256, bytes }: Artifact, there: Listed): void {
  const isSame = there.bytes === bytes && (there.sha256 ?? sha256) === sha256;
  if (!isSame) throw conflict(name, sha256, describe(there, { sha256, bytes }));
}

function describe(there: Listed, ours: Pick<Artifact, 'sha256' | 'bytes'>): string {
  const { sha256, bytes } = there;
  return sha256 === undefined || sha256 === ours.sha256
    ? `something of ${bytes} bytes (ours has ${ours.bytes})`
    : `sha256 ${sha256}`;
}

function conflict(name: string, ours: Sha256, theirs: string): UserError {
  return new UserError(
    'STORE_CONFLICT',
    `${name} is in the store with other content: ours is sha256 ${ours}, there is ${theirs}.`,
    {
      hint:
        'Two builds of one id gave different bytes. Take what is published with "dcos-build fetch ID --replace", ' +
        'and mend the recipe with "dcos-build build --check".',
    },
  );
}
