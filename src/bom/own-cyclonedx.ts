/** What our own CycloneDX documents tell beside what all do: in properties, in nested components and in references. */
import type { JsonObject } from '../model/json.ts';
import { byCodePoint } from '../model/order.ts';
import type { AnyComponent } from './any-bill.ts';
import type { BillRelease, BillSource } from './bill.ts';
import { objectsAt, textAt } from './json-values.ts';
import { parsePurl } from './purl.ts';

const PREFIX = 'dcos-build:';

/** Properties of our own by their name without the prefix; empty for what another tool wrote. */
function ownProperties(object: JsonObject): ReadonlyMap<string, string> {
  return new Map(
    objectsAt(object, 'properties').flatMap((property): [string, string][] => {
      const [name, value] = [textAt(property, 'name'), textAt(property, 'value')];
      if (name === undefined || value === undefined || !name.startsWith(PREFIX)) return [];
      return [[name.slice(PREFIX.length), value]];
    }),
  );
}

/** Whether the component is one that we wrote. */
export function isOwn(component: JsonObject): boolean {
  return ownProperties(component).has('package-id');
}

/** The facts of a component that only we write; none of them for one that another tool wrote. */
export function ownFacts(component: JsonObject, label: string): Partial<AnyComponent> {
  const own = ownProperties(component);
  const id = own.get('package-id');
  if (id === undefined) return {};
  const [name = label, variant] = label.split('/');
  const [builder, builderId] = [own.get('builder'), own.get('builder-id')];
  const [file, bytes] = [own.get('package-file'), own.get('package-bytes')];
  return {
    name,
    variant,
    id,
    licenceNote: own.get('licence-note'),
    availability: own.get('availability') === 'private' ? 'private' : 'public',
    sources: ownSources(component, id),
    builder: builder === undefined || builderId === undefined ? undefined : { name: builder, id: builderId },
    package:
      file === undefined || bytes === undefined
        ? undefined
        : { file, sha256: hashesOf(component)[0]?.hex ?? '', bytes: Number(bytes) },
  };
}

/** The release, and which tree of it. A bootstrap stands in for a version where there is no release. */
export function ownSubject(described: JsonObject): {
  readonly release: BillRelease | undefined;
  readonly variant: string | undefined;
  readonly bootstrap: string | undefined;
} {
  const own = ownProperties(described);
  const [variant, bootstrap] = [own.get('variant'), own.get('bootstrap')];
  const [name, version] = [textAt(described, 'name'), textAt(described, 'version')];
  const isRelease = name !== undefined && version !== undefined && version !== bootstrap;
  const suffix = variant === undefined ? '' : ` (${variant})`;
  const plain = name?.endsWith(suffix) === true ? name.slice(0, name.length - suffix.length) : (name ?? '');
  const release = { name: plain, version: version ?? '', channel: own.get('channel'), codename: own.get('codename') };
  return { release: isRelease ? release : undefined, variant, bootstrap };
}

function ownSources(component: JsonObject, id: string): readonly BillSource[] {
  const references = objectsAt(component, 'externalReferences').flatMap(sourceOf);
  const packages = Map.groupBy(objectsAt(component, 'components'), (nested) => {
    const reference = textAt(nested, 'bom-ref') ?? '';
    return reference.startsWith(`${id}/`) ? reference.slice(id.length + 1).split('/')[0] : undefined;
  });
  const debs = Array.from(packages, ([name, nested]): BillSource[] =>
    name === undefined ? [] : [{ ...bare(name), kind: 'deb', packages: nested.flatMap(debianPackage) }],
  );
  return [...references, ...debs.flat()].toSorted((a, b) => byCodePoint(a.name, b.name));
}

/** The comment begins with the name of the source. */
function sourceOf(reference: JsonObject): BillSource[] {
  const [type, url = '', comment = ''] = ['type', 'url', 'comment'].map((key) => textAt(reference, key));
  const [name = ''] = comment.split(': ');
  const hashes = hashesOf(reference);
  if (type === 'vcs') {
    const commit = /: commit ([0-9a-f]+)$/.exec(comment)?.[1];
    return [
      url === '.' ? { ...bare(name), kind: 'git_local', commit } : { ...bare(name), kind: 'git', urls: [url], commit },
    ];
  }
  if (type !== 'source-distribution') return [];
  const purl = parsePurl(url);
  if (purl === undefined) return [{ ...bare(name), kind: 'url', urls: [url], hashes }];
  const of = { package: purl.name, version: purl.version ?? '', architecture: 'source' };
  return [{ ...bare(name), kind: 'deb_source', hashes, packages: [{ ...of, sha256: hashes[0]?.hex ?? '' }] }];
}

function bare(name: string): BillSource {
  return { name, kind: 'url', urls: [], commit: undefined, hashes: [], packages: [] };
}

function debianPackage(nested: JsonObject): BillSource['packages'] {
  const purl = parsePurl(textAt(nested, 'purl') ?? '');
  const [name, version] = [textAt(nested, 'name'), textAt(nested, 'version')];
  if (purl === undefined || name === undefined || version === undefined) return [];
  const architecture = purl.qualifiers.get('arch') ?? '';
  return [{ package: name, version, architecture, sha256: hashesOf(nested)[0]?.hex ?? '' }];
}

function hashesOf(object: JsonObject): BillSource['hashes'] {
  return objectsAt(object, 'hashes').flatMap((hash): BillSource['hashes'] => {
    const [algorithm, hex] = [textAt(hash, 'alg'), textAt(hash, 'content')];
    if (hex === undefined) return [];
    if (algorithm === 'SHA-256') return [{ algorithm: 'sha256', hex }];
    return algorithm === 'SHA-1' ? [{ algorithm: 'sha1', hex }] : [];
  });
}
