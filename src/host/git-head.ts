/** What a local git repository stands at. */
import { UserError } from '../model/errors.ts';
import { run } from './process.ts';

export interface GitHead {
  /** The commit that is checked out. */
  readonly commit: string;
  /** Tracked files that differ from it, in git's order. */
  readonly changed: readonly string[];
}

/**
 * @param path top folder of a working copy
 * @throws UserError SOURCE_INVALID if it is none, or has no commit yet
 */
export async function gitHead(path: string, signal?: AbortSignal): Promise<GitHead> {
  const args = ['--git-dir', `${path}/.git`, '--work-tree', path, 'status', '--porcelain=v2', '--branch', '-uno', '-z'];
  const { status, stdout, stderr } = await run('git', args, signal === undefined ? {} : { signal });
  const lines = stdout.split('\0');
  const commit = lines.find((line) => line.startsWith(COMMIT))?.slice(COMMIT.length);
  if (status === 0 && commit !== undefined && commit !== '(initial)') {
    return { commit, changed: lines.filter((line) => /^[12u] /.test(line)).map((line) => changedPath(line)) };
  }
  const why = commit === '(initial)' ? 'has no commit yet' : `is no git repository: ${stderr.trim()}`;
  throw new UserError('SOURCE_INVALID', `${path} ${why}.`, {
    hint: 'Point "rel_path" at the top folder of a git working copy with a commit.',
  });
}

const COMMIT = '# branch.oid ';

/** The path is the last of 9 fields, 10 for renames and 11 for unmerged files, and may hold blanks itself. */
function changedPath(line: string): string {
  const fields = line.startsWith('1') ? 8 : line.startsWith('2') ? 9 : 10;
  return line.split(' ').slice(fields).join(' ');
}
