/** What the actions of `image` that speak to Azure print. */
import type { PruneVerdict } from '../../gallery/prune-plan.ts';
import type { OfferStatus } from '../../gallery/publish.ts';
import type { RegisteredVersion } from '../../gallery/register.ts';
import type { SentRequest } from '../../gallery/resource-manager.ts';
import type { SasFinding } from '../../gallery/sas-rules.ts';
import { redactUrls } from '../../model/url.ts';
import { formatBytes, plural } from '../../report/format.ts';
import { formatTable } from '../table.ts';

/** The requests as they are sent, but for signatures of URLs in them. */
export function shownRequests(sent: readonly SentRequest[]): readonly SentRequest[] {
  return sent.map((request) => JSON.parse(redactUrls(JSON.stringify(request))));
}

export interface Registered {
  readonly image: string;
  readonly version: string;
  readonly gallery: string;
  readonly isDryRun: boolean;
  readonly isWaiting: boolean;
  readonly regions: readonly string[];
  readonly versions: readonly RegisteredVersion[];
  readonly requests: readonly SentRequest[];
}

export function describeRegistration(answer: Registered): string {
  const { image, version, gallery, isDryRun, isWaiting, regions, versions, requests } = answer;
  if (isDryRun) return describeRequests(requests);
  if (versions.every(({ did }) => did === 'none')) {
    return `Nothing to do: ${gallery} has ${image} ${version} already (${versions.map(({ definition }) => definition).join(', ')}).`;
  }
  const rows = versions.map(({ definition, did, changes, isLatest }) => [
    `  ${definition}`,
    DID[did],
    [
      ...changes,
      ...(did === 'none' || did === 'change' ? [] : [isLatest ? 'taken as latest' : 'not taken as latest']),
    ].join('; '),
  ]);
  const where = isWaiting ? `in ${regions.join(', ')}` : `on its way to ${regions.join(', ')}`;
  return [`${image} ${version} is in the gallery ${gallery}, ${where}:`, formatTable(rows)].join('\n');
}

const DID: Readonly<Record<RegisteredVersion['did'], string>> = {
  create: 'made',
  again: 'made again',
  change: 'changed',
  wait: 'gone on with',
  none: 'there already',
};

/** Everything of a request but who asks. */
function describeRequests(requests: readonly SentRequest[]): string {
  if (requests.length === 0) return 'Nothing to do: no request would change anything.';
  const shown = requests.map(({ method, url, body }) =>
    [`${method} ${url}`, ...(body === undefined ? [] : [JSON.stringify(body, undefined, 2)])].join('\n'),
  );
  return [`Would send ${plural(requests.length, 'request')}:`, ...shown].join('\n\n');
}

export interface DiskUploaded {
  readonly id: string;
  readonly state: string;
  readonly sentBytes: number;
  readonly fileBytes: number;
  readonly sha256: string;
  readonly generation: string;
  readonly isVerified: boolean;
  readonly isDryRun: boolean;
  /** Writes of pages in all, to the URL that the disk hands out; those that an earlier run has made among them. */
  readonly pages: { readonly requests: number; readonly bytes: number };
  readonly requests: readonly SentRequest[];
}

export function describeDiskUpload(answer: DiskUploaded): string {
  const { id, state, sentBytes, fileBytes, sha256, generation, isVerified, isDryRun, pages, requests } = answer;
  if (state === 'complete') return `Nothing to do: ${id} has it already (pages sha256 ${sha256}).`;
  if (isDryRun && state === 'unfinished' && requests.length === 1) return describeRequests(requests);
  if (isDryRun) {
    const writes = `${plural(pages.requests, 'write')} of pages, ${pages.bytes} bytes`;
    const but = state === 'absent' ? '' : ', but for those that it has';
    return `${describeRequests(requests)}\n\nAfter beginGetAccess, to the URL that it gives: ${writes}${but}.`;
  }
  return [
    `${state === 'absent' ? 'Uploaded' : 'Went on with'} ${id}, ${generation}, ${formatBytes(fileBytes)}: sent ${formatBytes(sentBytes)}.`,
    isVerified ? 'It was read back, and is the file.' : 'It was not read back.',
    `pages sha256 ${sha256}`,
  ].join('\n');
}

