/** What the stand-in of Azure Resource Manager keeps: resources by id, operations that are under way, refusals. */

/** An answer that is a refusal, as the service words it. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export type Body = Record<string, unknown>;

export interface Resource {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  /** As it was sent last. */
  body: Body;
  /** What only the service says, beside what was sent. */
  properties: Body;
  /** Looks that it takes until it is made; Infinity: until the test lets it go on. */
  looksLeft: number;
  /** What it ends in. */
  failure: { readonly code: string; readonly message: string } | undefined;
  /** Whether its removal is under way, and takes its time. */
  isGoing?: boolean;
  /** Whether somebody cancels what was begun for it. */
  isCancelled?: boolean;
}

export class Resources {
  readonly #all = new Map<string, Resource>();

  get(id: string): Resource | undefined {
    return this.#all.get(id.toLowerCase());
  }

  need(id: string, code: string): Resource {
    const found = this.get(id);
    if (found !== undefined) return found;
    throw new Refusal(404, code, `The resource ${id} was not found.`);
  }

  put(resource: Resource): void {
    this.#all.set(resource.id.toLowerCase(), resource);
  }

  delete(id: string): void {
    this.#all.delete(id.toLowerCase());
  }

  /** Those one step below. @param prefix such as `<gallery>/images/` */
  below(prefix: string): Resource[] {
    const start = prefix.toLowerCase();
    return [...this.#all.values()].filter(
      ({ id }) => id.toLowerCase().startsWith(start) && !id.slice(start.length).includes('/'),
    );
  }

  ofType(type: string, within: string): Resource[] {
    return [...this.#all.values()].filter(
      (each) => each.type === type && each.id.toLowerCase().startsWith(within.toLowerCase()),
    );
  }
}

/** The object under a key; empty if there is none. */
export function part(body: unknown, ...keys: readonly string[]): Body {
  let at: unknown = body;
  for (const key of keys) at = isObject(at) ? at[key] : undefined;
  return isObject(at) ? at : {};
}

export function list(body: unknown, key: string): Body[] {
  const value = isObject(body) ? body[key] : undefined;
  return Array.isArray(value) ? value.filter(isObject) : [];
}

export function text(body: unknown, key: string): string | undefined {
  const value = isObject(body) ? body[key] : undefined;
  return typeof value === 'string' ? value : undefined;
}

function isObject(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The same region, however it is spelled. */
export function region(name: string | undefined): string {
  return (name ?? '').replaceAll(' ', '').toLowerCase();
}
