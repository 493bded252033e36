/** The two files that pkgpanda puts into every package, and what its manifest tells. Pure: same component, same bytes. */
import { DESCRIPTION_KEYS } from '../bom/bill.ts';
import type { FoundLicence } from '../bom/licence-evidence.ts';
import { isJsonArray, isJsonObject, member, type Json, type JsonObject } from '../model/json.ts';
import { sorted } from '../model/order.ts';
import { packageVersion } from '../model/package-id.ts';
import { formatPythonJson, parsePythonJson } from '../model/python-json.ts';
import { TOOL } from '../model/tool.ts';
import { labelOf } from '../resolve/graph.ts';
import type { PlannedComponent } from '../resolve/plan.ts';
import type { PackageFacts } from '../store/manifest.ts';

/** What activation needs to know of the package, `pkginfo.json`. */
export function formatPackageInfo({ packageInfo }: Pick<PlannedComponent, 'packageInfo'>): string {
  return formatPythonJson(packageInfo);
}

/**
 * What the package was made from, `buildinfo.full.json`. pkgpanda writes `build_ids.requires` in an order that differs
 * from run to run; here it is sorted.
 */
export function formatFullBuildInfo(component: PlannedComponent): string {
  const { buildIds, rawSources, variant, name, id } = component;
  const requires = member(buildIds, 'requires');
  const ids: Json = isJsonArray(requires) ? sorted(requires.filter((entry) => typeof entry === 'string')) : [];
  return formatPythonJson({
    sources: expandSources(rawSources, member(buildIds, 'sources')),
    extra_source: member(buildIds, 'extra_source'),
    build_ids: { ...buildIds, requires: ids },
    package_version: packageVersion(id),
    name,
    variant: variant ?? null,
  });
}

/** Each source as the recipe gives it, and what of it was hashed: `commit` or `downloaded_sha1`. */
function expandSources(raw: Readonly<Record<string, JsonObject>>, hashed: Json | undefined): JsonObject {
  return Object.fromEntries(
    Object.entries(raw).map(([name, source]) => {
      const idObject = isJsonObject(hashed) ? member(hashed, name) : undefined;
      return [name, isJsonObject(idObject) ? { ...source, ...idObject } : source];
    }),
  );
}

/** What is known of a component when it has been built, beside its plan. */
export interface BuiltFacts {
  /** The text of its component.json, undefined if there is none. */
  readonly description: string | undefined;
  /** What its sources say of their licences. */
  readonly licences: readonly FoundLicence[];
}

/** What the package's manifest tells of how it was made. */
export function packageFacts(
  { buildIds, builder, rawSources, requires }: PlannedComponent,
  { description, licences }: BuiltFacts,
): PackageFacts {
  const described = descriptionOf(description);
  return {
    buildIds,
    builder: { name: builder.name, kind: builder.kind, id: builder.id },
    sources: rawSources,
    tool: TOOL,
    requires: sorted(requires.map(labelOf)),
    ...(described === undefined ? {} : { description: described }),
    ...(licences.length === 0 ? {} : { licences: licences.map((found) => ({ ...found })) }),
  };
}

/** component.json decides nothing, so that a build does not judge it: whoever makes a bill of it does. */
function descriptionOf(text: string | undefined): JsonObject | undefined {
  const value = text === undefined ? undefined : parseOrNothing(text);
  if (!isJsonObject(value)) return undefined;
  const told = DESCRIPTION_KEYS.flatMap((key): [string, string][] => {
    const item = member(value, key);
    return typeof item === 'string' ? [[key, item]] : [];
  });
  return Object.fromEntries(told);
}

function parseOrNothing(text: string): Json | undefined {
  try {
    return parsePythonJson(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
