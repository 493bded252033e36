/** What our own SPDX documents tell beside what all do: in comments, and in relations between packages. */
import type { JsonObject } from '../model/json.ts';
import type { AnyBill, AnyComponent } from './any-bill.ts';
import type { BillSource } from './bill.ts';
import { objectAt, objectsAt, textAt, textsAt } from './json-values.ts';
import { parsePurl } from './purl.ts';

/** Whether we wrote it. */
export function isOwnSpdx(file: JsonObject): boolean {
  return textsAt(objectAt(file, 'creationInfo'), 'creators').some((creator) => creator.startsWith('Tool: dcos-build-'));
}

/** Packages of a document of ours that are components; sources and builders are packages as well. */
export function isOwnComponent(given: JsonObject): boolean {
  return packageId(given) !== undefined;
}

/** The facts of a component that only we write. @param builder the package of its builder */
export function ownSpdxFacts(given: JsonObject, builder: JsonObject | undefined): Partial<AnyComponent> {
  const [name, variant] = (textAt(given, 'name') ?? '').split('/');
  const comment = textAt(given, 'comment') ?? '';
  const bytes = /The package has (\d+) bytes\./.exec(comment)?.[1];
  const file = textAt(given, 'packageFileName');
  const [checksum] = objectsAt(given, 'checksums');
  const [builderName, builderId] =
    builder === undefined ? [] : [textAt(builder, 'name'), textAt(builder, 'versionInfo')];
  return {
    ...(name === undefined ? {} : { name }),
    variant,
    id: packageId(given),
    licenceNote: textAt(given, 'licenseComments'),
    availability: comment.includes('private mirror') ? 'private' : 'public',
    builder: builderName === undefined || builderId === undefined ? undefined : { name: builderName, id: builderId },
    package:
      file === undefined || bytes === undefined
        ? undefined
        : {
            file,
            sha256: checksum === undefined ? '' : (textAt(checksum, 'checksumValue') ?? ''),
            bytes: Number(bytes),
          },
  };
}

/** Release and bootstrap, as the package that holds all others tells them; the variant stands behind the name. */
export function ownSpdxSubject(whole: JsonObject): Pick<AnyBill, 'release' | 'variant' | 'bootstrap'> {
  const comment = textAt(whole, 'comment') ?? '';
  const said = (word: string): string | undefined => new RegExp(`\\b${word} (\\S+)\\.(?: |$)`).exec(comment)?.[1];
  const bootstrap = said('Bootstrap');
  const [, name = '', variant] = /^(.*?)(?: \(([^()]+)\))?$/.exec(textAt(whole, 'name') ?? '') ?? [];
  const version = textAt(whole, 'versionInfo');
  const release = { name, version: version ?? '', channel: said('Channel'), codename: said('Codename') };
  // A bootstrap stands in for a version where there is no release.
  return { release: version === undefined || version === bootstrap ? undefined : release, variant, bootstrap };
}

function packageId(given: JsonObject): string | undefined {
  return /^Package id (\S+)\.$/.exec(textAt(given, 'sourceInfo') ?? '')?.[1];
}

/** Sources of every component by its SPDXID; undefined: the document does not name them. */
export function ownSpdxSources(
  relationships: readonly JsonObject[],
  packages: ReadonlyMap<string, JsonObject>,
): ReadonlyMap<string, readonly BillSource[]> {
  const found = new Map<string, BillSource[]>();
  for (const relationship of relationships) {
    const of = packages.get(textAt(relationship, 'relatedSpdxElement') ?? '');
    const [, name, kind] = /^Source (.+), of kind (\w+)\.$/.exec(textAt(relationship, 'comment') ?? '') ?? [];
    const known = SOURCE_KINDS.find((each) => each === kind);
    if (of === undefined || name === undefined || known === undefined) continue;
    const owner = textAt(relationship, 'spdxElementId') ?? '';
    const sources = found.get(owner) ?? [];
    found.set(owner, addSource(sources, sourceOf(name, known, of)));
  }
  return found;
}

/** Each package of a deb source has a relation of its own. */
function addSource(sources: readonly BillSource[], source: BillSource): BillSource[] {
  const same = sources.find(({ name }) => name === source.name);
  if (same === undefined) return [...sources, source];
  const merged = { ...same, packages: [...same.packages, ...source.packages] };
  return sources.map((each) => (each === same ? merged : each));
}

function sourceOf(name: string, kind: BillSource['kind'], of: JsonObject): BillSource {
  const hashes = objectsAt(of, 'checksums').flatMap((checksum): BillSource['hashes'] => {
    const [algorithm, hex] = [textAt(checksum, 'algorithm')?.toLowerCase(), textAt(checksum, 'checksumValue')];
    return hex === undefined || (algorithm !== 'sha1' && algorithm !== 'sha256') ? [] : [{ algorithm, hex }];
  });
  const isGit = kind === 'git' || kind === 'git_local';
  const purls = objectsAt(of, 'externalRefs').flatMap(
    (each) => parsePurl(textAt(each, 'referenceLocator') ?? '') ?? [],
  );
  return {
    name,
    kind,
    urls: (textAt(of, 'sourceInfo') ?? '').split(' ').filter((url) => url !== ''),
    commit: isGit ? textAt(of, 'versionInfo') : undefined,
    hashes: kind === 'deb' ? [] : hashes,
    packages: purls.map(({ name: called, version = '', qualifiers }) => {
      return { package: called, version, architecture: qualifiers.get('arch') ?? '', sha256: hashes[0]?.hex ?? '' };
    }),
  };
}

const SOURCE_KINDS = ['git', 'git_local', 'url', 'url_extract', 'deb_source', 'deb'] as const;
