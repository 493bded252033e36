/** The index of a mirror, written by several runs at once: each adds its own to what the others have written meanwhile. */
import { MIRROR_INDEX } from '../model/mirror.ts';
import type { ArtifactStore, Condition } from '../store/artifact-store.ts';
import { formatMirrorIndex, parseMirrorIndex, type MirrorEntry, type MirrorIndex } from '../store/mirror-index.ts';
import { writing } from './mirror-files.ts';

/** It is asked for anew each time; all else in a mirror is named by its hash. */
const SERVED = { cache: 'no-cache' } as const;

/** Makes an empty index, which is what tells a mirror from an empty place. @returns what is there then */
export async function beginIndex(to: ArtifactStore, signal: AbortSignal): Promise<MirrorIndex> {
  const options = { ...SERVED, signal, condition: { kind: 'absent' } } as const;
  if (await writing(to, () => to.writeText(MIRROR_INDEX, formatMirrorIndex(new Map()), options))) return new Map();
  const text = await to.readText(MIRROR_INDEX, { signal });
  return text === undefined ? new Map() : parseMirrorIndex(text, to.location);
}

export interface Additions {
  /** What was there; it is added only if the index lacks it. */
  readonly present: readonly MirrorEntry[];
  /** What came now; it takes the place of what the index says. */
  readonly copied: readonly MirrorEntry[];
}

/** Adds to the index. Whoever writes in between is read, and added to. */
export async function addToIndex(
  to: ArtifactStore,
  { present, copied }: Additions,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    const found = await to.readVersion(MIRROR_INDEX, { signal });
    const old = found === undefined ? new Map<string, MirrorEntry>() : parseMirrorIndex(found.text, to.location);
    const fresh = [...present.filter(({ name }) => !old.has(name)), ...copied];
    if (fresh.length === 0) return;
    const condition: Condition = found === undefined ? { kind: 'absent' } : { kind: 'version', version: found.version };
    const text = formatMirrorIndex(new Map([...old, ...fresh.map((each) => [each.name, each] as const)]));
    if (await to.writeText(MIRROR_INDEX, text, { ...SERVED, signal, condition })) return;
  }
}
