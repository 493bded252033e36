/** A folder in which apt works for us: its configuration, its indexes and when they were fetched. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../model/errors.ts';
import type { AptIndex, IndexKind } from './apt-index.ts';
import { parseFields, rootsOf } from './apt-sources.ts';
import { isMissing, makeFolder, writeFileDurably } from './files.ts';
import { lock } from './lock.ts';
import { type CommandResult, run } from './process.ts';
import { retrying } from './retry.ts';

export interface ScratchOptions {
  readonly architecture: string;
  readonly retryBaseMs?: number;
  readonly signal?: AbortSignal;
  readonly onWarning?: (message: string) => void;
}

export interface AptScratch {
  /** Runs `apt-get` on the scratch folder. */
  readonly apt: (args: readonly string[]) => Promise<CommandResult>;
  /** Runs `apt-helper` on it. */
  readonly helper: (args: readonly string[]) => Promise<CommandResult>;
  /** Milliseconds since the indexes were fetched; Infinity if they never were. */
  readonly age: () => Promise<number>;
  /** Fetches the indexes, once per process; those of an earlier run serve, with a warning, when the network does not. */
  readonly refresh: () => Promise<void>;
  readonly isFresh: () => boolean;
  /** The index files that are there. */
  readonly indexes: (kind: IndexKind) => Promise<readonly AptIndex[]>;
}

/** Makes the folder ready for these stanzas (deb822 text); apt reads nothing of the machine's but its apt.conf. */
export async function openScratch(folder: string, stanzas: string, options: ScratchOptions): Promise<AptScratch> {
  await Promise.all(['lists/partial', 'cache/archives/partial'].map((path) => makeFolder(join(folder, path))));
  await writeFileDurably(join(folder, 'debian.sources'), stanzas);
  await writeFileDurably(join(folder, 'status'), '');
  await writeFileDurably(join(folder, 'apt.conf'), configuration(folder, options.architecture));
  const stamp = join(folder, 'updated');
  const runApt = async (program: string, args: readonly string[]): Promise<CommandResult> =>
    await run(program, ['-c', join(folder, 'apt.conf'), ...args], {
      env: environment(),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
  const apt = (args: readonly string[]): Promise<CommandResult> => runApt('apt-get', args);
  let fresh: Promise<void> | undefined;
  let listed = new Map<IndexKind, Promise<AptIndex[]>>();
  const refresh = async (): Promise<void> => {
    await update(folder, stamp, apt, options);
    listed = new Map();
  };
  return {
    apt,
    helper: (args) => runApt('/usr/lib/apt/apt-helper', args),
    age: () => ageOf(stamp),
    refresh: () => (fresh ??= refresh()),
    isFresh: () => fresh !== undefined,
    indexes: (kind) => {
      const list = listed.get(kind) ?? listIndexes(apt, kind);
      listed.set(kind, list);
      return list;
    },
  };
}

/**
 * Hooks of the machine's apt.conf (cleaners, PackageKit) are taken out: they would act on the machine. Indexes are kept
 * uncompressed, since we read them.
 */
function configuration(folder: string, architecture: string): string {
  return `#clear APT::Update;
#clear DPkg;
#clear APT::Architectures;
#clear APT::Default-Release;
APT::Architecture "${architecture}";
APT::Architectures:: "${architecture}";
APT::Sandbox::User "root";
Acquire::GzipIndexes "false";
Acquire::Languages "none";
Acquire::Retries "3";
Dir::Etc::sourcelist "${folder}/debian.sources";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::State "${folder}";
Dir::State::lists "${folder}/lists";
Dir::State::status "${folder}/status";
Dir::State::extended_states "${folder}/extended_states";
Dir::Cache "${folder}/cache";
Dir::Log "${folder}";
`;
}

/** Another process may have fetched them while we waited for the lock. */
async function update(
  folder: string,
  stamp: string,
  apt: AptScratch['apt'],
  { signal, onWarning, retryBaseMs = 1000 }: ScratchOptions,
): Promise<void> {
  const cancel = signal === undefined ? {} : { signal };
  const began = Date.now();
  using _held = await lock(join(folder, 'lock'), cancel);
  if ((await ageOf(stamp)) < Date.now() - began) return;
  try {
    await retrying(
      { ...cancel, attempts: 3, baseMs: retryBaseMs, mostMs: 10_000, mayPass: isUnavailable },
      async () => {
        const { status, stdout, stderr } = await apt(['update', '-q', '-o', 'APT::Update::Error-Mode=any']);
        if (status !== 0) throw indexesUnavailable(aptErrors(`${stderr}\n${stdout}`));
      },
    );
    await writeFileDurably(stamp, '');
  } catch (error) {
    if (!isUnavailable(error) || (await ageOf(stamp)) === Infinity) throw error;
    onWarning?.(`${error.message} The indexes of an earlier run are used.`);
  }
}

/** Asking apt takes 0.4 s, and the answer changes only with the first update. */
async function listIndexes(apt: AptScratch['apt'], kind: IndexKind): Promise<AptIndex[]> {
  const { stdout } = await apt(['indextargets', `Created-By: ${kind}`]);
  const listed = stdout.split(/\n\n+/).map(async (paragraph) => {
    const fields = parseFields(paragraph);
    const [path, root] = [fields.get('Filename'), fields.get('Repo-URI')];
    return path === undefined || root === undefined ? [] : [{ kind, path, roots: await rootsOf(root) }];
  });
  return (await Promise.all(listed)).flat();
}

/** The lines in which apt says what went wrong, without its `E:` and `W:`. */
export function aptErrors(output: string): string {
  const lines = output.split('\n').filter((line) => /^[EW]: /.test(line));
  return lines.map((line) => line.slice(3)).join(' ') || output.trim();
}

function indexesUnavailable(because: string): UserError {
  return new UserError('SOURCE_UNAVAILABLE', `The indexes of Debian's archive cannot be fetched: ${because}`, {
    hint: 'Check the network and the Debian stanzas in /etc/apt, then run the same command again.',
  });
}

function isUnavailable(error: unknown): error is UserError {
  return error instanceof UserError && error.code === 'SOURCE_UNAVAILABLE';
}

async function ageOf(stamp: string): Promise<number> {
  try {
    return Date.now() - (await stat(stamp)).mtimeMs;
  } catch (error) {
    if (isMissing(error)) return Infinity;
    throw error;
  }
}

/** apt's words are matched, so they must be English; proxies come in as they are. */
function environment(): Record<string, string> {
  const set = Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
  return { ...Object.fromEntries(set), LC_ALL: 'C' };
}
