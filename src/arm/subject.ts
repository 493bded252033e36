/** A template with all that rules want to know of it, each worked out once. */
import { isJsonObject, member, valueAt, type Json, type JsonObject } from '../model/json.ts';
import type { ConcreteResource } from './expand-resources.ts';
import type { Expansion } from './expand.ts';
import { readEntries, type Entry } from './load-balancers.ts';
import { textAt } from './look.ts';
import type { JsonPath } from './mistake.ts';
import type { OpenPath, Surroundings } from './open-path.ts';
import { openPaths, readSurroundings } from './reach.ts';
import { sourceTexts, type SourceText } from './source-texts.ts';

/** A virtual machine, or the model of a scale set's. */
export interface Machine {
  readonly resource: ConcreteResource;
  readonly isScaleSet: boolean;
  /** Where osProfile, storageProfile and networkProfile stand. */
  readonly profile: JsonObject;
  readonly path: JsonPath;
  readonly size: string | undefined;
  readonly sizePath: JsonPath;
  /** Decoded; undefined: there is none. */
  readonly customData: string | undefined;
}

export class Subject {
  readonly template: JsonObject;
  readonly expansion: Expansion;
  /** Of the file, if known, else of its shortest form. */
  readonly bytes: number;
  #texts: readonly SourceText[] | undefined;
  #machines: readonly Machine[] | undefined;
  #surroundings: Surroundings | undefined;
  #paths: readonly OpenPath[] | undefined;
  #entries: readonly Entry[] | undefined;

  constructor(template: JsonObject, expansion: Expansion, bytes: number) {
    this.template = template;
    this.expansion = expansion;
    this.bytes = bytes;
  }

  get resources(): readonly ConcreteResource[] {
    return this.expansion.resources;
  }

  get texts(): readonly SourceText[] {
    return (this.#texts ??= sourceTexts(this.template));
  }

  get surroundings(): Surroundings {
    return (this.#surroundings ??= readSurroundings(this.resources));
  }

  get paths(): readonly OpenPath[] {
    return (this.#paths ??= openPaths(this.resources));
  }

  get entries(): readonly Entry[] {
    return (this.#entries ??= readEntries(this.resources));
  }

  get machines(): readonly Machine[] {
    return (this.#machines ??= this.resources.flatMap((resource) => machineOf(resource) ?? []));
  }

  /** Resources of a type, which is given in lower case. */
  ofType(...types: readonly string[]): readonly ConcreteResource[] {
    return this.resources.filter(({ type }) => types.includes(type.toLowerCase()));
  }

  /** A section of the template; an empty object if it is none. */
  section(name: string): JsonObject {
    const found = member(this.template, name);
    return isJsonObject(found) ? found : {};
  }

  /** What stands in the template at a path, before evaluation. */
  sourceAt(path: JsonPath): Json | undefined {
    return valueAt(this.template, path);
  }
}

function machineOf(resource: ConcreteResource): Machine | undefined {
  const { type, properties, sku, path } = resource;
  if (type.toLowerCase() === 'microsoft.compute/virtualmachines') {
    const at = [...path, 'properties'];
    const sizeAt = {
      size: textAt(properties, 'hardwareProfile', 'vmSize'),
      sizePath: [...at, 'hardwareProfile', 'vmSize'],
    };
    return {
      resource,
      isScaleSet: false,
      profile: properties,
      path: at,
      ...sizeAt,
      customData: customDataOf(properties),
    };
  }
  if (type.toLowerCase() !== 'microsoft.compute/virtualmachinescalesets') return undefined;
  const found = member(properties, 'virtualMachineProfile');
  const profile = isJsonObject(found) ? found : {};
  const sizeAt = { size: textAt(sku ?? null, 'name'), sizePath: [...path, 'sku', 'name'] };
  const at = [...path, 'properties', 'virtualMachineProfile'];
  return { resource, isScaleSet: true, profile, path: at, ...sizeAt, customData: customDataOf(profile) };
}

function customDataOf(profile: JsonObject): string | undefined {
  const encoded = textAt(profile, 'osProfile', 'customData');
  return encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString();
}
