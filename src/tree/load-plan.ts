/** Reads a tree from disk and makes its Plan: the one way in which commands come to know what there is to build. */
import { join, posix } from 'node:path';
import { RecordingFileView } from '../host/file-view.ts';
import type { GitHead } from '../host/git-head.ts';
import type { Observations } from '../host/observations.ts';
import { nearest } from '../model/did-you-mean.ts';
import { throwCollected, UserError } from '../model/errors.ts';
import { FileTrouble } from '../model/file-view.ts';
import type { Warning } from '../model/warning.ts';
import { readTreeinfo, type TreeinfoResult } from '../recipe/treeinfo.ts';
import { variantPrefix } from '../recipe/names.ts';
import { findVariants } from '../recipe/variant-files.ts';
import type { RecipeFile } from '../recipe/recipe-file.ts';
import { readUpstream, type UpstreamRecipe, type UpstreamSource } from '../recipe/upstream.ts';
import { ComponentStore, readJsonFile, type PackagesFolder } from '../resolve/component-store.ts';
import type { ComponentVariant } from '../resolve/component-variant.ts';
import { neededFacts, type Facts } from '../resolve/facts.ts';
import { imageTags } from '../resolve/image-tags.ts';
import { findOthers, planOthers, type OtherComponent } from '../resolve/other-components.ts';
import { planTrees, surveyTrees, type PlanResult } from '../resolve/plan-trees.ts';
import { BuilderIds, type BuilderIdsOptions, type ImageId } from './builder-ids.ts';
import type { TreeFolders } from './find-tree.ts';

export interface LoadOptions {
  /** Default: the default tree. A list is planned in its order; undefined in it is the default tree. */
  readonly variants?: readonly (string | undefined)[] | 'all';
  /** JSON file, image name → id. */
  readonly builderIds?: string;
  /** Asked only for images whose id no file gives. Default: nothing is known of them. */
  readonly imageId?: ImageId;
  /** Checks the upstream tree out (for git_local: clones it) and returns the folder. Default: refused. */
  readonly checkoutUpstream?: (source: UpstreamSource) => Promise<string>;
  /** Default: asks git. */
  readonly gitHead?: (path: string) => Promise<GitHead>;
  /** Whether to resolve the components that no tree reaches, too. */
  readonly others?: boolean;
}

export interface LoadedTree extends PlanResult {
  readonly folders: TreeFolders;
  readonly store: ComponentStore;
  /** Only with `others`. */
  readonly others: readonly OtherComponent[];
  readonly warnings: readonly Warning[];
  /** Where the upstream tree comes from, if there is an upstream.json. */
  readonly upstream: UpstreamSource | undefined;
  /** Every file and folder that was looked at. */
  readonly observations: Observations;
  /** The ids depend on more than files: on git repositories or a container engine. Unchanged files prove nothing then. */
  readonly dependsOnMore: boolean;
  /** Image tags of `docker/` folders by component. @throws UserError */
  imageTags(): ReadonlyMap<string, string>;
}

/**
 * @returns also when some of the trees asked for have mistakes, as long as another has none: see `failed` and `errors`
 * @throws UserError, UserErrors if no tree is left, or the components cannot be read at all
 */
export async function loadTree(
  folders: TreeFolders,
  options: LoadOptions = {},
  view: RecordingFileView = new RecordingFileView(),
): Promise<LoadedTree> {
  try {
    return await new TreeLoader(folders, options, view).load();
  } catch (error) {
    if (!(error instanceof FileTrouble)) throw error;
    const hint = 'Make it readable for the user who runs dcos-build.';
    throw new UserError('TREE_INVALID', `${error.message}.`, { hint, place: { file: error.path }, cause: error });
  }
}

class TreeLoader {
  readonly #folders: TreeFolders;
  readonly #options: LoadOptions;
  readonly #view: RecordingFileView;
  #dependsOnMore = false;
  #upstreamSource: UpstreamSource | undefined;

  constructor(folders: TreeFolders, options: LoadOptions, view: RecordingFileView) {
    this.#folders = folders;
    this.#options = options;
    this.#view = view;
  }

