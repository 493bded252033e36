/** Makes the bill of materials of a tree that was read: from the plan, each component.json, and what is in the store. */
import { billOf, type Bill, type BillPackage } from '../bom/bill.ts';
import { RecordingFileView } from '../host/file-view.ts';
import { throwCollected, UserError, UserErrors } from '../model/errors.ts';
import { FileTrouble, type FileView } from '../model/file-view.ts';
import { parseDescription, type Description } from '../recipe/description.ts';
import type { PlannedComponent, PlannedTree } from '../resolve/plan.ts';
import { DirectoryStore } from '../store/directory.ts';
import { packagePlace, PackageStore } from '../store/package-store.ts';
import type { Warning } from '../store/repositories.ts';
import { manifestName } from '../store/shelf.ts';
import { billPackage } from './bill-package.ts';
import { findRelease } from '../tree/find-release.ts';
import type { Folders } from '../tree/folders.ts';
import type { LoadedTree } from '../tree/load-plan.ts';

export interface ReadBillOptions {
  /** Told of components without a description. */
  readonly warn: (warning: Warning) => void;
  /** Default: a new one. */
  readonly view?: FileView;
}

/**
 * The bill of one of the trees of a plan. Nothing has to be built for it.
 *
 * @param tree which of them; default: the first
 * @throws UserError, UserErrors RECIPE_INVALID for all component.json files that are wrong, TREE_INVALID for release.json
 */
export function readBill(
  { plan, folders: treeFolders }: Pick<LoadedTree, 'plan' | 'folders'>,
  folders: Folders,
  { warn, view = new RecordingFileView() }: ReadBillOptions,
  tree: PlannedTree | undefined = plan.trees[0],
): Bill {
  if (tree === undefined) throw new Error('a plan has at least one tree');
  const packages = packagesIn(folders, view);
  const descriptions = new Descriptions(view, warn);
  const bill = billOf(tree, plan.components.values(), {
    release: findRelease(view, treeFolders),
    factsOf: (component) => ({
      description: descriptions.of(component),
      package: storedPackage(packages, component, view),
    }),
  });
  throwCollected(descriptions.mistakes);
  return bill;
}

/** The component.json files: each is read once, for all variants of its component. */
class Descriptions {
  readonly mistakes: UserError[] = [];
  readonly #view: FileView;
  readonly #warn: (warning: Warning) => void;
  readonly #known = new Map<string, Description | undefined>();

  constructor(view: FileView, warn: (warning: Warning) => void) {
    this.#view = view;
    this.#warn = warn;
  }

  of({ name, folder }: PlannedComponent): Description | undefined {
    if (this.#known.has(name)) return this.#known.get(name);
    const description = this.#read(`${folder}/component.json`, `packages/${name}/component.json`);
    this.#known.set(name, description);
    return description;
  }

  #read(path: string, shown: string): Description | undefined {
    try {
      return parseDescription(shown, this.#view.readText(path));
    } catch (error) {
      if (error instanceof UserError) this.mistakes.push(error);
      else if (error instanceof UserErrors) this.mistakes.push(...error.errors);
      else if (!(error instanceof FileTrouble)) throw error;
      else if (error.reason === 'missing') {
        const hint = 'Write one: version, summary and licence; docs/recipes.md describes it.';
        this.#warn({ message: `There is no ${shown}, so that nothing is known of its version and licence.`, hint });
      } else {
        const hint = 'Put a readable file of UTF-8 text there.';
        this.mistakes.push(
          new UserError('RECIPE_INVALID', `${shown} ${error.sentence}.`, { hint, place: { file: shown } }),
        );
      }
      return undefined;
    }
  }
}

/** undefined: there is no store yet, so that no component need be looked for. */
function packagesIn({ repository, locks }: Folders, view: FileView): PackageStore | undefined {
  return view.kind(repository) === 'missing' ? undefined : new PackageStore(new DirectoryStore(repository), locks);
}

/** The view notes what was looked at, as it does for the files of the tree. */
function storedPackage(
  packages: PackageStore | undefined,
  { id }: PlannedComponent,
  view: FileView,
): BillPackage | undefined {
  if (packages === undefined) return undefined;
  const place = packagePlace(id);
  if (view.kind(packages.store.path(manifestName(place))) === 'missing') return undefined;
  const manifest = packages.find(id);
  if (manifest === undefined) return undefined;
  view.kind(packages.tarball(id, manifest));
  return billPackage(manifest);
}
