/** What each resource of a template waits for. */
import { member } from '../model/json.ts';
import { nearest } from '../model/did-you-mean.ts';
import type { Draft, Drafts } from './draft-resources.ts';
import type { JsonEvaluator, LoopScope } from './evaluate-json.ts';
import type { JsonPath } from './mistake.ts';
import { idKey, resourceId } from './resource-id.ts';
import { isList, Unsettled } from './value.ts';

export class Dependencies {
  readonly #evaluator: JsonEvaluator;
  readonly #drafts: readonly Draft[];
  /** Drafts by all that they can be called, without case. */
  readonly #named = new Map<string, Draft[]>();
  /** Per id what it waits for, what it asks by `reference()` included. */
  readonly #edges = new Map<string, Set<string>>();

  constructor(evaluator: JsonEvaluator, { drafts, emptyLoops }: Drafts) {
    this.#evaluator = evaluator;
    this.#drafts = drafts;
    for (const loop of emptyLoops) this.#named.set(idKey(loop), []);
    for (const draft of drafts) {
      for (const name of new Set([draft.id, draft.name, ...draft.aliases].map(idKey))) {
        this.#named.set(name, [...(this.#named.get(name) ?? []), draft]);
      }
    }
  }

  /** The one id that a name stands for. */
  resolve(name: string): string | undefined {
    const found = this.#find(name);
    return found?.length === 1 ? found[0]?.id : undefined;
  }

  /** The same for a `reference()` of a resource, which then waits for what it names. */
  refer(from: Draft, name: string): string | undefined {
    const id = this.resolve(name);
    if (id !== undefined && idKey(id) !== idKey(from.id)) this.#edge(from.id, id);
    return id;
  }

  /** The ids in a resource's `dependsOn`, each once; those that are not deployed are left out. */
  of(draft: Draft, scope: LoopScope): string[] {
    const path = [...draft.path, 'dependsOn'];
    const written = this.#evaluator.value(member(draft.source, 'dependsOn') ?? [], path, scope);
    if (!isList(written)) {
      if (!(written instanceof Unsettled)) this.#evaluator.report(path, 'dependsOn is no list.', NAMES_HINT);
      return [];
    }
    const ids = written.flatMap((one, at) => {
      if (one instanceof Unsettled) return [];
      if (typeof one === 'string') return this.#idsOf(one, [...path, at]);
      this.#evaluator.report([...path, at], 'Only texts can stand in dependsOn.', NAMES_HINT);
      return [];
    });
    for (const id of ids) this.#edge(draft.id, id);
    return [...new Set(ids)];
  }

  /** What is left once all are taken away that wait for nothing, or only for what was taken away, waits in a circle. */
  reportCycles(): void {
    const left = new Map(this.#drafts.map((draft) => [idKey(draft.id), draft]));
    for (;;) {
      let before = -1;
      while (before !== left.size) {
        before = left.size;
        for (const key of left.keys()) if (this.#next(key, left) === undefined) left.delete(key);
      }
      const [start] = left.keys();
      if (start === undefined) return;
      this.#reportCycle(start, left);
    }
  }

  #idsOf(name: string, path: JsonPath): string[] {
    const found = this.#find(name);
    if (found !== undefined) return found.filter(({ isDeployed }) => isDeployed).map(({ id }) => id);
    const near = nearest(name, this.#named.keys());
    const hint = near === undefined ? NAMES_HINT : `Did you mean "${near}"?`;
    this.#evaluator.report(path, `The template has no resource "${name}".`, hint);
    return [];
  }

  /** By id, name, loop or symbolic name; else by type and name, as `Microsoft.Network/virtualNetworks/one`. */
  #find(name: string): Draft[] | undefined {
    const known = this.#named.get(idKey(name));
    if (known !== undefined) return known;
    const [namespace = '', ...rest] = name.split('/');
    if (!namespace.includes('.') || rest.length < 2) return undefined;
    const type = [namespace, ...rest.filter((_, at) => at % 2 === 0)].join('/');
    const suffix = idKey(
      resourceId(
        '',
        type,
        rest.filter((_, at) => at % 2 === 1),
      ),
    );
    const found = this.#drafts.filter(({ id }) => idKey(id).endsWith(suffix));
    return found.length === 0 ? undefined : found;
  }

  #edge(from: string, to: string): void {
    const edges = this.#edges.get(idKey(from)) ?? new Set();
    this.#edges.set(idKey(from), edges.add(idKey(to)));
  }

  #next(key: string, left: ReadonlyMap<string, Draft>): string | undefined {
    return [...(this.#edges.get(key) ?? [])].find((one) => left.has(one));
  }

  /** Walks on until a resource comes twice, tells of those between, and takes them away. */
  #reportCycle(start: string, left: Map<string, Draft>): void {
    const walked = new Set<string>();
    let key: string | undefined = start;
    while (key !== undefined && !walked.has(key)) {
      walked.add(key);
      key = this.#next(key, left);
    }
    const circle = [...walked].slice([...walked].indexOf(key ?? start));
    const names = [...circle, circle[0] ?? ''].map((one) => left.get(one)?.name ?? one);
    const first = left.get(circle[0] ?? '');
    const path = [...(first?.path ?? []), 'dependsOn'];
    this.#evaluator.report(path, `It waits for itself: ${names.join(' → ')}.`, 'Break the circle.');
    for (const one of circle) left.delete(one);
  }
}

const NAMES_HINT = 'It takes ids by resourceId(), and names of resources or loops of this template.';
