/** Looks whether this machine can build, and mends what can be mended. */
import { checkBubblewrap } from '../executor/bubblewrap-check.ts';
import { OWN_NAMESPACE } from '../host/any-owner.ts';
import { isRoot, run } from '../host/process.ts';
import { findPart, findProgram, installPackages, partsFor, type Part, type Purpose } from '../host/requirements.ts';

export interface Finding {
  readonly what: string;
  readonly ok: boolean;
  /** Where it was found, or what is wrong. */
  readonly detail: string;
  /** What to do; empty if all is well. */
  readonly hint: string;
  /** Debian package that would bring it, if one would. */
  readonly package?: string;
}

export interface RepairOptions {
  readonly purpose: Purpose;
  readonly path: string;
  readonly say: (text: string) => void;
}

/** @param path the search path for programs */
export async function examine(purpose: Purpose, path: string): Promise<readonly Finding[]> {
  const programs = partsFor(purpose).map((part) => examinePart(part, path));
  const hasSandbox = programs.every(({ what, ok }) => what !== 'bwrap' || ok);
  const ids = isRoot() ? [] : [await examineIds(path)];
  return [...programs, ...ids, ...(hasSandbox ? [await examineSandbox()] : [])];
}

/** Installs what is missing, and looks again. @throws UserError HOST_INCOMPLETE with apt's own words */
export async function repair(
  findings: readonly Finding[],
  { purpose, path, say }: RepairOptions,
): Promise<readonly Finding[]> {
  const packages = [...new Set(findings.flatMap(({ ok, package: name }) => (ok || name === undefined ? [] : [name])))];
  if (packages.length === 0) return findings;
  say(`installing ${packages.join(', ')} …`);
  await installPackages(packages, path);
  return examine(purpose, path);
}

/** A line for each finding, and what to do below those that are wrong. */
export function describeFindings(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ what }) => what.length));
  return findings
    .map(({ what, ok, detail, hint }) => {
      const line = `${ok ? 'ok     ' : 'MISSING'}  ${what.padEnd(width)}  ${detail}`;
      return hint === '' ? line : `${line}\n         ${hint}`;
    })
    .join('\n');
}

function examinePart(part: Part, path: string): Finding {
  const found = findPart(part, path);
  const common = { what: part.program, package: part.package };
  if (found !== undefined) return { ...common, ok: true, detail: found, hint: '' };
  return { ...common, ok: false, detail: part.why, hint: `apt-get install ${part.package}` };
}

/** The files of a Debian root have several owners, which root alone can give them. */
async function examineIds(path: string): Promise<Finding> {
  const what = 'ids';
  const canTry = findProgram('unshare', path) !== undefined;
  if (canTry && (await run('unshare', [...OWN_NAMESPACE, 'true'])).status === 0)
    return { what, ok: true, detail: 'files of other users work here', hint: '' };
  const instead = findProgram('fakechroot', path);
  if (instead !== undefined) return { what, ok: true, detail: instead, hint: '' };
  const missing = { what, ok: false, detail: 'lets who is not root make roots of Debian' };
  if (findProgram('newuidmap', path) === undefined)
    return { ...missing, package: 'uidmap', hint: 'apt-get install uidmap' };
  const ranges = '--add-subuids 100000-165535 --add-subgids 100000-165535';
  return { ...missing, hint: `Give yourself ids that are free: sudo usermod ${ranges} "$USER"` };
}

async function examineSandbox(): Promise<Finding> {
  const check = await checkBubblewrap();
  const what = 'sandbox';
  return check.works
    ? { what, ok: true, detail: 'bubblewrap works here', hint: '' }
    : { what, ok: false, detail: check.reason, hint: check.hint };
}
