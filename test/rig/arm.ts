/**
 * A small Azure Resource Manager over https on loopback: galleries, image definitions, versions, disks, and machines that use
 * them. Who speaks to it is the real library. It keeps state, refuses what the service would (published schemas and rules that
 * are in none), takes its time as long-running operations do, and fails where a test says so.
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text as bodyText } from 'node:stream/consumers';
import type { Azurite } from './azurite.ts';
import { DiskUploads } from './arm-disks.ts';
import { look, lost, Operations, send } from './arm-operations.ts';
import { checkDefinition, checkDeletion, checkGallery, checkVersion } from './arm-galleries.ts';
import { list, part, Refusal, region, Resources, text, type Body, type Resource } from './arm-resources.ts';
import { knownVersions, schemaMistakes } from './arm-schemas.ts';
import { showResource } from './arm-show.ts';
import { refuseToken } from './entra.ts';
import { listenOnLoopback } from './loopback.ts';

export interface ArmRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly body?: unknown;
}

/** Instead of an answer; undefined: none. */
export type ArmScript = (request: ArmRequest, index: number) => ArmFault | 'cut' | 'lost' | 'silent' | undefined;

interface ArmFault {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly code?: string;
  readonly details?: readonly object[];
}

export interface ArmOptions {
  readonly azurite: Azurite;
  readonly tls: { readonly cert: string; readonly key: string };
  /** Whom tokens have to be for. Default: the public cloud. */
  readonly audience?: string;
}

export const SUBSCRIPTION = '00000000-0000-0000-0000-000000000001';
export const GROUP = 'images';
const GROUP_ID = `/subscriptions/${SUBSCRIPTION}/resourceGroups/${GROUP}`;

const TYPES: readonly (readonly [RegExp, string])[] = [
  [/^\/galleries\/[^/]+$/i, 'Microsoft.Compute/galleries'],
  [/^\/galleries\/[^/]+\/images\/[^/]+$/i, 'Microsoft.Compute/galleries/images'],
  [/^\/galleries\/[^/]+\/images\/[^/]+\/versions\/[^/]+$/i, 'Microsoft.Compute/galleries/images/versions'],
  [/^\/disks\/[^/]+$/i, 'Microsoft.Compute/disks'],
];

export class Arm implements AsyncDisposable {
  /** `https://127.0.0.1:<port>` */
  readonly url: string;
  readonly resources = new Resources();
  readonly disks: DiskUploads;
  /** What was asked to change something and was not refused by its token, in the order of arrival. */
  readonly changes: ArmRequest[] = [];
  /** Everything. */
  readonly asked: ArmRequest[] = [];
  script: ArmScript = () => undefined;
  /** Looks at a version until it is made. */
  looks = 2;
  /** Regions that nothing can be copied to, and why. */
  readonly brokenRegions = new Map<string, string>();
  /** Names of things whose removal is taken and comes to nothing, and why. */
  readonly failingRemovals = new Map<string, string>();
  readonly machines: Body[] = [];
  readonly scaleSets: Body[] = [];
  /** Of scale sets, by their name. */
  readonly instances = new Map<string, Body[]>();
  nowMs = Date.now();
  readonly #options: ArmOptions;
  readonly #close: () => Promise<void>;
  readonly #operations: Operations;

  private constructor(url: string, options: ArmOptions, close: () => Promise<void>) {
    this.url = url;
    this.#options = options;
    this.#close = close;
    this.disks = new DiskUploads(options.azurite);
    this.#operations = new Operations(`${url}/subscriptions/${SUBSCRIPTION}`, this.resources);
  }

