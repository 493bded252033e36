/** Everything of one component that enters its id except its requirements: looked up, or named as mistakes. */
import { UserError } from '../model/errors.ts';
import { FileTrouble, type FileView } from '../model/file-view.ts';
import type { HashableJson } from '../model/json.ts';
import type { Source } from '../model/source.ts';
import { extraSourceMistake, inCheckOrder, type Check, type CheckedMistake } from '../recipe/buildinfo.ts';
import type { JsonPath } from '../recipe/json-reader.ts';
import type { NamedSource } from '../recipe/sources.ts';
import { sourceId } from '../recipe/source-kinds.ts';
import { canonicalHash } from './canonical-hash.ts';
import type { ComponentVariant } from './component-variant.ts';
import type { BuilderFact, Facts } from './facts.ts';
import { FolderTrouble, readFolder, type FolderContent } from './folder-hash.ts';

/** The version of pkgpanda's scheme of ids, which has never changed. */
const SCHEME = '0.2';

export interface ComponentInputs {
  /** What is hashed into the id, less `requires`. */
  readonly buildIds: Readonly<Record<string, HashableJson>>;
  readonly sources: ReadonlyMap<string, Source>;
  readonly builder: BuilderFact;
  /** undefined: there is no `extra/`. */
  readonly extra: FolderContent | undefined;
}

/** @returns the inputs, or all mistakes in the order in which pkgpanda would come to them */
export function readInputs(
  component: ComponentVariant,
  facts: Facts,
  view: FileView,
): ComponentInputs | readonly UserError[] {
  return new InputsReader(component, facts, view).read();
}

class InputsReader {
  readonly #component: ComponentVariant;
  readonly #facts: Facts;
  readonly #view: FileView;
  readonly #mistakes: CheckedMistake[];

  constructor(component: ComponentVariant, facts: Facts, view: FileView) {
    this.#component = component;
    this.#facts = facts;
    this.#view = view;
    this.#mistakes = [...component.recipe.mistakes];
  }

  read(): ComponentInputs | readonly UserError[] {
    const { file, recipe, name, variant } = this.#component;
    const sources = this.#sources();
    const build = this.#buildScript();
    const extra = this.#extra();
    const builder = this.#builder();
    if (recipe.hasExtraSourceKey) this.#mistakes.push(extraSourceMistake(file, extra !== undefined));
    if (this.#mistakes.length > 0) return inCheckOrder(this.#mistakes);
    const buildIds = {
      name,
      variant: variant ?? '',
      sources: Object.fromEntries(Array.from(sources, ([key, source]) => [key, sourceId(source)])),
      build,
      pkgpanda_version: SCHEME,
      ...(extra === undefined ? {} : { extra_source: canonicalHash(extra) }),
      docker: builder.id,
      ...recipe.verbatim,
    };
    return { buildIds, sources, builder, extra };
  }

  #sources(): ReadonlyMap<string, Source> {
    const sources = new Map<string, Source>();
    for (const named of this.#component.recipe.sources) {
      const source = this.#withCommit(named);
      if (source !== undefined) sources.set(named.name, source);
    }
    return sources;
  }

  #withCommit({ name, source, path }: NamedSource): Source | undefined {
    if (source.kind !== 'git_local') return source;
    const commit = this.#facts.commits.get(source.path);
    if (typeof commit === 'string') return { ...source, commit };
    const { file } = this.#component;
    this.#fail('sources', path, `${file.shown}: source "${name}": ${why(commit)}`, commit);
    return undefined;
  }

  #buildScript(): string {
    const { folder, recipe, file } = this.#component;
    const { buildScript } = recipe;
    try {
      return this.#view.sha1(`${folder.path}/${buildScript}`);
    } catch (error) {
      if (!(error instanceof FileTrouble)) throw error;
      const message = `${file.shown}: the build script ${folder.shown}/${buildScript} ${error.sentence}.`;
      const hint = 'Put an executable script there, or name another one as "build_script".';
      const given = Object.hasOwn(file.value, 'build_script');
      const mistake = file.mistake(given ? ['build_script'] : [], message, { hint });
      this.#mistakes.push({ check: 'build script', error: mistake });
      return '';
    }
  }

  #extra(): FolderContent | undefined {
    const { folder, file } = this.#component;
    const path = `${folder.path}/extra`;
    if (!folder.names.includes('extra') || this.#view.kind(path) === 'missing') return undefined;
    try {
      return readFolder(this.#view, path);
    } catch (error) {
      if (!(error instanceof FolderTrouble)) throw error;
      const message = `${folder.shown}/extra/${error.path} ${error.sentence}.`;
      const mistake = file.mistake([], message, { hint: 'Remove it, or put a regular file there.' });
      this.#mistakes.push({ check: 'extra', error: mistake });
      return {};
    }
  }

  #builder(): BuilderFact {
    const { file, recipe } = this.#component;
    const fact = this.#facts.builders.get(recipe.builder);
    if (fact !== undefined && !(fact instanceof UserError)) return fact;
    const path = Object.hasOwn(file.value, 'docker') ? ['docker'] : [];
    this.#fail('docker', path, `Component "${this.#component.name}": ${why(fact)}`, fact);
    return { kind: 'image', id: '' };
  }

  #fail(check: Check, path: JsonPath, message: string, cause: UserError | undefined): void {
    const hint = cause?.hint ?? 'This is a bug in dcos-build.';
    const code = cause?.code ?? 'RECIPE_INVALID';
    this.#mistakes.push({ check, error: this.#component.file.mistake(path, message, { hint, code, cause }) });
  }
}

function why(cause: UserError | undefined): string {
  return cause?.message ?? 'nothing is known of it.';
}
