/** The library: what other programs may build on. Everything else may change from one version to the next. */
export { findTree, type TreeFolders } from './tree/find-tree.ts';
export { foldersBelow, type Folders } from './tree/folders.ts';
export { findRelease } from './tree/find-release.ts';
export { loadTree, type LoadedTree, type LoadOptions } from './tree/load-plan.ts';
export { runBuild, type BuildAnswer, type BuildRequest } from './build/run-build.ts';
export { UserError, UserErrors, type ErrorCode, type ErrorData, type Place } from './model/errors.ts';
export type { BuildEvent, Outcome, Phase, Task } from './model/event.ts';
export { packageName, packageVersion, parsePackageId, type PackageId } from './model/package-id.ts';
export type { Availability } from './model/availability.ts';
export type { Source } from './model/source.ts';
export type { Release } from './recipe/release.ts';
export type { Plan, PlannedComponent, PlannedTree } from './resolve/plan.ts';
