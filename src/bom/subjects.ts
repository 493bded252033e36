/** What of a bill a vulnerability database can know: packages of ecosystems, Debian packages, CPE names, commits. */
import type { AnyBill, AnyComponent } from './any-bill.ts';
import { repositoryKey, type VersionOrder } from './affected-range.ts';
import { parseCpe } from './cpe.ts';
import { debianSources } from './debian-source.ts';
import { debianRelease, releaseOfVersion } from './debian-release.ts';
import { sourceVersion } from './debian-version.ts';
import { parsePurl, type PackageUrl } from './purl.ts';
import { comparePythonVersions } from './python-version.ts';
import { compareSemanticVersions, compareVersions } from './upstream-version.ts';

interface SubjectBase {
  readonly component: AnyComponent;
  /** For a person: `PyPI docopt 0.6.2`. */
  readonly shown: string;
}

export interface PackageSubject extends SubjectBase {
  readonly kind: 'package' | 'cpe';
  readonly version: string;
  readonly order: VersionOrder;
}

export interface DebianSubject extends SubjectBase {
  readonly kind: 'debian';
  /** The source packages that it may be of, the likeliest first. */
  readonly names: readonly string[];
  /** Of the source package. */
  readonly version: string;
  /** It is upstream's tarball alone, so that no patch of a Debian revision is in it. */
  readonly isUpstream: boolean;
  /** Number of the Debian release, or `sid`; undefined: not known. */
  readonly release: string | undefined;
}

export interface GitSubject extends SubjectBase {
  readonly kind: 'git';
  readonly repository: string;
  readonly commit: string;
  /** Of the component, for databases that list tags. */
  readonly version: string | undefined;
}

export type Subject = PackageSubject | DebianSubject | GitSubject;

/** What is looked for by key; see {@link subjectKey}. */
export type SubjectIndex = ReadonlyMap<string, readonly Subject[]>;

interface Ecosystem {
  /** As OSV spells it. */
  readonly name: string;
  /** Between namespace and name. */
  readonly separator: string;
  readonly order: VersionOrder;
}

const semantic: VersionOrder = (left, right) => compareSemanticVersions(left, right) ?? compareVersions(left, right);
/** The order of Maven and of RubyGems is not known here: only listed versions are found. */
const unknown: VersionOrder = () => undefined;

/** By the type of the package URL. */
const ECOSYSTEMS: Readonly<Record<string, Ecosystem>> = {
  pypi: { name: 'PyPI', separator: '/', order: comparePythonVersions },
  npm: { name: 'npm', separator: '/', order: semantic },
  golang: { name: 'Go', separator: '/', order: semantic },
  cargo: { name: 'crates.io', separator: '/', order: semantic },
  hex: { name: 'Hex', separator: '/', order: semantic },
  maven: { name: 'Maven', separator: ':', order: unknown },
  gem: { name: 'RubyGems', separator: '/', order: unknown },
};

/** Where the repositories are that package URLs of a host name. */
const HOSTS: ReadonlyMap<string, string> = new Map([
  ['github', 'github.com'],
  ['gitlab', 'gitlab.com'],
  ['bitbucket', 'bitbucket.org'],
]);

/**
 * Everything that is to be looked for.
 *
 * @param release of Debian, for packages that do not say theirs; default: the one that the others of the bill name, if
 *   it is only one
 */
export function indexSubjects({ components }: AnyBill, release?: string): SubjectIndex {
  const wanted = release === undefined ? onlyRelease(components) : debianRelease(release);
  const index = new Map<string, Subject[]>();
  for (const component of components) {
    for (const [keys, subject] of subjectsOf(component, wanted)) {
      for (const key of keys) index.set(key, [...(index.get(key) ?? []), subject]);
    }
  }
  return index;
}

/** Under what a subject stands in the index. */
export function subjectKey(kind: 'ecosystem' | 'purl' | 'debian' | 'cpe' | 'git', ...names: readonly string[]): string {
  return [kind, ...names].join('\0');
}

/** The name as the ecosystem folds it: PyPI knows no capitals, and one separator. */
export function ecosystemName(ecosystem: string, name: string): string {
  return ecosystem === 'PyPI' ? name.toLowerCase().replaceAll(/[-_.]+/g, '-') : name;
}

/** Type, namespace and name of a package URL, as a key. */
export function purlName({ type, namespace, name }: PackageUrl): string {
  return [type, ...(namespace === '' ? [] : [namespace]), type === 'pypi' ? ecosystemName('PyPI', name) : name].join(
    '/',
  );
}

type Keyed = readonly [keys: readonly string[], subject: Subject];

function subjectsOf(component: AnyComponent, release: string | undefined): Keyed[] {
  const purl = component.purl === undefined ? undefined : parsePurl(component.purl);
  return [
    ...(purl === undefined ? [] : packageSubject(component, purl)),
    ...debianSubjects(component, purl, release),
    ...cpeSubject(component),
    ...gitSubjects(component, purl),
  ];
}