  async load(): Promise<LoadedTree> {
    const store = ComponentStore.read(this.#view, [this.#shown(this.#folders.packages), ...(await this.#upstream())]);
    const survey = surveyTrees(store, this.#treeinfos());
    const facts = await this.#facts(survey.reached);
    const result = planTrees(survey, facts, this.#view);
    if (result.plan.trees.length === 0) throwCollected(result.errors);
    return {
      ...result,
      folders: this.#folders,
      store,
      others: this.#options.others === true ? await this.#others(store, result) : [],
      warnings: survey.warnings,
      upstream: this.#upstreamSource,
      observations: this.#view.observations,
      dependsOnMore: this.#dependsOnMore,
      imageTags: () => imageTags(store, this.#view),
    };
  }

  /** The packages folder of the upstream tree, if there is one. */
  async #upstream(): Promise<PackagesFolder[]> {
    const folder = [this.#folders.packages, this.#folders.treeinfos].find(
      (one) => this.#view.kind(join(one, 'upstream.json')) !== 'missing',
    );
    if (folder === undefined) return [];
    const file = readJsonFile(this.#view, this.#shown(join(folder, 'upstream.json')), 'TREE_INVALID');
    const source = readUpstream(file, folder);
    if (this.#options.checkoutUpstream === undefined) {
      throw file.mistake([], `${file.shown}: the upstream tree cannot be checked out here.`, {
        hint: 'Use a command that fetches sources.',
        code: 'TREE_INVALID',
      });
    }
    this.#upstreamSource = await this.#withCommit(source, file);
    const packages = join(await this.#options.checkoutUpstream(this.#upstreamSource), 'packages');
    if (this.#view.kind(join(packages, 'upstream.json')) !== 'missing') {
      const message = `${file.shown}: the upstream tree has an upstream.json itself, which is not supported.`;
      throw file.mistake([], message, { hint: 'Name that one as the upstream.', code: 'TREE_INVALID' });
    }
    return [{ path: packages, shown: 'upstream/packages' }];
  }

  async #withCommit(source: UpstreamRecipe, file: RecipeFile): Promise<UpstreamSource> {
    if (source.kind === 'git') return source;
    const commit = await this.#commit(source.path);
    if (typeof commit === 'string') return { ...source, commit };
    const { message, hint, code } = commit;
    throw file.mistake(['rel_path'], `${file.shown}: ${message}`, { hint, code });
  }

  #treeinfos(): readonly TreeinfoResult[] {
    return this.#variants().map((variant) => {
      try {
        return readTreeinfo(this.#treeinfoFile(variant), variant);
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        return { variant, treeinfo: undefined, mistakes: [error], warnings: [] };
      }
    });
  }

  #treeinfoFile(variant: string | undefined): RecipeFile {
    const { treeinfos } = this.#folders;
    const file = this.#shown(join(treeinfos, `${variantPrefix(variant)}treeinfo.json`));
    if (this.#view.kind(file.path) !== 'missing') return readJsonFile(this.#view, file, 'TREE_INVALID');
    const { variants } = findVariants(this.#view.names(treeinfos) ?? [], 'treeinfo.json');
    const named = variants.filter((one) => one !== undefined);
    const guess = variant === undefined ? undefined : nearest(variant, named);
    const hint =
      guess === undefined
        ? `The trees are: ${variants.map((one) => one ?? 'default').join(', ') || 'none'}.`
        : `Did you mean "${guess}"?`;
    throw new UserError('TREE_INVALID', `${file.shown} does not exist.`, { hint, place: { file: file.shown } });
  }

  #variants(): readonly (string | undefined)[] {
    const { variants = [undefined] } = this.#options;
    if (variants !== 'all') return [...new Set(variants)];
    const { treeinfos } = this.#folders;
    const found = findVariants(this.#view.names(treeinfos) ?? [], 'treeinfo.json');
    throwCollected(
      found.wrongNames.map((name) => {
        const { shown } = this.#shown(join(treeinfos, name));
        const message = `${shown} is neither treeinfo.json nor <variant>.treeinfo.json.`;
        return new UserError('TREE_INVALID', message, { hint: 'Rename the file.', place: { file: shown } });
      }),
    );
    return found.variants;
  }

  async #facts(components: Iterable<ComponentVariant>): Promise<Facts> {
    const needed = neededFacts(components);
    const ids = new BuilderIds(this.#view, this.#builderIdsOptions());
    const builders = new Map<string, Awaited<ReturnType<BuilderIds['find']>>>();
    for (const name of needed.builders) builders.set(name, await ids.find(name));
    const commits = new Map<string, string | UserError>();
    for (const path of needed.repositories) commits.set(path, await this.#commit(path));
    return { builders, commits };
  }

  #builderIdsOptions(): BuilderIdsOptions {
    const { builderIds, imageId } = this.#options;
    return {
      root: this.#folders.root,
      ...(builderIds === undefined ? {} : { idsFile: builderIds }),
      ...(imageId === undefined
        ? {}
        : {
            imageId: async (image) => {
              this.#dependsOnMore = true;
              return imageId(image);
            },
          }),
    };
  }

  /** HEAD of a local repository; pkgpanda refuses one with changes, which no id would cover. */
  async #commit(path: string): Promise<string | UserError> {
    this.#dependsOnMore = true;
    try {
      const { commit, changed } = await (this.#options.gitHead ?? askGit)(path);
      if (changed.length === 0) return commit;
      const files = changed.slice(0, 3).join(', ') + (changed.length > 3 ? ', …' : '');
      return new UserError('SOURCE_INVALID', `${path} has changes that are not committed: ${files}.`, {
        hint: 'Commit or stash them: an id stands for a commit.',
      });
    } catch (error) {
      if (error instanceof UserError) return error;
      throw error;
    }
  }

  async #others(store: ComponentStore, { plan }: PlanResult): Promise<readonly OtherComponent[]> {
    const others = findOthers(store, plan);
    if (others.length === 0) return [];
    const everything = store.names.flatMap((name) => [...store.variantsOf(name).values()]);
    return planOthers(store, others, await this.#facts(everything), this.#view);
  }

  #shown(path: string): PackagesFolder {
    return { path, shown: posix.relative(this.#folders.root, path) };
  }
}

/** Loaded when needed: few trees have local repositories, and starting processes takes a module of its own. */
async function askGit(path: string): Promise<GitHead> {
  const { gitHead } = await import('../host/git-head.ts');
  return gitHead(path);
}
