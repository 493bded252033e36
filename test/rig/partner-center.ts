/**
 * A small Partner Center over https on loopback: the Product Ingestion API for one offer of virtual machines. It keeps the
 * technical configuration of each plan and the submissions, takes changes as jobs that are asked for, and refuses what the
 * service would.
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text as bodyText } from 'node:stream/consumers';
import { Ajv, type ValidateFunction } from 'ajv';
import { send } from './arm-operations.ts';
import { list, part, Refusal, text, type Body } from './arm-resources.ts';
import { hasSchemas, SCHEMAS } from './bicep-types.ts';
import { refuseToken } from './entra.ts';
import { listenOnLoopback } from './loopback.ts';

export const PRODUCT = 'product/11111111-aaaa-4aaa-8aaa-000000000001';
export const PLAN = 'plan/11111111-aaaa-4aaa-8aaa-000000000001/22222222-bbbb-4bbb-8bbb-000000000002';
const CONFIGURATION = PLAN.replace('plan/', 'virtual-machine-plan-technical-configuration/');
/** What is written has to be in the newest schema; what is read may still be in an older one. */
const NEWEST = '2026-04-01-preview1';

interface Job {
  looksLeft: number;
  readonly errors: readonly { readonly code: string; readonly message: string }[];
}

export interface Posted {
  readonly url: string;
  readonly body: unknown;
}

export class PartnerCenter implements AsyncDisposable {
  /** `https://127.0.0.1:<port>/rp/product-ingestion` */
  readonly url: string;
  /** The offer and the plan, as people name them. */
  readonly names = { offer: 'dcos', plan: 'node' };
  configuration: Body | undefined;
  readonly submissions: Body[] = [];
  readonly posted: Posted[] = [];
  /** Answers to come instead of those that would be given. */
  readonly faults: { readonly status: number; readonly headers?: Record<string, string> }[] = [];
  /** How many changes to come are taken, and their answers lost. */
  lostAnswers = 0;
  /** Whether no job is known any more. */
  forgets = false;
  readonly #jobs: Job[] = [];
  readonly #validate: ValidateFunction | undefined;
  readonly #close: () => Promise<void>;

  private constructor(url: string, close: () => Promise<void>) {
    this.url = url;
    this.#close = close;
    if (!hasSchemas) return;
    const schema = JSON.parse(readFileSync(`${SCHEMAS}/product-ingestion-vm.schema.json`, 'utf8'));
    this.#validate = new Ajv({ strict: false, allErrors: true }).compile(schema);
  }

  static async start(tls: { readonly cert: string; readonly key: string }): Promise<PartnerCenter> {
    const options = { cert: readFileSync(tls.cert), key: readFileSync(tls.key) };
    const server = createServer(options, (request, response) => void center.#serve(request, response));
    const { port, close } = await listenOnLoopback(server);
    const center = new PartnerCenter(`https://127.0.0.1:${port}/rp/product-ingestion`, close);
    return center;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '' } = request;
    const sent = await bodyText(request).catch(() => '');
    const fault = this.faults.shift();
    try {
      if (fault !== undefined) return send(response, fault.status, undefined, fault.headers);
      refuseToken(request, 'https://graph.microsoft.com');
      const { pathname, searchParams } = new URL(url, this.url);
      const path = pathname.replace('/rp/product-ingestion/', '');
      if (!searchParams.has('$version'))
        throw new Refusal(400, 'invalidRequest', 'The query parameter $version is missing.');
      if (method === 'GET') return send(response, 200, this.#read(path, searchParams));
      if (path !== 'configure') throw new Refusal(404, 'resourceNotFound', `There is no ${path} to post to.`);
      const body: unknown = JSON.parse(sent);
      this.posted.push({ url, body });
      const answer = this.#configure(body);
      if (this.lostAnswers === 0) return send(response, 202, answer);
      this.lostAnswers -= 1;
      return void response.destroy();
    } catch (error) {
      const refusal = error instanceof Refusal ? error : new Refusal(500, 'StandInBroken', String(error));
      return send(response, refusal.status, { error: { code: refusal.code, message: refusal.message } });
    }
  }

  #read(path: string, query: URLSearchParams): Body {
    const named = query.get('externalId');
    if (path === 'product')
      return { value: named === this.names.offer ? [{ id: PRODUCT, type: 'azureVirtualMachine' }] : [] };
    if (path === 'plan') {
      const isThere = named === this.names.plan && query.get('product') === PRODUCT;
      return { value: isThere ? [{ id: PLAN, product: PRODUCT }] : [] };
    }
    if (path === CONFIGURATION && this.configuration !== undefined) return this.configuration;
    if (path === `submission/${PRODUCT}`) return { value: this.submissions };
    const job = /^configure\/(\d+)\/status$/.exec(path)?.[1];
    if (job !== undefined && this.forgets) throw new Refusal(404, 'resourceNotFound', 'There is no such job.');
    if (job !== undefined) return this.#job(Number(job));
    throw new Refusal(404, 'resourceNotFound', `There is no ${path}.`);
  }

