/** Writes down what a builder is made of today: every package, exact, that apt would put into a new root. */
import { join } from 'node:path';
import { openApt, type AptOptions } from '../host/apt.ts';
import { builderDigest, type BuilderDefinition, type BuilderLock } from '../recipe/builder.ts';

/** Essential and required packages, and nothing else unasked: the least in which Debian's packages can be built. */
const VARIANT = 'minbase';

export interface LockOptions extends Pick<AptOptions, 'signal' | 'onWarning' | 'sources'> {
  /** The work folder (`out`). */
  readonly workFolder: string;
  /** The lock to be replaced: if it has the same packages it stays as it is, and so does the id of the root. */
  readonly previous?: BuilderLock | undefined;
  /** Seconds since the epoch: the time that the files of a new root will bear. */
  readonly now: number;
}

/**
 * Resolves a builder's packages by the machine's apt sources, on indexes fetched now.
 *
 * @throws UserError APT_UNRESOLVED with apt's words, SOURCE_UNAVAILABLE, HOST_INCOMPLETE
 */
export async function lockBuilder(definition: BuilderDefinition, options: LockOptions): Promise<BuilderLock> {
  const { workFolder, previous, now, ...rest } = options;
  const { suite, architecture } = definition;
  const apt = await openApt({
    ...rest,
    folder: join(workFolder, 'cache/apt'),
    suite,
    ...(architecture === undefined ? {} : { architecture }),
  });
  const packages = await apt.resolve(definition.packages);
  const lock: BuilderLock = {
    suite,
    architecture: apt.architecture,
    requested: definition.packages.toSorted(),
    madeWith: { tool: 'mmdebstrap', variant: VARIANT, timestamp: previous?.madeWith.timestamp ?? now },
    packages: packages.map(({ package: name, version, architecture: built, path: file, bytes, sha256 }) => ({
      name,
      version,
      architecture: built,
      file,
      bytes,
      sha256,
    })),
  };
  const isSame = previous !== undefined && builderDigest(previous) === builderDigest(lock);
  return previous === undefined || isSame ? lock : { ...lock, madeWith: { ...lock.madeWith, timestamp: now } };
}
