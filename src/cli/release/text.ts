/** What the actions of `release`, `publish` and `fetch` print. */
import type { Channel } from '../../publish/channel.ts';
import { currentOf } from '../../publish/channel.ts';
import type { CollectAnswer } from '../../publish/collect-garbage.ts';
import type { CopiedRelease } from '../../publish/copy-releases.ts';
import type { CreateAnswer } from '../../publish/create-release.ts';
import type { FetchAnswer } from '../../publish/fetch-release.ts';
import type { Judgement } from '../../publish/judge-signature.ts';
import type { Releases } from '../../publish/list-releases.ts';
import type { CreatePlan } from '../../publish/plan-create.ts';
import type { PromoteAnswer } from '../../publish/promote-release.ts';
import type { PublishAnswer } from '../../publish/publish-packages.ts';
import type { Artifact, Release } from '../../publish/release-manifest.ts';
import type { Verdict } from '../../publish/verify-release.ts';
import { formatBytes, plural } from '../../report/format.ts';
import { formatTable, listOf } from '../table.ts';
import { formatWhen } from '../when.ts';

export function describeCreated(answer: CreateAnswer, location: string): string {
  const { release, channel, before, uploaded, skipped, signedBy, isUnchanged } = answer;
  if (isUnchanged) return `Nothing to do: "${channel}" of ${location} has ${release} already.`;
  const had = before === undefined ? 'it is new' : before === release ? 'it had it already' : `it had ${before}`;
  return [
    `Released ${release} to ${location}; the channel "${channel}" has it now (${had}).`,
    `Wrote ${blobsText(uploaded)}; ${blobsText(skipped)}, ${skipped.length === 1 ? 'was' : 'were'} there already.`,
    signedBy.length === 0 ? 'It is not signed (--key FILE signs it).' : `Signed by ${listOf(signedBy)}.`,
  ].join('\n');
}

export function describeUnbuilt(missing: readonly string[]): string {
  const lines = missing.map((id) => `  build  ${id}`);
  return [`${plural(missing.length, 'artifact')} would have to be built first:`, ...lines].join('\n');
}

/** Every blob, with what would become of it. */
export function describeUploads(release: string, { put, skip, update }: CreatePlan): string {
  const rows = [...put.map((one) => ['write', one] as const), ...skip.map((one) => ['skip', one] as const)];
  const updates = update.map(({ name, bytes }) => ['update', formatBytes(bytes), name]);
  const table = [...rows.map(([what, { name, bytes }]) => [what, formatBytes(bytes), name]), ...updates];
  return [
    ...(table.length === 0 ? [] : [formatTable(table, ['left', 'right'])]),
    `${release}: would write ${blobsText(put)}, and skip ${blobsText(skip)}, which ${skip.length === 1 ? 'is' : 'are'} there already.`,
  ].join('\n');
}

export function describeMove({ channel, release, before, isUnchanged }: PromoteAnswer, isDryRun: boolean): string {
  if (isUnchanged) return `Nothing to do: "${channel}" has ${release} already.`;
  const had = before === undefined ? 'it is new' : `it had ${before}`;
  return isDryRun ? `"${channel}" would have ${release} (${had}).` : `"${channel}" has ${release} now (${had}).`;
}

export function describeReleases({ releases, channels }: Releases, location: string): string {
  if (releases.length === 0) return `${location} has no releases.`;
  const rows = releases.map(({ id, channels: of, publishedMs }) => [
    id,
    publishedMs === undefined ? 'gone' : formatWhen(publishedMs),
    of.join(', '),
  ]);
  const moves = channels.map((channel) => {
    const { release, at, move, from } = currentOf(channel);
    const how = from === undefined ? move : `${move} from ${from}`;
    return [channel.name, release, at.replace('T', ' ').replace(/:\d\dZ$/, ' UTC'), how];
  });
  return [
    formatTable([['RELEASE', 'PUBLISHED', 'CHANNELS'], ...rows]),
    '',
    moves.length === 0 ? 'No channels.' : formatTable([['CHANNEL', 'RELEASE', 'SINCE', 'BY'], ...moves]),
  ].join('\n');
}

export function describeRelease(release: Release, channel: Channel | undefined, signature: Judgement): string {
  const { id, sha256, manifest } = release;
  const { name, version, codename, tag, commit, isChanged, tool, trees, artifacts, files } = manifest;
  const rows = [
    ['release', id],
    ['of', [name, version, ...(codename === undefined ? [] : [`"${codename}"`])].join(' ')],
    ['tag', tag],
    [
      'commit',
      `${commit ?? 'none: the tree was in no git repository'}${isChanged ? ', with changes that are not committed' : ''}`,
    ],
    ['made by', tool],
    ['manifest', `sha256 ${sha256}`],
    ['signature', describeSignature(signature)],
    ['artifacts', blobsText(artifacts)],
    ['files', files.map((file) => file.name).join(', ')],
    ...trees.map((tree) => [
      `tree ${tree.variant ?? 'default'}`,
      `bootstrap ${tree.bootstrap}, ${plural(tree.packages.length, 'package')}`,
    ]),
  ];
  const packages = [...new Set(trees.flatMap((tree) => tree.packages))].map((one) => `  ${one}`);
  const history = channel?.history.map((entry) => `  ${entry.at}  ${entry.move}  ${entry.release}`) ?? [];
  return [
    formatTable(rows),
    '',
    'Packages:',
    ...packages,
    ...(channel === undefined ? [] : ['', `History of "${channel.name}":`, ...history]),
  ].join('\n');
}

