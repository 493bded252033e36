/** Which components of a bill one advisory is about, and whether their versions are affected. */
import type { Advisory, Affected } from './advisory.ts';
import { judgeCommit, judgeVersion, repositoryKey, type Verdict } from './affected-range.ts';
import { parseCpe } from './cpe.ts';
import { debianCodename } from './debian-release.ts';
import { compareDebianVersions, compareReleases, firstRevision } from './debian-version.ts';
import { parsePurl } from './purl.ts';
import {
  ecosystemName,
  purlName,
  subjectKey,
  type DebianSubject,
  type GitSubject,
  type PackageSubject,
  type Subject,
  type SubjectIndex,
} from './subjects.ts';
import { compareVersions } from './upstream-version.ts';

export interface Match {
  readonly advisory: Advisory;
  readonly subject: Subject;
  readonly verdict: Verdict;
  /** Why the advisory is about this component, and its version affected or not. */
  readonly why: string;
  /** The entry of the advisory that decided. */
  readonly affected: Affected;
}

const DEBIAN = 'Debian';

/** Every subject that the advisory is about, in the order of the advisory, also those that are not affected. */
export function matchAdvisory(advisory: Advisory, index: SubjectIndex): Match[] {
  const about = new Map<Subject, Affected[]>();
  for (const affected of advisory.affected) {
    for (const subject of new Set(keysOf(affected).flatMap((key) => index.get(key) ?? []))) {
      const found = about.get(subject);
      if (found === undefined) about.set(subject, [affected]);
      else found.push(affected);
    }
  }
  return Array.from(about, ([subject, entries]) => ({ advisory, subject, ...judge(subject, entries) }));
}

/** Whether the Debian entry is about that source package in the very version that we have. */
export function isReleasedAs({ subject, affected }: Match): boolean {
  return subject.kind === 'debian' && affected.released.includes(subject.version);
}

function keysOf(affected: Affected): string[] {
  const { ecosystem, name, ranges } = affected;
  const purl = affected.purl === undefined ? undefined : parsePurl(affected.purl);
  const debian = isDebian(affected) ? name : purl?.type === 'deb' ? purl.name : undefined;
  const repositories = ranges.flatMap(({ repository }) => repositoryKey(repository) ?? []);
  return [
    ...(debian === undefined ? [] : [subjectKey('debian', debian)]),
    ...(ecosystem === '' ? [] : [subjectKey('ecosystem', ecosystem, ecosystemName(ecosystem, name))]),
    ...(purl === undefined || purl.type === 'deb' ? [] : [subjectKey('purl', purlName(purl))]),
    ...affected.cpes.flatMap((cpe) => {
      const product = parseCpe(cpe)?.product;
      return product === undefined ? [] : [subjectKey('cpe', product)];
    }),
    ...new Set(repositories.map((repository) => subjectKey('git', repository))),
  ];
}

function isDebian({ ecosystem }: Affected): boolean {
  return ecosystem === DEBIAN || ecosystem.startsWith(`${DEBIAN}:`);
}

type Judged = Pick<Match, 'verdict' | 'affected' | 'why'>;

/** The worst of what the entries say of a subject; a Debian package only those of its release. */
function judge(subject: Subject, entries: readonly Affected[]): Judged {
  const judged = (subject.kind === 'debian' ? inRelease(subject, entries) : entries).map((affected): Judged => {
    const verdict = judgeOne(subject, affected);
    const why = whyOf(subject, affected, verdict);
    const isPatched = verdict.kind === 'affected' && subject.kind === 'debian' && subject.isUpstream;
    return { affected, why, verdict: isPatched ? { ...verdict, fixed: nextUpstream(subject, entries) } : verdict };
  });
  const find = (kind: Verdict['kind']): Judged | undefined => judged.find(({ verdict }) => verdict.kind === kind);
  const [first] = entries;
  if (first === undefined) throw new Error('an advisory is about a subject by an entry');
  return (
    find('affected') ?? find('undecided') ?? judged[0] ?? { affected: first, verdict: { kind: 'unaffected' }, why: '' }
  );
}