function packageSubject(component: AnyComponent, purl: PackageUrl): Keyed[] {
  const version = purl.version ?? component.version;
  if (version === undefined || purl.type === 'deb') return [];
  const {
    name: ecosystem,
    separator,
    order,
  } = ECOSYSTEMS[purl.type] ?? { name: '', separator: '/', order: compareVersions };
  const name = purl.namespace === '' ? purl.name : `${purl.namespace}${separator}${purl.name}`;
  const keys = [
    subjectKey('purl', purlName(purl)),
    ...(ecosystem === '' ? [] : [subjectKey('ecosystem', ecosystem, ecosystemName(ecosystem, name))]),
  ];
  const shown = `${ecosystem === '' ? `pkg:${purl.type}/` : `${ecosystem} `}${name} ${version}`;
  return [[keys, { kind: 'package', component, shown, version, order }]];
}

function cpeSubject(component: AnyComponent): Keyed[] {
  const cpe = component.cpe === undefined ? undefined : parseCpe(component.cpe);
  const version = cpe?.version ?? component.version;
  if (cpe === undefined || version === undefined) return [];
  const shown = `CPE ${cpe.product} ${version}`;
  return [[[subjectKey('cpe', cpe.product)], { kind: 'cpe', component, shown, version, order: compareVersions }]];
}

/** Commits of the repositories that it is made from; of one that only its package URL names, a commit or a tag. */
function gitSubjects(component: AnyComponent, purl: PackageUrl | undefined): Keyed[] {
  const pinned = (component.sources ?? []).flatMap(({ commit, urls }) =>
    commit === undefined ? [] : urls.map((url) => ({ url, commit })),
  );
  const host = purl === undefined ? undefined : HOSTS.get(purl.type);
  const named =
    purl === undefined || host === undefined
      ? []
      : [{ url: `https://${host}/${purl.namespace}/${purl.name}`, commit: purl.version ?? '' }];
  return (pinned.length > 0 ? pinned : named).flatMap(({ url, commit }): Keyed[] => {
    const repository = repositoryKey(url);
    if (repository === undefined) return [];
    const shown = `${repository} at ${/^[0-9a-f]{40}$/.test(commit) ? commit.slice(0, 12) : commit}`;
    const subject: Subject = { kind: 'git', component, shown, repository, commit, version: component.version };
    return [[[subjectKey('git', repository)], subject]];
  });
}

/** The packages of its sources, and the one that its package URL names, if that is another. */
function debianSubjects(component: AnyComponent, purl: PackageUrl | undefined, release: string | undefined): Keyed[] {
  const named = (component.sources ?? []).flatMap(({ packages }) => packages);
  const isNamed = named.some((each) => each.package === purl?.name);
  const own = debianRelease(purl?.qualifiers.get('distro') ?? '') || undefined;
  const keyed = named.map((each) =>
    debianSubject(component, { ...each, names: debianSources(each.package) }, own ?? release),
  );
  if (purl?.type !== 'deb' || purl.version === undefined || isNamed) return keyed;
  const { name, version, qualifiers } = purl;
  const upstream = qualifiers.get('upstream')?.split('@', 1)[0];
  const names = upstream === undefined ? debianSources(name) : [upstream];
  // A package URL of a source package means what Debian builds of it, patches and all.
  const given = { package: name, version, architecture: '', names };
  return [...keyed, debianSubject(component, given, own ?? release)];
}

interface DebianPackage {
  readonly package: string;
  readonly version: string;
  readonly architecture: string;
  readonly names: readonly string[];
}

function debianSubject(component: AnyComponent, given: DebianPackage, release: string | undefined): Keyed {
  const isUpstream = given.architecture === 'source';
  const names = isUpstream ? [given.package] : given.names;
  const version = sourceVersion(given.version);
  return [
    names.map((name) => subjectKey('debian', name)),
    {
      kind: 'debian',
      component,
      shown: `Debian ${given.package} ${given.version}`,
      names,
      version,
      isUpstream,
      release: releaseOfVersion(version) ?? release,
    },
  ];
}

/** The release of Debian that the bill names, if there is just one. */
function onlyRelease(components: readonly AnyComponent[]): string | undefined {
  const releases = components.flatMap(({ purl, sources }) => {
    const distro = purl === undefined ? undefined : parsePurl(purl)?.qualifiers.get('distro');
    const versions = (sources ?? []).flatMap(({ packages }) =>
      packages.map(({ version }) => releaseOfVersion(version)),
    );
    return [distro === undefined ? undefined : debianRelease(distro), ...versions].filter((each) => each !== undefined);
  });
  const [first, ...others] = new Set(releases);
  return others.length === 0 ? first : undefined;
}
