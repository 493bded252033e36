/** Uploads of disks to page blobs of an Azurite, through a proxy that may refuse, cut and change what passes. */
import { readPageRanges, type PageBlob } from '../../src/store/azure-page-state.ts';
import { uploadPages, type PageOptions, type PagePlan } from '../../src/store/azure-pages.ts';
import { verifyPages } from '../../src/store/azure-page-verify.ts';
import type { PageRange } from '../../src/store/page-ranges.ts';
import { keyStore, sasStore, type StoreOptions } from '../store/azure-rig.ts';
import { contentOf, KIB, makeDisk, noise, readRange, type Disk } from '../store/page-rig.ts';
import { Azurite } from './azurite.ts';
import { FaultProxy, type Asked } from './fault-proxy.ts';
import { Scratch } from './scratch.ts';

/** Of requests: small, so that small disks take many. */
export const SIZES = { mostBytes: 64 * KIB, bridgeBytes: 4 * KIB };

/** The blob's. */
export const NAME = 'disk.vhd';

export class PageUploads implements AsyncDisposable {
  readonly azurite: Azurite;
  readonly proxy: FaultProxy;
  /** Of the test that runs. */
  container = '';
  scratch = new Scratch();
  #begun = 0;

  private constructor(azurite: Azurite, proxy: FaultProxy) {
    this.azurite = azurite;
    this.proxy = proxy;
  }

  static async start(): Promise<PageUploads> {
    const azurite = await Azurite.start();
    return new PageUploads(azurite, await FaultProxy.start(azurite.url));
  }

  /** A test begins: it has a container and a folder of its own, and everything passes. */
  async begin(): Promise<void> {
    this.container = `disks-${(this.#begun += 1)}`;
    await this.azurite.container(this.container);
    this.proxy.script = () => undefined;
    this.proxy.asked.length = 0;
    this.scratch[Symbol.dispose]();
    this.scratch = new Scratch();
  }

  /** The blob as it is reached through the proxy. */
  through(options: StoreOptions = {}): PageBlob {
    return sasStore(this.azurite, this.container, { endpoint: this.proxy.url, ...options }).pageBlob(NAME, SIZES);
  }

  /** The same, past the proxy. */
  direct(): PageBlob {
    return keyStore(this.azurite, this.container).pageBlob(NAME, SIZES);
  }

  async upload(disk: Disk, options: PageOptions = {}, target = this.through()): Promise<PagePlan> {
    return await uploadPages(target, { path: disk.path, content: await contentOf(disk, SIZES) }, options);
  }

  smallDisk(seed = 1): Disk {
    return makeDisk(this.scratch.path(`small-${seed}`), 2 ** 20, [[64 * KIB, noise(300 * KIB, seed)]]);
  }

  /** Where pages were written to, in the order in which the proxy was asked. */
  pageWrites(): readonly PageRange[] {
    return this.proxy.asked.filter(isPageWrite).map(rangeOf);
  }

  /** What keeps the blob from being the disk, complete; nothing, if all is well. @throws UserError STORE_CORRUPT */
  async differences(disk: Disk): Promise<readonly string[]> {
    const client = this.azurite.client(this.container).getPageBlobClient(NAME);
    const { contentLength, metadata = {} } = await client.getProperties();
    const content = await contentOf(disk, SIZES);
    const target = this.direct();
    const differences: string[] = [];
    if (contentLength !== disk.bytes) differences.push(`${contentLength} bytes, not ${disk.bytes}`);
    const { pages_sha256: hash, complete } = metadata;
    if (hash !== content.sha256 || complete !== 'true') differences.push(`metadata ${JSON.stringify(metadata)}`);
    for (const range of await readPageRanges(target, content, undefined)) {
      const there = await client.downloadToBuffer(range.start, range.bytes);
      if (!there.equals(readRange(disk.path, range))) differences.push(`${range.bytes} bytes at ${range.start}`);
    }
    await verifyPages(target, content);
    return differences;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.scratch[Symbol.dispose]();
    await this.proxy[Symbol.asyncDispose]();
    await this.azurite[Symbol.asyncDispose]();
  }
}

export function isPageWrite({ method, url }: Asked): boolean {
  return method === 'PUT' && new URL(url, 'http://any').searchParams.get('comp') === 'page';
}

function rangeOf({ headers }: Asked): PageRange {
  const [, start, end] = /^bytes=(\d+)-(\d+)$/.exec(String(headers['x-ms-range'])) ?? [];
  return { start: Number(start), bytes: Number(end) - Number(start) + 1 };
}
