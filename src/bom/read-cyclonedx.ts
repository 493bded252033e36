/**
 * CycloneDX JSON as a bill.
 *
 * @see https://cyclonedx.org/docs/1.6/json/
 */
import { isJsonObject, member, type JsonObject } from '../model/json.ts';
import type { RecipeFile } from '../recipe/recipe-file.ts';
import type { AnyBill, AnyComponent } from './any-bill.ts';
import type { BillRelease } from './bill.ts';
import { bareComponent, bomMistake, labelsOf, sortedComponents, unknownVersion } from './bom-file.ts';
import { listAt, objectAt, objectsAt, textAt, textsAt } from './json-values.ts';

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
  for (const [at, component] of listAt(file.value, 'components').entries()) {
    const name = isJsonObject(component) ? textAt(component, 'name') : undefined;
    if (!isJsonObject(component) || name === undefined) {
      throw bomMistake(file, ['components', at], `has a component without "name".`, 'Correct what wrote it.');
    }
    const group = textAt(component, 'group');
    const read = readComponent(component, group === undefined ? name : `${group}/${name}`);
    components.set(textAt(component, 'bom-ref') ?? `\0${at}`, read);
  }
  const described = objectAt(objectAt(file.value, 'metadata'), 'component');
  return {
    release: releaseOf(described),
    variant: undefined,
    bootstrap: undefined,
    components: sortedComponents(withRequirements(file.value, components)),
  };
}

function readComponent(component: JsonObject, name: string): AnyComponent {
  const website = objectsAt(component, 'externalReferences').find((each) => textAt(each, 'type') === 'website');
  return {
    ...bareComponent(name),
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

function releaseOf(described: JsonObject): BillRelease | undefined {
  const [name, version] = [textAt(described, 'name'), textAt(described, 'version')];
  return name === undefined || version === undefined
    ? undefined
    : { name, version, channel: undefined, codename: undefined };
}