  static async start(options: ArmOptions): Promise<Arm> {
    const tls = { cert: readFileSync(options.tls.cert), key: readFileSync(options.tls.key) };
    const server = createServer(tls, (request, response) => void arm.#serve(request, response));
    const { port, close } = await listenOnLoopback(server);
    const arm = new Arm(`https://127.0.0.1:${port}`, options, close);
    return arm;
  }

  /** A thing by the end of its id, such as `galleries/dcos`. */
  find(path: string): Resource | undefined {
    return this.resources.get(`${GROUP_ID}/providers/Microsoft.Compute/${path}`);
  }

  id(path: string): string {
    return `${GROUP_ID}/providers/Microsoft.Compute/${path}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '' } = request;
    const sent = await bodyText(request).catch(() => '');
    const body: unknown = sent === '' ? undefined : JSON.parse(sent);
    const asked: ArmRequest = { method, url, ...(body === undefined ? {} : { body }) };
    this.asked.push(asked);
    const fault = this.script(asked, this.asked.length - 1);
    if (fault === 'cut') {
      response.destroy();
      return;
    }
    if (fault === 'lost') lost.add(response);
    // No answer ever.
    if (fault === 'silent') return;
    try {
      if (fault !== undefined && fault !== 'lost')
        throw new Refusal(fault.status, fault.code ?? 'Scripted', 'The test says so.');
      refuseToken(request, this.#options.audience ?? 'https://management.azure.com');
      if (method !== 'GET') this.changes.push(asked);
      await this.#answer(asked, response);
    } catch (error) {
      if (!(error instanceof Refusal)) {
        // A mistake of the stand-in itself, which the test is told by whoever asks.
        send(response, 500, { error: { code: 'StandInBroken', message: String(error) } });
        return;
      }
      const { headers = {}, details } = typeof fault === 'object' ? fault : {};
      const told = { code: error.code, message: error.message, ...(details === undefined ? {} : { details }) };
      send(response, error.status, { error: told }, headers);
    }
  }

  async #answer({ method, url, body }: ArmRequest, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(url, this.url);
    const version = searchParams.get('api-version');
    if (version === null)
      throw new Refusal(400, 'MissingApiVersionParameter', 'The api-version query parameter is required.');
    const id = decodeURIComponent(pathname);
    const [, subscription = ''] = /^\/subscriptions\/([^/]+)/i.exec(id) ?? [];
    if (subscription !== SUBSCRIPTION)
      throw new Refusal(404, 'SubscriptionNotFound', `The subscription '${subscription}' could not be found.`);
    const operation = /\/operations\/([^/]+)$/.exec(id)?.[1];
    if (operation !== undefined) return this.#operations.answer(operation, response);
    const everywhere =
      /^\/subscriptions\/[^/]+\/providers\/Microsoft\.Compute\/(virtualMachines|virtualMachineScaleSets)$/i.exec(
        id,
      )?.[1];
    if (everywhere !== undefined)
      return send(response, 200, { value: everywhere === 'virtualMachines' ? this.machines : this.scaleSets });
    const set = /\/virtualMachineScaleSets\/([^/]+)\/virtualMachines$/i.exec(id)?.[1];
    if (set !== undefined) return send(response, 200, { value: this.instances.get(set) ?? [] });
    const [, group = ''] = /\/resourceGroups\/([^/]+)/i.exec(id) ?? [];
    if (group.toLowerCase() !== GROUP)
      throw new Refusal(404, 'ResourceGroupNotFound', `Resource group '${group}' could not be found.`);
    const path = id.slice(id.toLowerCase().indexOf('microsoft.compute') + 'microsoft.compute'.length);
    const access = /^(\/disks\/[^/]+)\/(beginGetAccess|endGetAccess)$/i.exec(path);
    if (access !== null && method === 'POST')
      return await this.#access(id.replace(/\/[^/]+$/, ''), access[2] ?? '', { body, response });
    const type = TYPES.find(([pattern]) => pattern.test(path))?.[1];
    if (type === undefined) return this.#list(id, response);
    if (!knownVersions(type).includes(version)) {
      throw new Refusal(400, 'NoRegisteredProviderFound', `There is no API version '${version}' of ${type}.`);
    }
    const about = { id, type, version, name: id.split('/').at(-1) ?? '' };
    if (method === 'PUT') return await this.#put({ ...about, body: part({ body }, 'body') }, response);
    const there = this.resources.need(id, 'ResourceNotFound');
    if (method === 'DELETE') return this.#delete(there, response);
    if (method === 'PATCH') Object.assign(there.body, { tags: part(body, 'tags') });
    const isShown = searchParams.get('$expand') === 'ReplicationStatus';
    if (isShown) look(there);
    return send(response, 200, showResource(there, isShown ? this.brokenRegions : undefined));
  }

  async #put(
    asked: {
      readonly id: string;
      readonly type: string;
      readonly version: string;
      readonly name: string;
      readonly body: Body;
    },
    response: ServerResponse,
  ): Promise<void> {
    const { id, type, version, name, body } = asked;
    const mistakes = schemaMistakes(type, version, { name, body });
    if (mistakes.length > 0) throw new Refusal(400, 'InvalidParameter', mistakes.join('; '));
    const rules = { resources: this.resources, azurite: this.#options.azurite };
    if (type.endsWith('/galleries')) checkGallery(name);
    if (type.endsWith('/images')) checkDefinition(asked, rules);
    if (type.endsWith('/versions')) await checkVersion(asked, rules);
    const there = this.resources.get(id);
    if (type.endsWith('/disks') && there === undefined) this.disks.check(body);
    const failed = list(part(body, 'properties', 'publishingProfile'), 'targetRegions').find((each) =>
      this.brokenRegions.has(region(text(each, 'name'))),
    );
    const why = failed === undefined ? undefined : this.brokenRegions.get(region(text(failed, 'name')));
    const created = new Date(this.nowMs).toISOString();
    const made: Resource = {
      ...{ id, name, type, body: structuredClone(body), looksLeft: type.endsWith('/versions') ? this.looks : 1 },
      properties: there?.properties ?? (type.endsWith('/disks') ? { timeCreated: created } : { published: created }),
      failure: why === undefined ? undefined : { code: 'ReplicationFailed', message: why },
    };
    this.resources.put(made);
    if (type.endsWith('/disks') && there === undefined) await this.disks.make(made);
    this.#operations.begin(response, there === undefined ? 201 : 200, { id, shown: showResource(made) });
  }

  #delete(there: Resource, response: ServerResponse): void {
    checkDeletion(there, this.resources, this.nowMs);
    const message = this.failingRemovals.get(there.name);
    if (message === undefined) this.resources.delete(there.id);
    const failure = message === undefined ? {} : { failure: { code: 'InternalError', message } };
    this.#operations.begin(response, 202, { id: there.id, ...failure });
  }

  async #access(
    id: string,
    what: string,
    { body, response }: { readonly body: unknown; readonly response: ServerResponse },
  ): Promise<void> {
    const disk = this.resources.need(id, 'ResourceNotFound');
    const isBegin = what.toLowerCase() === 'begingetaccess';
    const result = isBegin ? this.disks.grant(disk, part({ body }, 'body')) : {};
    if (!isBegin) await this.disks.revoke(disk);
    this.#operations.begin(response, 202, { id, result });
  }

  #list(id: string, response: ServerResponse): void {
    const parent = id.replace(/\/(?:images|versions)$/i, '');
    if (/\/(?:images|versions)$/i.test(id)) this.resources.need(parent, 'ParentResourceNotFound');
    const found = this.resources.below(`${id}/`);
    send(response, 200, { value: found.map((each) => showResource(each)) });
  }
}
