/**
 * SPDX 2.3 JSON as a bill.
 *
 * @see https://spdx.github.io/spdx-spec/v2.3/
 */
import { isJsonObject, member, type JsonObject } from '../model/json.ts';
import type { RecipeFile } from '../recipe/recipe-file.ts';
import type { AnyBill, AnyComponent } from './any-bill.ts';
import type { BillRelease } from './bill.ts';
import { bareComponent, bomMistake, labelsOf, sortedComponents, unknownVersion } from './bom-file.ts';
import { listAt, objectsAt, textAt, textsAt } from './json-values.ts';
import { isOwnComponent, isOwnSpdx, ownSpdxFacts, ownSpdxSources, ownSpdxSubject } from './own-spdx.ts';

const KNOWN = ['SPDX-2.3'];
const DOCUMENT = 'SPDXRef-DOCUMENT';

/** Whether the file says that it is one, of whatever version; 3 is JSON-LD with a context of its own. */
export function isSpdx({ value }: RecipeFile): boolean {
  return Object.hasOwn(value, 'spdxVersion') || contextVersion(value) !== undefined;
}

/** @throws UserError BOM_INVALID */
export function readSpdx(file: RecipeFile): AnyBill {
  const version = textAt(file.value, 'spdxVersion') ?? contextVersion(file.value);
  if (version === undefined || !KNOWN.includes(version)) {
    const key = Object.hasOwn(file.value, 'spdxVersion') ? 'spdxVersion' : '@context';
    throw unknownVersion(file, [key], version ?? 'SPDX without a version', KNOWN);
  }
  const packages = new Map<string, JsonObject>();
  for (const [at, each] of listAt(file.value, 'packages').entries()) {
    const id = isJsonObject(each) ? textAt(each, 'SPDXID') : undefined;
    if (!isJsonObject(each) || id === undefined || textAt(each, 'name') === undefined) {
      throw bomMistake(file, ['packages', at], 'has a package without "SPDXID" or "name".', 'Correct what wrote it.');
    }
    packages.set(id, each);
  }
  const described = describedOf(file.value);
  // A document may describe one package that has all others, or each of them.
  const isWhole = isOwnSpdx(file.value) || described.size < packages.size;
  const whole = isWhole ? [...described].map((id) => packages.get(id)).find((each) => each !== undefined) : undefined;
  const own = isOwnSpdx(file.value) ? ownComponents(file.value, packages) : undefined;
  const others = [...packages].filter(([id]) => !(isWhole && described.has(id)));
  const components = own ?? new Map(others.map(([id, each]) => [id, readPackage(each)]));
  return {
    variant: undefined,
    bootstrap: undefined,
    release: undefined,
    ...(whole === undefined ? {} : own === undefined ? { release: releaseOf(whole) } : ownSpdxSubject(whole)),
    components: sortedComponents(withRequirements(file.value, components, own !== undefined)),
  };
}

/** Without the sources and builders, which are packages of a document of ours too. */
function ownComponents(file: JsonObject, packages: ReadonlyMap<string, JsonObject>): ReadonlyMap<string, AnyComponent> {
  const relationships = objectsAt(file, 'relationships');
  const sources = ownSpdxSources(relationships, packages);
  const builders = new Map(
    relationships.flatMap((each) => {
      const [from, type, to] = ends(each);
      return type === 'BUILD_TOOL_OF' ? [[to, packages.get(from)] as const] : [];
    }),
  );
  return new Map(
    [...packages].flatMap(([id, each]) => {
      if (!isOwnComponent(each)) return [];
      const own = { ...readPackage(each), ...ownSpdxFacts(each, builders.get(id)), sources: sources.get(id) ?? [] };
      return [[id, own] as const];
    }),
  );
}

function contextVersion(value: JsonObject): string | undefined {
  const context = member(value, '@context');
  const [, version] = /spdx\.org\/rdf\/([\d.]+)\//.exec(typeof context === 'string' ? context : '') ?? [];
  return version === undefined ? undefined : `SPDX-${version}`;
}

function describedOf(file: JsonObject): ReadonlySet<string> {
  const related = objectsAt(file, 'relationships').flatMap((each) => {
    const [from, type, to] = ends(each);
    if (type === 'DESCRIBES' && from === DOCUMENT) return [to];
    return type === 'DESCRIBED_BY' && to === DOCUMENT ? [from] : [];
  });
  return new Set([...textsAt(file, 'documentDescribes'), ...related]);
}

function readPackage(given: JsonObject): AnyComponent {
  const reference = (type: string): string | undefined =>
    objectsAt(given, 'externalRefs')
      .filter((each) => textAt(each, 'referenceType') === type)
      .flatMap((each) => textAt(each, 'referenceLocator') ?? [])[0];
  return {
    ...bareComponent(textAt(given, 'name') ?? ''),
    version: told(given, 'versionInfo'),
    summary: told(given, 'summary') ?? told(given, 'description'),
    licence: told(given, 'licenseDeclared') ?? told(given, 'licenseConcluded'),
    homepage: told(given, 'homepage'),
    supplier: told(given, 'supplier')?.replace(/^(?:Organization|Person): /, ''),
    purl: reference('purl'),
    cpe: reference('cpe23Type') ?? reference('cpe22Type'),
  };
}

/** NONE and NOASSERTION are how SPDX says nothing. */
function told(given: JsonObject, key: string): string | undefined {
  const text = textAt(given, key);
  return text === 'NONE' || text === 'NOASSERTION' ? undefined : text;
}

function withRequirements(
  file: JsonObject,
  components: ReadonlyMap<string, AnyComponent>,
  isComplete: boolean,
): AnyComponent[] {
  const needs = new Map<string, string[]>();
  let isTold = isComplete;
  for (const each of objectsAt(file, 'relationships')) {
    const [from, type, to] = ends(each);
    if (type !== 'DEPENDS_ON' && type !== 'DEPENDENCY_OF') continue;
    isTold = true;
    const [one, other] = type === 'DEPENDS_ON' ? [from, to] : [to, from];
    needs.set(one, [...(needs.get(one) ?? []), other]);
  }
  return Array.from(components, ([id, component]) => ({
    ...component,
    requires: isTold ? labelsOf(needs.get(id) ?? [], components) : undefined,
  }));
}

function ends(relationship: JsonObject): readonly [from: string, type: string, to: string] {
  const text = (key: string): string => textAt(relationship, key) ?? '';
  return [text('spdxElementId'), text('relationshipType'), text('relatedSpdxElement')];
}

function releaseOf(whole: JsonObject): BillRelease | undefined {
  const [name, version] = [told(whole, 'name'), told(whole, 'versionInfo')];
  return name === undefined || version === undefined
    ? undefined
    : { name, version, channel: undefined, codename: undefined };
}
