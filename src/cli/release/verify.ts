/** `release verify`: reads every byte, and builds everything anew if it is asked to. */
import { temporaryFolder } from '../../host/files.ts';
import { UserError } from '../../model/errors.ts';
import type { ReleaseManifest } from '../../publish/release-manifest.ts';
import { verifyRelease, type Finding, type Verdict } from '../../publish/verify-release.ts';
import { foldersBelow, type Folders } from '../../tree/folders.ts';
import type { Context } from '../context.ts';
import { load, locate, type Located } from '../load.ts';
import { treeArguments, type ReleaseArguments } from './arguments.ts';
import { buildTrees, compose } from './create.ts';
import { openTrust, repositoryOf, transferView, workOf } from './open.ts';

export interface Verified {
  readonly verdict: Verdict;
  readonly exitCode: number;
}

export async function verifyPublished(args: ReleaseArguments, context: Context): Promise<Verified> {
  const [name = ''] = args.names;
  const store = await repositoryOf(args.to, args, context);
  const located = locate(treeArguments(args), context);
  using view = transferView(args, context);
  const { found, ...verdict } = await verifyRelease({
    ...{ store, name, jobs: args.transfers, signal: context.signal },
    trust: await openTrust(args, context),
    work: workOf(located),
    onProgress: (state) => view.report(state),
  });
  view[Symbol.dispose]();
  const rebuilt = args.fromScratch ? await rebuild(args, context, { located, manifest: found.manifest }) : [];
  const findings = [...verdict.findings, ...rebuilt];
  return { verdict: { ...verdict, findings }, exitCode: findings.length === 0 ? 0 : 1 };
}

interface Rebuilding {
  readonly located: Located;
  readonly manifest: ReleaseManifest;
}

/** Builds the trees of the release in a work folder of their own. Downloads and builder roots are used again: their hashes name them. */
async function rebuild(
  args: ReleaseArguments,
  context: Context,
  { located, manifest }: Rebuilding,
): Promise<readonly Finding[]> {
  const variants = manifest.trees.map(({ variant }) => variant);
  await using scratch = await temporaryFolder(located.folders.work, 'scratch');
  const folders = scratchFolders(located.folders, scratch.path);
  const loaded = await load(treeArguments(args), context, { variants }, { ...located, folders });
  const others = differentIds(loaded.tree.plan.trees, manifest);
  if (others.length > 0) return others;
  const status = await buildTrees(args, context, loaded);
  if (status !== 0) throw new UserError('BUILD_FAILED', 'The release could not be built anew.', { hint: 'See above.' });
  const { tag, commit, isChanged } = manifest;
  const head = commit === undefined ? undefined : { commit, isChanged };
  const composed = await compose({ tag }, context, { loaded, located, head, scratch: scratch.path });
  if ('missing' in composed) throw new Error(`not built: ${composed.missing.join(', ')}`);
  const made = new Map(composed.release.manifest.artifacts.map((artifact) => [artifact.name, artifact.sha256]));
  return manifest.artifacts.flatMap(({ name, sha256 }): Finding[] => {
    const actual = made.get(name);
    if (actual === sha256) return [];
    return [
      { name, kind: 'differs', what: `published sha256 ${sha256}, built anew ${actual ?? 'nothing of that name'}` },
    ];
  });
}

function scratchFolders(folders: Folders, path: string): Folders {
  const { out, sourceCache, gitMirrors, downloads, builders } = folders;
  return { ...foldersBelow(path), out, sourceCache, gitMirrors, downloads, builders };
}

/** A tree that gives other ids is not the one that was released. */
function differentIds(
  trees: readonly { readonly variant: string | undefined; readonly packages: readonly string[] }[],
  manifest: ReleaseManifest,
): readonly Finding[] {
  return manifest.trees.flatMap(({ variant, packages }) => {
    const ours = new Set<string>(trees.find((tree) => tree.variant === variant)?.packages ?? []);
    return packages
      .filter((id) => !ours.has(id))
      .map((id): Finding => ({ name: id, kind: 'differs', what: 'the tree as it is here gives another id' }));
  });
}
