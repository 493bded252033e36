/**
 * Files in the cache, by their hash: `<cache>/sources/<algorithm>/<hex>`. A file has that name only after its hash was
 * seen to be right; what comes with another one is kept beside it as `<hex>.corrupt`.
 */
import { join } from 'node:path';
import { moveAside, sizeIfThere } from '../host/files.ts';
import { lock } from '../host/lock.ts';
import { digestsOf } from '../host/network.ts';
import { UserError } from '../model/errors.ts';
import type { Checksum } from '../model/source.ts';
import { type Digests, fetchFromAnywhere, isHere, matches, type WantedFile } from './addresses.ts';
import type { SourceContext } from './kind.ts';

/** Where the file with that hash is, once it is there. @throws UserError SOURCE_INVALID if the text is no such hash */
export function cachedFile(checksum: Checksum, context: SourceContext): string {
  return join(context.cache, 'sources', hashPath(checksum, context));
}

/** Whether neither the cache nor a folder of this machine (a mirror, or the address itself) has the file. */
export async function isMissingFile(checksum: Checksum, context: SourceContext, address = ''): Promise<boolean> {
  const cached = await sizeIfThere(cachedFile(checksum, context));
  return cached === undefined && !(await isHere(hashPath(checksum, context), address, context));
}

/**
 * Brings the file into the cache, once among all processes that want it.
 *
 * @throws UserError SOURCE_MISMATCH, SOURCE_UNAVAILABLE
 */
export async function fetchFile(file: WantedFile, context: SourceContext): Promise<void> {
  const name = hashPath(file.checksum, context);
  const path = cachedFile(file.checksum, context);
  if (context.verified.has(path)) return;
  await context.limit(async () => {
    const cancel = context.signal === undefined ? {} : { signal: context.signal };
    using _held = await lock(join(context.cache, 'locks', `${name.replace('/', '-')}.lock`), cancel);
    const digests =
      (await verifyCached(path, file, context)) ?? (await fetchFromAnywhere(path, name, { file, context }));
    checkSecond(file, digests, context);
    if (file.checksum.algorithm === 'sha1') {
      const advice = `which can be forged. Its sha256 is ${digests.sha256}.`;
      context.onWarning(`${context.label}: ${file.item} is pinned by sha1, ${advice}`);
    }
  });
  context.verified.add(path);
}

/** A file that has one of the recipe's hashes and not the other: one of the two is not of the file that was meant. */
function checkSecond(file: WantedFile, digests: Digests, { label }: SourceContext): void {
  const { checksum, secondChecksum: second } = file;
  if (second === undefined || matches(digests, second)) return;
  const { algorithm, hex } = second;
  const message = `${label}: ${file.item} has the ${checksum.algorithm} ${checksum.hex}, but its ${algorithm} is not ${hex}: it is ${digests[algorithm]}.`;
  throw new UserError('SOURCE_MISMATCH', message, { hint: 'Correct the one that is wrong in buildinfo.json.' });
}

/** `<algorithm>/<hex>`: its name in the cache and in mirrors. @throws UserError SOURCE_INVALID */
export function hashPath({ algorithm, hex }: Checksum, { label }: Pick<SourceContext, 'label'>): string {
  const digest = hex.toLowerCase();
  const digits = { sha1: 40, sha256: 64 }[algorithm];
  if (/^[0-9a-f]+$/.test(digest) && digest.length === digits) return `${algorithm}/${digest}`;
  throw new UserError('SOURCE_INVALID', `${label}: "${hex}" is no ${algorithm}.`, {
    hint: `A ${algorithm} has ${digits} hexadecimal digits.`,
  });
}

/** Its digests, if it is there and still what it was; one that rotted is set aside and counts as missing. */
async function verifyCached(path: string, file: WantedFile, context: SourceContext): Promise<Digests | undefined> {
  if ((await sizeIfThere(path)) === undefined) return undefined;
  const digests = await digestsOf(path, context.signal);
  if (matches(digests, file.checksum)) return digests;
  const aside = await moveAside(path, 'corrupt');
  context.onWarning(
    `${context.label}: ${file.item} was damaged in the cache; it is fetched again (the old: ${aside}).`,
  );
  return undefined;
}