export function describeVerdict(verdict: Verdict): string {
  const { release, channel, blobs, bytes, signature, findings } = verdict;
  const lines = findings.map(({ name, kind, what }) => [kind, name, what]);
  const title = channel === undefined ? release : `${release} ("${channel}")`;
  const end = `${title}: read ${plural(blobs, 'blob')}, ${formatBytes(bytes)}; ${describeSignature(signature)}.`;
  const count = findings.length === 0 ? 'It is whole.' : `${plural(findings.length, 'thing')} wrong.`;
  return [...(lines.length === 0 ? [] : [formatTable(lines)]), end, count].join('\n');
}

function describeSignature(signature: Judgement): string {
  switch (signature.kind) {
    case 'accepted':
      return `signed by ${listOf(signature.by)}`;
    case 'refused':
      return `refused: ${signature.why}`;
    case 'unjudged': {
      const { keyids } = signature;
      return keyids.length === 0 ? 'not signed' : `signed by ${listOf(keyids)}, whom no trust.json judges`;
    }
    default:
      return signature satisfies never;
  }
}

export function describeCopies(copies: readonly CopiedRelease[], isDryRun: boolean): string {
  return copies
    .flatMap(({ release, channel, copied, skipped }) => [
      ...(isDryRun ? copied.map(({ name, bytes }) => `  copy  ${name}  ${formatBytes(bytes)}`) : []),
      `${release}${channel === undefined ? '' : ` of "${channel}"`}: ${isDryRun ? 'would copy' : 'copied'} ` +
        `${blobsText(copied)}; ${blobsText(skipped)}, ${skipped.length === 1 ? 'was' : 'were'} there already.`,
    ])
    .join('\n');
}

export function describeSigned(release: string, packages: number, by: readonly string[]): string {
  return `Signed ${release} and ${plural(packages, 'package')} by ${listOf(by)}.`;
}

/** The link is a secret: who has it can read the container. */
export function describeShare(release: string, url: string, expires: string): string {
  return [
    url,
    `Good for reading until ${expires}. Whoever has this link can read the whole container:`,
    `  dcos-build fetch ${release} --from 'URL'`,
  ].join('\n');
}

export function describeGarbage(answer: CollectAnswer, isDryRun: boolean): string {
  const { releases, names, kept, removedBytes, keptBytes, spared } = answer;
  const verb = isDryRun ? 'Would remove' : 'Removed';
  return [
    ...(isDryRun ? names.map((name) => `  ${name}`) : []),
    `${verb} ${plural(releases.length, 'release')}: ${plural(names.length, 'blob')}, ${formatBytes(removedBytes)}; ` +
      `${plural(kept.length, 'release')}, ${formatBytes(keptBytes)}, ${isDryRun ? 'would stay' : 'stay'}.`,
    ...(spared.length === 0 ? [] : [`${plural(spared.length, 'blob')} came into use meanwhile, and stay.`]),
  ].join('\n');
}

export function describePublished({ uploaded, skipped }: PublishAnswer, location: string, isDryRun: boolean): string {
  const list = isDryRun ? uploaded.map(({ name, bytes }) => `  write  ${name}  ${formatBytes(bytes)}`) : [];
  const verb = isDryRun ? 'would write' : 'wrote';
  const were = skipped.length === 1 ? 'was' : 'were';
  return [...list, `${location}: ${verb} ${blobsText(uploaded)}; ${blobsText(skipped)}, ${were} there already.`].join(
    '\n',
  );
}

export function describeFetched({ fetched, present, releases }: FetchAnswer, repository: string): string {
  const came = `Fetched ${plural(fetched.length, 'artifact')} into ${repository}; ${plural(present.length, 'one')} ${present.length === 1 ? 'was' : 'were'} there already.`;
  return [
    came.replace(/\bones\b/, 'others').replace('1 one', '1 other'),
    ...releases.map((id) => `${id} is here whole.`),
  ].join('\n');
}

function blobsText(blobs: readonly Pick<Artifact, 'bytes'>[]): string {
  return `${plural(blobs.length, 'blob')}, ${formatBytes(blobs.reduce((sum, { bytes }) => sum + bytes, 0))}`;
}
