/**
 * CycloneDX JSON as a bill.
 *
 * @see https://cyclonedx.org/docs/1.6/json/
 */
import { isJsonObject, member, type JsonObject } from '../model/json.ts';
import type { JsonPath } from '../recipe/json-reader.ts';
import type { RecipeFile } from '../recipe/recipe-file.ts';
import type { AnyBill, AnyComponent } from './any-bill.ts';
import { bareComponent, bomMistake, labelsOf, sortedComponents, unknownVersion } from './bom-file.ts';
import { listAt, objectAt, objectsAt, textAt, textsAt } from './json-values.ts';
import { isOwn, ownFacts, ownSubject } from './own-cyclonedx.ts';

const KNOWN = ['1.4', '1.5', '1.6'];

/** Whether the file says that it is one, of whatever version. */
export function isCycloneDx({ value }: RecipeFile): boolean {
  return member(value, 'bomFormat') === 'CycloneDX';
}

/** @throws UserError BOM_INVALID */
export function readCycloneDx(file: RecipeFile): AnyBill {
  const version = textAt(file.value, 'specVersion');
  if (version === undefined || !KNOWN.includes(version)) {
    throw unknownVersion(file, ['specVersion'], `CycloneDX ${version ?? 'without a version'}`, KNOWN);
  }
  const components = new Map<string, AnyComponent>();
  for (const [path, component, name] of namedComponents(file, ['components'], file.value)) {
    const group = textAt(component, 'group');
    const read = readComponent(component, group === undefined ? name : `${group}/${name}`);
    components.set(textAt(component, 'bom-ref') ?? `\0${path.join('.')}`, read);
  }
  return {
    ...ownSubject(objectAt(objectAt(file.value, 'metadata'), 'component')),
    components: sortedComponents(withRequirements(file.value, components)),
  };
}

/** Those inside others too, as an assembly has them. In ours they are sources of the component that they are in. */
function* namedComponents(
  file: RecipeFile,
  path: JsonPath,
  parent: JsonObject,
): Generator<readonly [JsonPath, JsonObject, name: string]> {
  for (const [at, component] of listAt(parent, 'components').entries()) {
    const here = [...path, at];
    const name = isJsonObject(component) ? textAt(component, 'name') : undefined;
    if (!isJsonObject(component) || name === undefined) {
      throw bomMistake(file, here, `has a component without "name".`, 'Correct what wrote it.');
    }
    yield [here, component, name];
    if (!isOwn(component)) yield* namedComponents(file, [...here, 'components'], component);
  }
}

function readComponent(component: JsonObject, name: string): AnyComponent {
  const website = objectsAt(component, 'externalReferences').find((each) => textAt(each, 'type') === 'website');
  return {
    ...bareComponent(name),
    ...ownFacts(component, name),
    version: textAt(component, 'version'),
    summary: textAt(component, 'description'),
    licence: licenceOf(component),
    homepage: website === undefined ? undefined : textAt(website, 'url'),
    supplier: textAt(objectAt(component, 'supplier'), 'name') ?? textAt(component, 'publisher'),
    purl: textAt(component, 'purl'),
    cpe: textAt(component, 'cpe'),
  };
}

/** One expression; of a list, all hold. */
function licenceOf(component: JsonObject): string | undefined {
  const licences = objectsAt(component, 'licenses').flatMap((each) => {
    const licence = objectAt(each, 'license');
    return textAt(each, 'expression') ?? textAt(licence, 'id') ?? textAt(licence, 'name') ?? [];
  });
  return joined(licences);
}

function joined([first, ...others]: readonly string[]): string | undefined {
  if (first === undefined || others.length === 0) return first;
  return [first, ...others].map((licence) => (/ OR /.test(licence) ? `(${licence})` : licence)).join(' AND ');
}

/** What the file says nothing of is not known to require nothing. */
function withRequirements(file: JsonObject, components: ReadonlyMap<string, AnyComponent>): AnyComponent[] {
  const requires = new Map(
    objectsAt(file, 'dependencies').map((each) => [
      textAt(each, 'ref'),
      labelsOf(textsAt(each, 'dependsOn'), components),
    ]),
  );
  return Array.from(components, ([reference, component]) => ({ ...component, requires: requires.get(reference) }));
}
