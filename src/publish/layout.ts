/**
 * Where things of a release lie in a store, beside pkgpanda's layout (facts: pkgpanda 15):
 *
 *     releases/<release id>/manifest.json     what the release is; there only when all of it is
 *     releases/<release id>/<file>            what it brings along: plan, bills of materials
 *     releases/<release id>/provenance.intoto.jsonl   who vouches for the manifest
 *     channels/<channel>.json                 which release a channel has, and had: the only thing that changes
 *     pending/<release id>.<nonce>.json       somebody is about to use these artifacts: nobody removes them
 *     gc/<nonce>.json                         somebody is about to remove these: whoever needs one touches it first
 */
import { UserError } from '../model/errors.ts';
import { variantPrefix } from '../recipe/names.ts';

export const RELEASES = 'releases/';
export const CHANNELS = 'channels/';
export const PENDING = 'pending/';
export const CONDEMNED = 'gc/';

const CHANNEL = /^[\w-][\w.-]*(?:\/[\w-][\w.-]*)*$/;

/** First parts of names that have a meaning of their own: pkgpanda's files of a channel stand below its name. */
const RESERVED = [
  'packages',
  'bootstrap',
  'complete',
  'package_lists',
  'releases',
  'channels',
  'pending',
  'gc',
  'sha256',
  'sha1',
  'git',
];

/**
 * Checks the name of a channel, such as `stable` or `testing/master`.
 *
 * @throws UserError USAGE
 */
export function checkChannelName(name: string): string {
  const [first = '', ...rest] = name.split('/');
  const isReserved = RESERVED.includes(first) || rest.includes('commit');
  if (CHANNEL.test(name) && !isReserved && !name.endsWith('.json')) return name;
  const why = isReserved ? 'is the name of a folder that every store has' : 'cannot be the name of a channel';
  throw new UserError('USAGE', `"${name}" ${why}.`, {
    hint: 'Names are made of letters, digits and any of . _ -, with / between parts, such as "testing/master".',
  });
}

export function channelFile(channel: string): string {
  return `${CHANNELS}${channel}.json`;
}

/** The channel that a file of `channels/` is of; undefined for other names. */
export function channelOf(name: string): string | undefined {
  return name.startsWith(CHANNELS) && name.endsWith('.json') ? name.slice(CHANNELS.length, -'.json'.length) : undefined;
}

/** A file of a release, such as `manifest.json`. */
export function releaseFile(id: string, file: string): string {
  return `${RELEASES}${id}/${file}`;
}

/** The release that a file of `releases/` is of; undefined for other names. */
export function releaseOf(name: string): string | undefined {
  return name.startsWith(RELEASES) ? name.slice(RELEASES.length).split('/')[0] : undefined;
}

const TEMPLATES = 'azure/';

export const MANIFEST = 'manifest.json';

/** Whether that is the name of the manifest of a release. */
export function isReleaseManifest(name: string): boolean {
  return name.startsWith(RELEASES) && name.endsWith(`/${MANIFEST}`);
}

/** Who vouches for the manifest: statements with signatures, one a line. */
export const PROVENANCE = 'provenance.intoto.jsonl';

/** The template for so many masters: in the folder of the release, and under the same name in channels. */
export function templateFile(variant: string | undefined, masters: number): string {
  return `${TEMPLATES}${variantPrefix(variant)}acs-${masters}master.azuredeploy.json`;
}

/** Whether a file of a release is one that channels have too. */
export function isTemplate(file: string): boolean {
  return file.startsWith(TEMPLATES);
}

/** What stands beside a tarball of a package or bootstrap under its id; none for other names. */
export function sideNames(name: string): readonly string[] {
  const id = idOfTarball(name);
  return id === undefined ? [] : [`${id}.manifest.json`, `${id}.intoto.jsonl`];
}

/** Folder and id of a tarball, such as `packages/a/a--1`; undefined for other names. */
export function idOfTarball(name: string): string | undefined {
  return /^(.+?)(?:\.bootstrap)?\.tar\.(?:xz|zst)$/.exec(name)?.[1];
}

/** The folder of pkgpanda's files of one commit in a channel. */
export function commitFolder(channel: string, commit: string): string {
  return `${channel}/commit/${commit}/`;
}