function judgeOne(subject: Subject, affected: Affected): Verdict {
  switch (subject.kind) {
    case 'package':
      return judgeVersion(affected, subject.version, subject.order);
    case 'cpe':
      return judgeCpe(subject, affected);
    case 'git':
      return judgeGit(subject, affected);
    case 'debian':
      return judgeVersion(affected, judgedVersion(subject), compareDebianVersions);
    default:
      return subject satisfies never;
  }
}

/** A CPE name with a version names just that version. Databases that follow git list tags: `curl-7_88_1`. */
function judgeCpe(subject: PackageSubject, affected: Affected): Verdict {
  const product = parseCpe(subject.component.cpe ?? '')?.product;
  const named = affected.cpes.flatMap((text) => parseCpe(text) ?? []).filter((cpe) => cpe.product === product);
  const versions = named.flatMap(({ version }) => version ?? []);
  const [bare, ofTags] = [{ ...affected, versions: [...versions] }, withoutTags(affected)];
  return judgeVersion(
    affected.ranges.length === 0 && versions.length > 0 ? bare : ofTags,
    subject.version,
    subject.order,
  );
}

function judgeGit({ repository, commit, version }: GitSubject, affected: Affected): Verdict {
  const verdict = judgeCommit(affected, repository, commit);
  if (verdict.kind !== 'undecided' || version === undefined || affected.versions.length === 0) return verdict;
  return judgeVersion(withoutTags(affected), version, compareVersions);
}

function withoutTags(affected: Affected): Affected {
  return { ...affected, versions: affected.versions.map((tag) => tag.replace(/^\D*(?=\d)/, '').replaceAll('_', '.')) };
}

/** Upstream's tarball is what Debian's first upload of it was: what a later revision patches is not in it. */
function judgedVersion({ version, isUpstream }: DebianSubject): string {
  return isUpstream ? firstRevision(version) : version;
}

/** For upstream's tarball a patch of Debian is no remedy, but the next upstream release that Debian calls mended is. */
function nextUpstream({ version }: DebianSubject, entries: readonly Affected[]): string | undefined {
  const mended = entries.flatMap((affected) =>
    affected.ranges.flatMap(({ events }) =>
      events.flatMap(({ kind, version: fixed }) =>
        kind === 'fixed' && (compareReleases(fixed, version) ?? 0) > 0 ? [{ fixed, affected }] : [],
      ),
    ),
  );
  const [next] = mended.toSorted((a, b) => compareDebianVersions(a.fixed, b.fixed) ?? 0);
  return next === undefined ? undefined : `${next.fixed} of ${debianCodename(releaseOf(next.affected)) || DEBIAN}`;
}

/** The entries of the subject's release; if that is not known, of the one that has its version now; else all. */
function inRelease({ release, version }: DebianSubject, entries: readonly Affected[]): readonly Affected[] {
  if (release !== undefined) return entries.filter((entry) => [release, ''].includes(releaseOf(entry)));
  const current = entries.filter(({ released }) => released.includes(version));
  return current.length === 0 ? entries : current;
}

function releaseOf({ ecosystem }: Affected): string {
  return ecosystem.slice(DEBIAN.length + 1);
}

function whyOf(subject: Subject, affected: Affected, verdict: Verdict): string {
  const how = verdict.kind === 'unaffected' ? '' : `: ${verdict.how}`;
  if (subject.kind !== 'debian') return `${subject.shown}${how}`;
  const release = debianCodename(releaseOf(affected));
  const source = affected.name === '' || subject.shown.includes(` ${affected.name} `) ? '' : ` of ${affected.name}`;
  const patches = subject.isUpstream ? ", upstream's file without Debian's patches" : '';
  return `${subject.shown}${source}${release === '' ? '' : ` in ${release}`}${patches}${how}`;
}
