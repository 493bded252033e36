/** Channels: a name for the release that is to be used now, with what it named before. Pure. */
import { toSha256, type Sha256 } from '../model/digest.ts';
import { UserError } from '../model/errors.ts';
import { isJsonArray, isJsonObject, member, type Json, type JsonObject } from '../model/json.ts';
import { tryParsePythonJson } from '../model/python-json.ts';

/** Changes when a reader of the old form would misunderstand the new one. */
const SCHEMA = 'dcos-build channel 1';

/** How a channel came to its release. */
export type Move = 'create' | 'promote' | 'rollback' | 'copy';

export interface ChannelEntry {
  readonly release: string;
  /** Of the release's manifest. */
  readonly manifest: Sha256;
  readonly move: Move;
  /** The channel or release that was promoted. */
  readonly from: string | undefined;
  /** When it was moved, as `2026-11-29T12:00:00Z`, by the clock of who moved it. */
  readonly at: string;
}

export interface Channel {
  readonly name: string;
  /** Oldest first, never empty; the last one is what the channel has now. */
  readonly history: readonly ChannelEntry[];
}

/** What the channel has now. */
export function currentOf({ history }: Channel): ChannelEntry {
  const last = history.at(-1);
  if (last === undefined) throw new Error('a channel has at least one entry');
  return last;
}

/** The entry before the current one that had another release; undefined: it always had this one. */
export function previousOf(channel: Channel): ChannelEntry | undefined {
  const { release } = currentOf(channel);
  return channel.history.findLast((entry) => entry.release !== release);
}

/** The channel after a move. @param channel undefined: there was none */
export function moved(name: string, channel: Channel | undefined, entry: ChannelEntry): Channel {
  return { name, history: [...(channel?.history ?? []), entry] };
}

/** One entry a line: a diff shows the move. */
export function formatChannel(channel: Channel): string {
  const { release, manifest } = currentOf(channel);
  const lines = channel.history.map((entry) => `    ${JSON.stringify(entryJson(entry))}`);
  return [
    '{',
    `  "schema": ${JSON.stringify(SCHEMA)},`,
    `  "channel": ${JSON.stringify(channel.name)},`,
    `  "release": ${JSON.stringify(release)},`,
    `  "manifest": ${JSON.stringify(manifest)},`,
    `  "history": [\n${lines.join(',\n')}\n  ]`,
    '}\n',
  ].join('\n');
}

/** @param location of the store, for messages @throws UserError RELEASE_DAMAGED */
export function parseChannel(name: string, text: string, location: string): Channel {
  const json = tryParsePythonJson(text);
  const list = isJsonObject(json) && member(json, 'schema') === SCHEMA ? member(json, 'history') : undefined;
  const history = isJsonArray(list) ? list.map(readEntry).filter((entry) => entry !== undefined) : [];
  if (isJsonArray(list) && history.length === list.length && history.length > 0) return { name, history };
  throw new UserError('RELEASE_DAMAGED', `The channel "${name}" of ${location} cannot be read: it is no "${SCHEMA}".`, {
    hint: 'It was written by another program, or by a newer dcos-build.',
  });
}

function entryJson({ from, ...entry }: ChannelEntry): JsonObject {
  return { ...entry, ...(from === undefined ? {} : { from }) };
}

const MOVES: readonly Move[] = ['create', 'promote', 'rollback', 'copy'];

function readEntry(json: Json): ChannelEntry | undefined {
  if (!isJsonObject(json)) return undefined;
  const { release, manifest, from, at } = json;
  const move = MOVES.find((one) => one === json['move']);
  const digest = typeof manifest === 'string' ? toSha256(manifest) : undefined;
  if (typeof release !== 'string' || digest === undefined || move === undefined) return undefined;
  return {
    ...{ release, manifest: digest, move },
    from: typeof from === 'string' ? from : undefined,
    at: typeof at === 'string' ? at : '',
  };
}
