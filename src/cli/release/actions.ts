/** What the actions of `release` do between their options and the workflows. */
import { UserError } from '../../model/errors.ts';
import { print, type Context } from '../context.ts';
import { locate } from '../load.ts';
import { checkCounts } from '../option-values.ts';
import { parseAge } from '../quantities.ts';
import { checkArguments, treeArguments, type ReleaseArguments } from './arguments.ts';
import {
  openTrust,
  placeOf,
  refuseOwnRepository,
  repositoryOf,
  storeOf,
  storeNamed,
  transferView,
  workOf,
} from './open.ts';
import { openSigners, signingBy } from './signing.ts';
import {
  describeCopies,
  describeGarbage,
  describeMove,
  describeRelease,
  describeReleases,
  describeShare,
  describeSigned,
  describeVerdict,
} from './text.ts';

/** @returns the exit status */
export async function runRelease(args: ReleaseArguments, context: Context): Promise<number> {
  checkArguments(args);
  checkCounts({ transfers: args.transfers, jobs: args.jobs, keep: args.keep });
  return await ACTIONS[args.action](args, context);
}

/** Said in the help of the options, too. */
const DEFAULTS = { expires: '7d', keep: 5, minAge: '7d' } as const;

type Action = (args: ReleaseArguments, context: Context) => Promise<number>;

const create: Action = async (args, context) => {
  const { createFromTree } = await import('./create.ts');
  return await createFromTree(args, context);
};

const verify: Action = async (args, context) => {
  const { verifyPublished } = await import('./verify.ts');
  const { verdict, exitCode } = await verifyPublished(args, context);
  print(context, args.json, verdict, describeVerdict(verdict));
  return exitCode;
};

const promote: Action = async (args, context) => {
  const [from = '', to = ''] = args.names;
  const [{ promoteRelease }, { checkChannelName }] = await Promise.all([
    import('../../publish/promote-release.ts'),
    import('../../publish/layout.ts'),
  ]);
  const answer = await promoteRelease({ ...(await moving(args, context)), from, channel: checkChannelName(to) });
  print(context, args.json, answer, describeMove(answer, args.dryRun));
  return 0;
};

const rollback: Action = async (args, context) => {
  const [channel = ''] = args.names;
  const [{ rollBack }, { checkChannelName }] = await Promise.all([
    import('../../publish/promote-release.ts'),
    import('../../publish/layout.ts'),
  ]);
  const moves = { ...(await moving(args, context)), from: args.release, channel: checkChannelName(channel) };
  const answer = await rollBack(moves);
  print(context, args.json, answer, describeMove(answer, args.dryRun));
  return 0;
};

/** What promotion and the way back are given. */
async function moving(args: ReleaseArguments, context: Context) {
  const { store, name } = await storeOf(args, context, { mustExist: true });
  return {
    store,
    place: placeOf(store, name),
    trust: await openTrust(args, context),
    isDryRun: args.dryRun,
    signal: context.signal,
    nowMs: Date.now,
  };
}

const list: Action = async (args, context) => {
  const { listReleases } = await import('../../publish/list-releases.ts');
  // The repository of the work folder may not be there yet; a store that somebody names has to be.
  const { store } =
    args.to === undefined ? await storeOf(args, context) : { store: await repositoryOf(args.to, args, context) };
  const releases = await listReleases(store, context.signal);
  print(context, args.json, releases, describeReleases(releases, store.location));
  return 0;
};

const show: Action = async (args, context) => {
  const [name = ''] = args.names;
  const [{ findRelease }, { judgeRelease }] = await Promise.all([
    import('../../publish/read-release.ts'),
    import('../../publish/judge-signature.ts'),
  ]);
  const store = await repositoryOf(args.to, args, context);
  const { release, channel } = await findRelease(store, name, context.signal);
  const signature = await judgeRelease(store, release, await openTrust(args, context), context.signal);
  const { id, sha256, manifest } = release;
  print(
    context,
    args.json,
    { id, sha256, signature, channel, ...manifest },
    describeRelease(release, channel, signature),
  );
  return 0;
};

const copy: Action = async (args, context) => {
  const [fromWord = '', toWord = '', ...names] = args.names;
  if (args.to !== undefined) {
    throw new UserError('USAGE', '--to does nothing for "release copy".', {
      hint: 'Usage: dcos-build release copy FROM-URL TO-URL [NAME..]',
    });
  }
  const { copyReleases } = await import('../../publish/copy-releases.ts');
  const { store: to, name } = await storeNamed(toWord, args, context);
  const from = await repositoryOf(fromWord, args, context);
  using view = transferView(args, context);
  const copies = await copyReleases({
    ...{ from, to, names, isDryRun: args.dryRun, jobs: args.transfers, signal: context.signal, nowMs: Date.now },
    place: placeOf(to, name),
    trust: await openTrust(args, context),
    work: workOf(locate(treeArguments(args), context)),
    onProgress: (state) => view.report(state),
  });
  view[Symbol.dispose]();
  print(context, args.json, copies, describeCopies(copies, args.dryRun));
  return 0;
};

const sign: Action = async (args, context) => {
  const [name = ''] = args.names;
  const [{ findRelease }, { signAnew }] = await Promise.all([
    import('../../publish/read-release.ts'),
    import('../../publish/sign-anew.ts'),
  ]);
  const { store } = await storeOf(args, context, { mustExist: true });
  const signing = signingBy(await openSigners(args, context), [], args, context);
  if (signing === undefined) {
    throw new UserError('USAGE', 'No key is named.', {
      hint: 'Give --key FILE, or "signing" in dcos-build.config.json.',
    });
  }
  const { release } = await findRelease(store, name, context.signal);
  const packages = await signAnew(store, release, signing, { jobs: args.transfers, signal: context.signal });
  const by = signing.signers.map(({ description }) => description);
  print(context, args.json, { release: release.id, packages, signedBy: by }, describeSigned(release.id, packages, by));
  return 0;
};

const share: Action = async (args, context) => {
  const [name = ''] = args.names;
  const { findRelease } = await import('../../publish/read-release.ts');
  const { store } = await storeOf(args, context, { mustExist: true });
  const { release } = await findRelease(store, name, context.signal);
  if (store.share === undefined) {
    throw new UserError('USAGE', `${store.location} cannot be shared by a link: it is no Blob container.`, {
      hint: 'Name a store on Azure with --to.',
    });
  }
  const forMs = parseAge(args.expires ?? DEFAULTS.expires, '--expires');
  const { url, expiresMs } = await store.share({ forMs, nowMs: Date.now(), signal: context.signal });
  const expires = new Date(expiresMs).toISOString();
  print(context, args.json, { release: release.id, url, expires }, describeShare(release.id, url, expires));
  return 0;
};

const gc: Action = async (args, context) => {
  const { collectReleases } = await import('../../publish/collect-garbage.ts');
  const { store } = await storeOf(args, context, { mustExist: true });
  refuseOwnRepository(store, locate(treeArguments(args), context));
  const answer = await collectReleases({
    ...{
      store,
      keep: args.keep ?? DEFAULTS.keep,
      isDryRun: args.dryRun,
      jobs: args.transfers,
      signal: context.signal,
      nowMs: Date.now,
    },
    minAgeMs: parseAge(args.minAge ?? DEFAULTS.minAge, '--min-age'),
  });
  print(context, args.json, answer, describeGarbage(answer, args.dryRun));
  return 0;
};

const ACTIONS: Readonly<Record<ReleaseArguments['action'], Action>> = {
  ...{ create, promote, rollback, list, show, verify, copy, sign, share, gc },
};
