import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { nearest } from '../../model/did-you-mean.ts';
import { UserError } from '../../model/errors.ts';
import { command } from '../command.ts';
import { print, warn } from '../context.ts';
import { treeOptions } from '../load.ts';
import { today } from '../when.ts';

export const cve = command({
  usage: 'cve [what]',
  example: ['$0 cve --database osv.zip --fail-on high', 'fail if the tree has a severe vulnerability that OSV knows'],
  options: (parser) =>
    treeOptions(parser)
      .positional('what', {
        type: 'string',
        describe: '(default: the tree) tree or repository, file or URL with a bill, git revision; #base: a variant',
      })
      .option('database', {
        type: 'string',
        array: true,
        demandOption: true,
        describe: "OSV or Debian's security tracker: file, folder, zip or URL, with #sha256=HEX; may be repeated",
      })
      .option('ignores', { type: 'string', describe: 'file of ignores (default: cve-ignores.json of the tree)' })
      .option('fail-on', {
        choices: ['low', 'medium', 'high', 'critical'] as const,
        describe: 'end with status 4 if one of at least this severity is not ignored',
      })
      .option('debian-release', { type: 'string', describe: 'as bookworm, for packages that do not tell theirs' }),
  run: async (args, context) => {
    const [
      { readSideOf, locateIfThere },
      { findVulnerabilities, readIgnores },
      { describeVulnerabilities },
      { countsFor },
    ] = await Promise.all([
      import('../read-side.ts'),
      import('../../audit/find-vulnerabilities.ts'),
      import('../cve-text.ts'),
      import('../../bom/findings.ts'),
    ]);
    await checkRelease(args.debianRelease);
    const here = locateIfThere(args, context);
    const ignores = await readIgnores(
      args.ignores === undefined ? undefined : { path: resolve(context.cwd, args.ignores), shown: args.ignores },
      here?.treeFolders.treeinfos,
    );
    const bill = await readSideOf(args.what, args, context);
    const found = await findVulnerabilities(bill, {
      databases: args.database,
      ignores,
      debianRelease: args.debianRelease,
      today: today(),
      cwd: context.cwd,
      scratch: here?.folders.work ?? tmpdir(),
      signal: context.signal,
      warn: (warning) => warn(context, warning),
    });
    print(context, args.json, found, describeVulnerabilities(found, args.failOn));
    const { failOn } = args;
    return failOn !== undefined && found.findings.some((finding) => countsFor(failOn, finding)) ? 4 : 0;
  },
});

/** A release that there is not would match nothing, and look like a tree without vulnerabilities. @throws UserError USAGE */
async function checkRelease(text: string | undefined): Promise<void> {
  const { DEBIAN_RELEASES, isDebianRelease } = await import('../../bom/debian-release.ts');
  if (text === undefined || isDebianRelease(text)) return;
  const guess = nearest(text, DEBIAN_RELEASES);
  const hint = guess === undefined ? 'Give a name, as bookworm, or a number, as 12.' : `Did you mean "${guess}"?`;
  throw new UserError('USAGE', `"${text}" is no release of Debian.`, { hint });
}
