/**
 * Who is about to use artifacts says so before looking whether they are there; who is about to remove some says so before
 * looking whether anybody is about to use them. So of two that meet at least one sees the other: the user touches what it
 * needs, which then has another version than the one that is to be removed, or the remover spares it.
 *
 * Three orders matter. The user reads the marks of removers before it lists what is there: of a remover whose mark it
 * missed, all is either done, and shows in the listing, or not begun. The remover reads what users said before it reads
 * channels: who has taken that back has moved its channel by then. And who takes back what others said, because the
 * channel has the release that they want, looks at the channel after it has listed what they said: one who wants to move
 * the channel to a release that it had, and lost meanwhile, has not said so yet.
 */
import { randomBytes } from 'node:crypto';
import { inParallel } from '../host/in-parallel.ts';
import { UserError, type ErrorCode } from '../model/errors.ts';
import { isJsonArray, isJsonObject, member, type Json } from '../model/json.ts';
import { tryParsePythonJson } from '../model/python-json.ts';
import type { ArtifactStore, Listed } from '../store/artifact-store.ts';
import { currentOf } from './channel.ts';
import { CONDEMNED, isReleaseManifest, PENDING } from './layout.ts';
import { readChannel } from './read-release.ts';

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

export interface ClaimOptions {
  /** Touches at once. */
  readonly jobs: number;
  readonly signal: AbortSignal;
}

/** Somebody else may still be at work on what was announced so long ago; after that it counts as given up. */
const PENDING_DAYS = 2;
const DAY_MS = 86_400_000;

/** After these nothing can be taken back, and whoever tried would only wait once more. */
const OUT_OF_REACH: readonly ErrorCode[] = ['REPOSITORY_UNAVAILABLE', 'STORE_FORBIDDEN'];

/**
 * Works with artifacts that nobody removes meanwhile.
 *
 * @param work is given what the store has, and how to ask whether the intent still stands: somebody who published the same
 *   may have taken it back, and the channel may have moved on since. At its end the channel of the intent, if it has one,
 *   has the release
 */
export async function claiming<Result>(
  store: ArtifactStore,
  intent: Intent,
  { jobs, signal }: ClaimOptions,
  work: (present: ReadonlyMap<string, Listed>, isHeld: () => Promise<boolean>) => Promise<Result>,
): Promise<Result> {
  const name = await announce(store, intent, signal);
  try {
    const present = await lookAndTouch(store, intent, { jobs, signal });
    const result = await work(present, () => store.has(name, { signal }));
    await settle(store, intent, { name, signal });
    return result;
  } catch (error) {
    if (error instanceof UserError && !OUT_OF_REACH.includes(error.code)) await store.remove(name, { signal });
    throw error;
  }
}

async function announce(store: ArtifactStore, intent: Intent, signal: AbortSignal): Promise<string> {
  const name = `${PENDING}${intent.release}.${randomBytes(6).toString('hex')}.json`;
  const { channel, ...rest } = intent;
  const text = `${JSON.stringify({ ...rest, ...(channel === undefined ? {} : { channel }) })}\n`;
  await store.writeText(name, text, { signal, cache: 'no-cache', condition: { kind: 'absent' } });
  return name;
}

/** What is there and stays: of what somebody is about to remove, only what could be touched before it was gone. */
async function lookAndTouch(store: ArtifactStore, { names }: Intent, options: ClaimOptions) {
  const condemned = await readCondemned(store, options.signal);
  const present = await store.list('', { signal: options.signal });
  const endangered = names.filter((name) => present.has(name) && condemned.has(name));
  const gone = new Set<string>();
  // A manifest last, as it goes first: it must not stay when something else of its release could not be kept.
  const { first = [], last = [] } = Object.groupBy(endangered, (name) => (isReleaseManifest(name) ? 'last' : 'first'));
  for (const group of [first, last]) {
    await inParallel(group, options, async (name, signal) => {
      if (!(await store.touch(name, { signal }))) gone.add(name);
    });
  }
  return new Map([...present].filter(([name]) => !gone.has(name)));
}

/** Takes an intent back, and all that were for the same release and channel: the channel keeps the release from now on. */
async function settle(
  store: ArtifactStore,
  { release, channel }: Intent,
  { name: own, signal }: { readonly name: string; readonly signal: AbortSignal },
): Promise<void> {
  const names = channel === undefined ? [] : (await store.list(`${PENDING}${release}.`, { signal })).keys();
  const now = channel === undefined ? undefined : await readChannel(store, channel, signal);
  const isKept = now !== undefined && currentOf(now).release === release;
  for (const name of isKept ? names : []) {
    const text = name === own ? undefined : await store.readText(name, { signal });
    if (text !== undefined && parseIntent(text)?.channel === channel) await store.remove(name, { signal });
  }
  await store.remove(own, { signal });
}

/** Whether somebody has begun to move that channel, and not said that all is done: who did may have died. */
export async function isMoving(
  store: ArtifactStore,
  channel: string,
  { nowMs, signal }: { readonly nowMs: number; readonly signal: AbortSignal },
): Promise<boolean> {
  const intents = await readIntents(store, signal);
  return intents.some((intent) => intent.channel === channel && !isStale(intent.modifiedMs, nowMs));
}

/** Every intent that has not been taken back. */
export async function readIntents(store: ArtifactStore, signal: AbortSignal): Promise<readonly SeenIntent[]> {
  const intents: SeenIntent[] = [];
  for (const [name, { modifiedMs }] of await store.list(PENDING, { signal })) {
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

/** Everything that somebody is about to remove. */
async function readCondemned(store: ArtifactStore, signal: AbortSignal): Promise<ReadonlySet<string>> {
  const condemned = new Set<string>();
  for (const name of (await store.list(CONDEMNED, { signal })).keys()) {
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