export interface PruneAnswer {
  readonly gallery: string;
  readonly isDryRun: boolean;
  readonly definitions: readonly { readonly definition: string; readonly versions: readonly PruneVerdict[] }[];
  readonly disks: readonly PruneVerdict[];
  readonly blobs: readonly PruneVerdict[];
  readonly requests: readonly SentRequest[];
}

export function describePrune({ gallery, isDryRun, definitions, disks, blobs, requests }: PruneAnswer): string {
  const went = isDryRun ? 'would go' : 'removed';
  const rows = (kind: string, verdicts: readonly PruneVerdict[]) =>
    verdicts.map(({ version, reason }) => [reason === undefined ? went : 'stays', kind, version, reason ?? '']);
  const all = [
    ...definitions.flatMap(({ definition, versions }) => rows(definition, versions)),
    ...rows('disk', disks),
    ...rows('blob', blobs),
  ];
  if (all.length === 0) return `There are no versions in ${gallery}, and no disks and blobs of ours.`;
  const gone = all.filter(([what]) => what === went).length;
  const told = [formatTable(all), '', `${isDryRun ? 'Would remove' : 'Removed'} ${gone} of ${all.length}.`];
  return [...told, ...(isDryRun && requests.length > 0 ? ['', describeRequests(requests)] : [])].join('\n');
}

export interface Published {
  readonly offer: string;
  readonly plan: string;
  readonly version: string | undefined;
  readonly isAdded: boolean;
  /** Whether it was there, and is read by another URL or in another tenant now. */
  readonly isRenewed: boolean;
  readonly submitted: string | undefined;
  readonly isDryRun: boolean;
  readonly requests: readonly SentRequest[];
}

export function describePublish(answer: Published): string {
  const { offer, plan, version, isAdded, isRenewed, submitted, isDryRun, requests } = answer;
  if (isDryRun) return describeRequests(requests);
  const added = isRenewed
    ? `${offer}/${plan} had version ${version} already, and is told anew where to read it, as a draft.`
    : `${offer}/${plan} has version ${version} ${isAdded ? 'now, as a draft' : 'already'}.`;
  return [
    ...(version === undefined ? [] : [added]),
    ...(submitted === undefined ? [] : [`${offer} is submitted to ${submitted}; certification may take days.`]),
  ].join('\n');
}

export function describeStatus({
  offer,
  plan,
  versions,
  submissions,
}: OfferStatus & { readonly offer: string; readonly plan: string }): string {
  const rows = [
    ...versions.map(({ version, state }) => ['version', version, state]),
    ...submissions.map(({ id, created = '', target, status, result }) => [
      ...['submission', target, `${status}, ${result}`],
      // As it stands at the end of its page in Partner Center.
      ...[created, id.split('/').at(-1) ?? ''],
    ]),
  ];
  return rows.length === 0 ? `${offer}/${plan} has no version and no submission.` : formatTable(rows);
}

export function describeSas(findings: readonly SasFinding[]): string {
  const rows = findings.map(({ id, result, required, actual }) => [
    result === 'passed' ? 'ok' : 'ERROR',
    id,
    required,
    actual,
  ]);
  const failed = findings.filter(({ result }) => result === 'failed').length;
  return [
    formatTable([['', 'RULE', 'REQUIRED', 'ACTUAL'], ...rows]),
    '',
    failed === 0
      ? 'The Marketplace takes this URL, by what it says itself.'
      : `The Marketplace would refuse this URL: ${plural(failed, 'error')}.`,
  ].join('\n');
}
