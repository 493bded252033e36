/** Operations of the stand-in of Azure Resource Manager that take their time: what was begun, and how far it is. */
import type { ServerResponse } from 'node:http';
import { Refusal, type Body, type Resource, type Resources } from './arm-resources.ts';

interface Begun {
  readonly id: string;
  /** The body of the answer. */
  readonly shown?: Body;
  /** What a POST gives in the end; undefined: the end is the resource itself. */
  readonly result?: Body;
  /** What it ends in, of what has no resource to say so. */
  readonly failure?: { readonly code: string; readonly message: string };
}

/** Answers that never arrive, though the work is done. */
export const lost = new WeakSet<ServerResponse>();

export class Operations {
  readonly #base: string;
  readonly #resources: Resources;
  readonly #begun: Begun[] = [];
  /** Those whose result was asked for before. */
  readonly #looked = new Set<Begun>();

  /** @param base URL of the subscription */
  constructor(base: string, resources: Resources) {
    this.#base = base;
    this.#resources = resources;
  }

  /** The answer names where to ask how far it is: the result of a POST at `Location`, else `Azure-AsyncOperation`. */
  begin(response: ServerResponse, status: number, begun: Begun): void {
    const index = this.#begun.push(begun);
    const at = `${this.#base}${PLACE}op-${index}${VERSION}`;
    const headers = begun.result === undefined ? { 'azure-asyncoperation': at } : { location: at };
    send(response, status, begun.shown, { ...headers, 'retry-after': '0' });
  }

  answer(operation: string, response: ServerResponse): void {
    const begun = this.#begun[Number(operation.replace('op-', '')) - 1];
    if (begun === undefined) throw new Refusal(404, 'NotFound', 'There is no such operation.');
    if (begun.result !== undefined) {
      if (this.#looked.has(begun)) return send(response, 200, begun.result);
      this.#looked.add(begun);
      return send(response, 202, undefined, {
        location: `${this.#base}${PLACE}${operation}${VERSION}`,
        'retry-after': '0',
      });
    }
    if (begun.failure !== undefined) return send(response, 200, { status: 'Failed', error: begun.failure });
    const there = this.#resources.get(begun.id);
    if (there !== undefined) look(there);
    const isDone = there === undefined || there.looksLeft <= 0;
    const failure = isDone ? there?.failure : undefined;
    const ended = failure === undefined ? 'Succeeded' : 'Failed';
    const status = there?.isCancelled === true ? 'Canceled' : isDone ? ended : 'InProgress';
    return send(
      response,
      200,
      { status, ...(failure === undefined ? {} : { error: failure }) },
      { 'retry-after': '0' },
    );
  }
}

const PLACE = '/providers/Microsoft.Compute/locations/westeurope/operations/';
const VERSION = '?api-version=2026-04-01';

/** Time passes as a thing is looked at. */
export function look(resource: Resource): void {
  resource.looksLeft -= 1;
}

export function send(
  response: ServerResponse,
  status: number,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (lost.has(response)) response.destroy();
  else if (body === undefined) response.writeHead(status, headers).end();
  else response.writeHead(status, { ...headers, 'content-type': 'application/json' }).end(JSON.stringify(body));
}
