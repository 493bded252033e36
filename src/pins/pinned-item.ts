/** What a component pins, one item each: a thing that has versions upstream and a place in buildinfo.json. Pure. */
import { type Json, valueAt } from '../model/json.ts';
import type { DebFile } from '../model/source.ts';
import type { ComponentDescription } from '../recipe/component.ts';
import type { JsonPath } from '../recipe/json-reader.ts';
import type { RecipeFile } from '../recipe/recipe-file.ts';
import type { SourceRecipe } from '../recipe/source-kinds.ts';
import type { NamedSource } from '../recipe/sources.ts';
import type { UpdateRule } from '../recipe/updates.ts';

/** A source, or one package out of a `deb` source. */
type Pin = Exclude<SourceRecipe, { readonly kind: 'deb' }> | ({ readonly kind: 'deb' } & DebFile);

export interface PinnedItem {
  /** What a person calls the component: `name` or `name/variant`. */
  readonly component: string;
  /** The source's name; with the package's behind it where the source holds several: `resty/lua-resty-core`. */
  readonly name: string;
  /** The source's name. */
  readonly source: string;
  readonly pin: Pin;
  /** Where its object stands in buildinfo.json. */
  readonly path: JsonPath;
  /** How to look for newer versions; undefined: component.json does not say, and the kind does not tell. */
  readonly rule: UpdateRule | undefined;
  /** Whether it is the one that gives the component its version. */
  readonly isMain: boolean;
  /** What component.json says of the component, if there is one. */
  readonly description: ComponentDescription | undefined;
}

export interface PinnedRecipe {
  /** What a person calls the component: `name` or `name/variant`. */
  readonly component: string;
  readonly name: string;
  readonly variant: string | undefined;
  readonly buildinfo: RecipeFile;
  readonly sources: readonly NamedSource[];
  readonly description: ComponentDescription | undefined;
}

/** What was never published has no place to look at, unless component.json names one. */
const NOWHERE: UpdateRule = { kind: 'none', reason: 'Its sources were never published.' };

/** The items of a recipe, in the order of its file. */
export function pinnedItems(recipe: PinnedRecipe): PinnedItem[] {
  const places = recipe.sources.flatMap(placesOf);
  const main = mainPlace(places, recipe);
  const { updates, availability } = recipe.description ?? {};
  const ruleOf = (pin: Pin): UpdateRule | undefined =>
    // What a private component takes out of Debian is as public as Debian.
    availability === 'private' && !pin.kind.startsWith('deb') ? NOWHERE : ownRule(pin);
  return places.map((place) => {
    const isMain = place === main;
    const rule = updates?.sources?.[place.source] ?? (isMain ? updates : undefined) ?? ruleOf(place.pin);
    return { ...place, component: recipe.component, rule, isMain, description: recipe.description };
  });
}

/** The item's object in the text of buildinfo.json. */
export function itemObject(
  recipe: Pick<PinnedRecipe, 'buildinfo'>,
  { path }: Pick<PinnedItem, 'path'>,
): Json | undefined {
  return valueAt(recipe.buildinfo.value, path);
}

type Place = Pick<PinnedItem, 'name' | 'source' | 'pin' | 'path'>;

function placesOf({ name, source, path }: NamedSource): Place[] {
  if (source.kind !== 'deb') return [{ name, source: name, pin: source, path }];
  return source.packages.map((file, index) => ({
    name: source.packages.length === 1 ? name : `${name}/${file.package}`,
    source: name,
    pin: { kind: 'deb', ...file },
    path: [...path, 'packages', index],
  }));
}

/** The one that component.json speaks of: by its package URL, by `updates`, by the component's name, or the only one. */
function mainPlace(places: readonly Place[], { name, variant, description }: PinnedRecipe): Place | undefined {
  // Another way to build the component has its own pins; component.json describes the default one.
  if (variant !== undefined) return undefined;
  const { purl = '', updates } = description ?? {};
  const [, debian] = /^pkg:deb\/debian\/([^@?#]+)/.exec(purl) ?? [];
  const byPurl = places.find(({ pin }) => pin.kind === 'deb' && pin.package === debian);
  const named = places.filter(({ source }) => source === name);
  const byUpdates = places.find(
    ({ pin }) => updates?.kind === 'debian' && pin.kind === 'deb_source' && pin.package === updates.source,
  );
  return byPurl ?? byUpdates ?? (named.length === 1 ? named[0] : places.length === 1 ? places[0] : undefined);
}

/** What the kind of a source tells without any word in component.json. */
function ownRule(pin: Pin): UpdateRule | undefined {
  switch (pin.kind) {
    case 'git':
      return { kind: 'git' };
    case 'deb':
    case 'deb_source':
      return { kind: 'debian', source: pin.package };
    case 'git_local':
      return { kind: 'none', reason: 'It is a repository on this machine.' };
    case 'url':
    case 'url_extract':
      return undefined;
    default:
      return pin satisfies never;
  }
}
