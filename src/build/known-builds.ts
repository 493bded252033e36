/** Earlier builds of components, out of the history of this work folder and the manifests of its store. */
import { UserError } from '../model/errors.ts';
import { packageName, packageVersion, parsePackageId, type PackageId } from '../model/package-id.ts';
import { sorted } from '../model/order.ts';
import { isHashable } from '../recipe/hashable.ts';
import type { BuildInputs } from '../resolve/explain.ts';
import type { PlannedComponent } from '../resolve/plan.ts';
import { DirectoryStore } from '../store/directory.ts';
import { buildIdsOf } from '../store/manifest.ts';
import { PackageStore } from '../store/package-store.ts';
import type { Folders } from '../tree/folders.ts';
import { History, type BuildRecord } from './history.ts';

/** An earlier build. What is known only from its package has no time and no outcome. */
export interface KnownBuild {
  readonly id: string;
  /** When it started, in milliseconds since the epoch. */
  readonly at?: number;
  readonly durationMs?: number;
  readonly outcome?: BuildRecord['outcome'];
}

export class KnownBuilds implements Disposable {
  readonly #history: History | undefined;
  readonly #packages: PackageStore;

  constructor(folders: Folders) {
    this.#history = History.read(folders.history);
    this.#packages = new PackageStore(new DirectoryStore(folders.repository), folders.locks);
  }

  isStored(id: PackageId): boolean {
    return this.#packages.find(id) !== undefined;
  }

  /**
   * The build to compare a component with: the last one of its present id, even if it failed; else the last that
   * succeeded; else the last at all; else the package that was last fetched.
   */
  async last({ key, id, name, variant }: PlannedComponent): Promise<KnownBuild | undefined> {
    const last = this.#history?.last(key);
    const record = last?.id === id ? last : (this.#history?.last(key, 'built') ?? last);
    if (record !== undefined) return fromRecord(record);
    const latest = await this.#packages.latest(name, variant);
    return latest === undefined || this.#inputsInStore(latest) === undefined ? undefined : { id: latest };
  }

  /**
   * The build of a component that a person named: by its id, or by the first digits of its version.
   *
   * @throws UserError BUILD_UNKNOWN if there is none of that id, or more than one
   */
  async find({ name }: PlannedComponent, text: string): Promise<KnownBuild> {
    const wanted = text.startsWith(`${name}--`) ? text : `${name}--${text}`;
    const known = await this.#idsOf(name);
    const found = known.filter((id) => id.startsWith(wanted));
    const [only, ...others] = found;
    if (only !== undefined && (others.length === 0 || only === wanted)) {
      const record = this.#history?.withId(only);
      return record === undefined ? { id: only } : fromRecord(record);
    }
    const message =
      only === undefined
        ? `No build of ${name} is known whose id begins with "${wanted}".`
        : `Several builds of ${name} have ids that begin with "${wanted}".`;
    const names = (only === undefined ? known : found).map((id) => packageVersion(parsePackageId(id)).slice(0, 12));
    const hint = names.length === 0 ? 'Nothing is known of earlier builds of it.' : `Known are ${names.join(', ')}.`;
    throw new UserError('BUILD_UNKNOWN', message, { hint });
  }

  /** What entered an earlier id; undefined: that is not recorded. */
  inputs(id: string): BuildInputs | undefined {
    return this.#history?.withId(id)?.inputs ?? this.#inputsInStore(parsePackageId(id));
  }

  [Symbol.dispose](): void {
    this.#history?.[Symbol.dispose]();
  }

  /** A manifest has no hashes of single files below `extra/`. */
  #inputsInStore(id: PackageId): BuildInputs | undefined {
    const manifest = this.#packages.find(id);
    const buildIds = manifest === undefined ? undefined : buildIdsOf(manifest);
    return buildIds !== undefined && isHashable(buildIds) ? { id, buildIds, extra: {} } : undefined;
  }

  async #idsOf(name: string): Promise<readonly string[]> {
    const recorded = this.#history?.ofName(name).map(({ id }) => id) ?? [];
    const files = await this.#packages.store.list(`packages/${name}/`);
    const stored = Array.from(files.keys(), (path) => /([^/]+)\.manifest\.json$/.exec(path)?.[1] ?? '');
    return sorted(new Set([...recorded, ...stored.filter((id) => isIdOf(id, name))]));
  }
}

function fromRecord({ id, startedAt, durationMs, outcome }: BuildRecord): KnownBuild {
  return { id, at: startedAt, durationMs, outcome };
}

function isIdOf(text: string, name: string): boolean {
  return text.startsWith(`${name}--`) && packageName(parsePackageId(text)) === name;
}
