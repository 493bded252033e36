/** Resources as the stand-in of Azure Resource Manager shows them: what was sent, and what only the service knows. */
import { list, part, region, text, type Body, type Resource } from './arm-resources.ts';

/** @param brokenRegions with `$expand=ReplicationStatus`: where nothing can be copied to, and why */
export function showResource(resource: Resource, brokenRegions?: ReadonlyMap<string, string>): Body {
  const { id, name, type, body, properties, looksLeft, failure } = resource;
  const provisioningState =
    resource.isGoing === true
      ? 'Deleting'
      : looksLeft > 0
        ? 'Creating'
        : failure === undefined
          ? 'Succeeded'
          : 'Failed';
  const sent = part(body, 'properties');
  const { published, ...own } = properties;
  if (!type.endsWith('/versions'))
    return { ...body, id, name, type, properties: { ...sent, ...own, provisioningState } };
  const profile = part(sent, 'publishingProfile');
  const status =
    brokenRegions === undefined
      ? {}
      : { replicationStatus: replication(list(profile, 'targetRegions'), resource, brokenRegions) };
  const publishingProfile = { ...profile, publishedDate: published };
  return { ...body, id, name, type, properties: { ...sent, publishingProfile, ...own, ...status, provisioningState } };
}

function replication(
  regions: readonly Body[],
  { looksLeft, failure }: Resource,
  broken: ReadonlyMap<string, string>,
): Body {
  const isNowhere = failure !== undefined && broken.size === 0;
  const summary = regions.map((each) => {
    const name = text(each, 'name') ?? '';
    const why = broken.get(region(name));
    if (looksLeft > 0) return { region: name, state: 'Replicating', progress: looksLeft > 1 ? 0 : 50 };
    if (isNowhere) return { region: name, state: 'Failed', progress: 0 };
    if (why !== undefined) return { region: name, state: 'Failed', progress: 50, details: why };
    return { region: name, state: 'Completed', progress: 100 };
  });
  const hasFailed = summary.some(({ state }) => state === 'Failed');
  return { aggregatedState: looksLeft > 0 ? 'InProgress' : hasFailed ? 'Failed' : 'Completed', summary };
}
