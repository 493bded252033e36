/** The release that a cluster runs: found in its store, and signed by those whom a reader trusts. */
import type { NodeRelease } from '../../cluster/compose-node-data.ts';
import { isClusterTree } from '../../cluster/standard-set.ts';
import { UserError } from '../../model/errors.ts';
import { judgeRelease } from '../../publish/judge-signature.ts';
import type { Release, ReleaseTree } from '../../publish/release-manifest.ts';
import { findRelease } from '../../publish/read-release.ts';
import type { TrustCheck } from '../../sign/open-trust.ts';
import { keyState } from '../../sign/trust.ts';
import type { Repository } from '../../store/artifact-store.ts';
import { openNamedRepository } from '../../store/named.ts';
import type { RecipeFile } from '../../recipe/recipe-file.ts';
import { warn, type Context } from '../context.ts';
import type { Located } from '../load.ts';
import { locateIfThere } from '../read-side.ts';
import { repositoryOf } from '../release/open.ts';
import { openTrust } from '../trust.ts';
import type { ClusterArguments } from './arguments.ts';

/** As options or the definition say it. */
export interface ReleaseWish {
  readonly name: string;
  readonly from: string | undefined;
  readonly variant: string | undefined;
  /** Where nodes fetch it from. */
  readonly url: string | undefined;
}

export interface ResolvedRelease {
  readonly node: NodeRelease;
  readonly repositoryUrl: string;
  /** Names of the keys whose signatures count; undefined: nobody in particular is trusted. */
  readonly signedBy: readonly string[] | undefined;
}

interface Resolving {
  readonly file: RecipeFile;
  readonly args: ClusterArguments;
  readonly context: Context;
}

/** @throws UserError CLUSTER_INVALID, RELEASE_UNKNOWN, SIGNATURE_REFUSED, and those of stores and trust files */
export async function resolveRelease(wish: ReleaseWish, { file, args, context }: Resolving): Promise<ResolvedRelease> {
  const located = locateIfThere({ ...args, variant: undefined, builderIds: undefined }, context);
  const store = await storeOf(wish.from, { located, args, context });
  const { release } = await findRelease(store, wish.name, context.signal);
  const trust = await trustOf(args, { located, context });
  const signedBy = await requireSigned(store, release, { trust, context });
  const tree = treeOf(release, wish.variant, file);
  return {
    node: nodeRelease(release, tree, trust),
    repositoryUrl: wish.url ?? publicAddress(store, file),
    signedBy,
  };
}

interface Opening {
  /** undefined: there is no tree. */
  readonly located: Located | undefined;
  readonly context: Context;
}

/** A store that is named needs no tree. */
async function storeOf(
  from: string | undefined,
  { located, args, context }: Opening & { readonly args: ClusterArguments },
): Promise<Repository> {
  if (from === undefined) return await repositoryOf(from, args, context);
  return await openNamedRepository(from, {
    treeRoot: located?.treeFolders.root,
    cwd: context.cwd,
    env: context.env,
  });
}

/** Also where there is no tree: then the current folder is looked into. */
async function trustOf(args: ClusterArguments, { located, context }: Opening): Promise<TrustCheck | undefined> {
  return await openTrust(args, located?.treeFolders ?? { treeinfos: context.cwd, root: context.cwd }, context);
}

/** @returns by whom; undefined: nobody is asked for */
async function requireSigned(
  store: Repository,
  release: Release,
  { trust, context }: { readonly trust: TrustCheck | undefined; readonly context: Context },
): Promise<readonly string[] | undefined> {
  const judgement = await judgeRelease(store, release, trust, context.signal);
  if (judgement.kind === 'accepted') return judgement.by;
  if (judgement.kind === 'refused') {
    const message = `The release ${release.id} of ${store.location} is refused: ${judgement.why}.`;
    throw new UserError('SIGNATURE_REFUSED', message, { hint: judgement.hint });
  }
  warn(context, {
    message: `Nobody is trusted here, so nodes will not ask who signed ${release.id}.`,
    hint: 'Name the keys that count with --trust, or in trust.json beside treeinfo.json.',
  });
  return undefined;
}

function treeOf({ id, manifest: { trees } }: Release, variant: string | undefined, file: RecipeFile): ReleaseTree {
  const wanted = variant === 'default' ? undefined : variant;
  const tree = trees.find((each) => each.variant === wanted);
  if (tree !== undefined) {
    if (isClusterTree(tree)) return tree;
    throw file.mistake(['release'], `The release ${id} is not for clusters: nothing in it sets up a node.`, {
      hint: 'Its tree needs the component dcos-image.',
      code: 'CLUSTER_INVALID',
    });
  }
  const names = trees.map((each) => each.variant ?? 'default').join(', ');
  const what = wanted === undefined ? 'no tree without a variant' : `no variant "${wanted}"`;
  throw file.mistake(['release', 'variant'], `The release ${id} has ${what}.`, {
    hint: `Name one that it has as "release.variant": ${names}.`,
    code: 'CLUSTER_INVALID',
  });
}

function nodeRelease(release: Release, tree: ReleaseTree, trust: TrustCheck | undefined): NodeRelease {
  const { id, sha256, manifest } = release;
  const name = `bootstrap/${tree.bootstrap}.bootstrap.tar.`;
  const bootstrap = manifest.artifacts.find((each) => each.name.startsWith(name));
  if (bootstrap === undefined) {
    throw new UserError('RELEASE_DAMAGED', `The release ${id} has no bootstrap ${tree.bootstrap}.`, {
      hint: `"dcos-build release verify ${id}" shows what else is wrong.`,
    });
  }
  const now = Date.now();
  const keys = trust?.trust.keys.filter((key) => keyState(key, now) === 'valid') ?? [];
  return {
    ...{ id, sha256, version: manifest.version, commit: manifest.commit, variant: tree.variant },
    ...{ bootstrap: tree.bootstrap, bootstrapSha256: bootstrap.sha256, bootstrapBytes: bootstrap.bytes },
    packages: tree.packages,
    keys: keys.map(({ publicKey }) => publicKey.pem),
  };
}

/** What nodes in Azure reach: a folder of this machine is none of it. */
function publicAddress({ location }: Repository, file: RecipeFile): string {
  if (/^https?:\/\//.test(location)) return location.replace(/\/+$/, '');
  throw file.mistake(['release'], `Nodes cannot fetch a release from the folder ${location}.`, {
    hint: 'Say as "release.url" at which address of http or https they find the same store.',
    code: 'CLUSTER_INVALID',
  });
}
