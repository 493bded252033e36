/**
 * Who is about to use artifacts says so before looking whether they are there; who is about to remove some says so before
 * looking whether anybody is about to use them. So of two that meet at least one sees the other: the user touches what it
 * needs, which then has another version than the one that is to be removed, or the remover spares it.
 */
import { randomBytes } from 'node:crypto';
import { isJsonArray, isJsonObject, member, type Json } from '../model/json.ts';
import { tryParsePythonJson } from '../model/python-json.ts';
import type { ArtifactStore, Listed } from '../store/artifact-store.ts';
import { CONDEMNED, PENDING } from './layout.ts';

export interface Intent {
  readonly release: string;
  /** The channel that will move; undefined: none. */
  readonly channel: string | undefined;
  /** Names of artifacts. */
  readonly names: readonly string[];
}

/** An intent as it was found. */
export interface SeenIntent extends Intent {
  /** When it was announced, by the clock of the store, in milliseconds since the epoch. */
  readonly modifiedMs: number;
}

/** Somebody else may still be at work on what was announced so long ago; after that it counts as given up. */
const PENDING_DAYS = 2;
const DAY_MS = 86_400_000;

/** Says that these artifacts will be used. @returns the name under which that stands in the store */
export async function announce(store: ArtifactStore, intent: Intent, signal: AbortSignal): Promise<string> {
  const name = `${pendingPrefix(intent.release)}${randomBytes(6).toString('hex')}.json`;
  const { channel, ...rest } = intent;
  const text = `${JSON.stringify({ ...rest, ...(channel === undefined ? {} : { channel }) })}\n`;
  await store.writeText(name, text, { signal, cache: 'no-cache', condition: { kind: 'absent' } });
  return name;
}

/** What all announcements of a release begin with. */
export function pendingPrefix(release: string): string {
  return `${PENDING}${release}.`;
}

/** Takes back all announcements of a release for a channel that has it now: it is kept by that from now on. */
export async function settle(
  store: ArtifactStore,
  names: Iterable<string>,
  channel: string | undefined,
  signal: AbortSignal,
): Promise<void> {
  for (const name of names) {
    const text = await store.readText(name, { signal });
    if (text !== undefined && parseIntent(text)?.channel === channel) await store.remove(name, { signal });
  }
}

/** Every intent in a listing that has not been taken back since. */
export async function readIntents(
  store: ArtifactStore,
  listing: ReadonlyMap<string, Listed>,
  signal: AbortSignal,
): Promise<readonly SeenIntent[]> {
  const intents: SeenIntent[] = [];
  for (const [name, { modifiedMs }] of listing) {
    if (!name.startsWith(PENDING)) continue;
    const text = await store.readText(name, { signal });
    const intent = text === undefined ? undefined : parseIntent(text);
    if (intent !== undefined) intents.push({ ...intent, modifiedMs });
  }
  return intents;
}

/** Whether who wrote that has certainly ended since. */
export function isStale(modifiedMs: number, nowMs: number): boolean {
  return nowMs - modifiedMs > PENDING_DAYS * DAY_MS;
}

/** Says that these will be removed. @returns the name under which that stands in the store */
export async function condemn(store: ArtifactStore, names: readonly string[], signal: AbortSignal): Promise<string> {
  const name = `${CONDEMNED}${randomBytes(6).toString('hex')}.json`;
  await store.writeText(name, `${JSON.stringify({ names })}\n`, { signal, cache: 'no-cache' });
  return name;
}

/** Everything that somebody is about to remove, of those who have said so in a listing. */
export async function readCondemned(
  store: ArtifactStore,
  listing: ReadonlyMap<string, Listed>,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const condemned = new Set<string>();
  for (const name of listing.keys()) {
    if (!name.startsWith(CONDEMNED)) continue;
    const text = await store.readText(name, { signal });
    for (const each of text === undefined ? [] : namesIn(tryParsePythonJson(text))) condemned.add(each);
  }
  return condemned;
}

function parseIntent(text: string): Intent | undefined {
  const json = tryParsePythonJson(text);
  if (!isJsonObject(json)) return undefined;
  const { release, channel } = json;
  if (typeof release !== 'string') return undefined;
  return { release, channel: typeof channel === 'string' ? channel : undefined, names: namesIn(json) };
}

function namesIn(json: Json | undefined): readonly string[] {
  const names = isJsonObject(json) ? member(json, 'names') : undefined;
  return isJsonArray(names) ? names.filter((name) => typeof name === 'string') : [];
}