  #configure(body: unknown): Body {
    const errors: Job['errors'][number][] = [];
    if (!String(part({ body }, 'body')['$schema']).includes('/schema/configure/')) {
      throw new Refusal(400, 'invalidRequest', 'The body has no $schema of configure.');
    }
    for (const resource of list(body, 'resources')) {
      const mistakes = /\/submission\//.test(String(resource['$schema']))
        ? this.#submit(resource)
        : this.#change(resource);
      errors.push(...mistakes.map(([code, message]) => ({ code, message })));
    }
    this.#jobs.push({ looksLeft: 2, errors });
    return this.#job(this.#jobs.length - 1);
  }

  #job(index: number): Body {
    const job = this.#jobs[index];
    if (job === undefined) throw new Refusal(404, 'resourceNotFound', 'There is no such job.');
    const { looksLeft, errors } = job;
    job.looksLeft -= 1;
    const states = ['completed', 'running', 'notStarted'];
    const jobStatus = states[Math.max(looksLeft, 0)];
    const jobResult = looksLeft > 0 ? 'pending' : errors.length > 0 ? 'failed' : 'succeeded';
    return { jobId: String(index), jobStatus, jobResult, errors: looksLeft > 0 ? [] : errors };
  }

  #change(resource: Body): (readonly [string, string])[] {
    const mistakes = this.#mistakes(resource);
    if (mistakes.length === 0) this.configuration = { ...structuredClone(resource), id: CONFIGURATION };
    return mistakes;
  }

  #mistakes(resource: Body): (readonly [string, string])[] {
    if ('id' in resource) return [['schemaValidationError', 'The property id is set by the service.']];
    if (!String(resource['$schema']).endsWith(`/virtual-machine-plan-technical-configuration/${NEWEST}`)) {
      return [['schemaValidationError', `Only the schema ${NEWEST} can be written.`]];
    }
    if (this.#validate?.(resource) === false) {
      return (this.#validate.errors ?? []).map(({ instancePath, message }) => [
        'schemaValidationError',
        `${instancePath} ${message}`,
      ]);
    }
    const versions = list(resource, 'vmImageVersions');
    const active = versions.filter((version) => text(version, 'lifecycleState') !== 'deleted');
    const types = new Set(
      active.flatMap((version) => list(version, 'vmImages').map((image) => text(image, 'imageType'))),
    );
    const skus = list(resource, 'skus');
    const empty = skus.find((sku) => !types.has(text(sku, 'imageType')));
    if (empty !== undefined)
      return [['businessValidationError', `The SKU '${text(empty, 'skuId')}' has no active image.`]];
    const lacking = [...types].find((type) => !skus.some((sku) => text(sku, 'imageType') === type));
    if (lacking !== undefined) return [['businessValidationError', `There is no SKU for images of type '${lacking}'.`]];
    const ids = skus.map((sku) => text(sku, 'skuId'));
    if (new Set(ids).size < ids.length) return [['businessValidationError', 'Two SKUs have the same id.']];
    if (!skus.some((sku) => text(sku, 'skuId') === this.names.plan)) {
      return [['businessValidationError', `No SKU is called '${this.names.plan}', as the plan is.`]];
    }
    const numbers = versions.map((version) => text(version, 'versionNumber'));
    const lost = list(this.configuration, 'vmImageVersions').find(
      (version) => !numbers.includes(text(version, 'versionNumber')),
    );
    return lost === undefined
      ? []
      : [['businessValidationError', `The version ${text(lost, 'versionNumber')} cannot be taken away.`]];
  }

  #submit(resource: Body): (readonly [string, string])[] {
    if (this.submissions.some(({ status }) => status === 'running')) {
      return [['invalidState', 'A submission is running.']];
    }
    const target = text(part(resource, 'target'), 'targetType');
    const previews = this.submissions.filter((each) => text(part(each, 'target'), 'targetType') === 'preview');
    const [preview] = previews.toSorted((a, b) => String(b['created']).localeCompare(String(a['created']), 'en'));
    if (target === 'live' && (preview === undefined || resource['id'] !== preview['id'])) {
      return [['invalidState', 'Only a certified preview goes live.']];
    }
    const count = this.submissions.length;
    this.submissions.push({
      ...{ id: `submission/${PRODUCT.slice('product/'.length)}/${count + 1}`, target: { targetType: target } },
      ...{ status: 'running', result: 'pending', created: new Date(Date.UTC(2026, 10, 30, 9, count)).toISOString() },
    });
    return [];
  }
}
