/** The two files that pkgpanda puts into every package. Pure: same component, same bytes. */
import { isJsonArray, isJsonObject, member, type Json, type JsonObject } from '../model/json.ts';
import { sorted } from '../model/order.ts';
import { packageVersion } from '../model/package-id.ts';
import { formatPythonJson } from '../model/python-json.ts';
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

/** What the package's manifest tells of how it was made. @param tool name and version of this program */
export function packageFacts({ buildIds, builder, rawSources }: PlannedComponent, tool: string): PackageFacts {
  return { buildIds, builder: { name: builder.name, id: builder.id }, sources: rawSources, tool };
}
