/**
 * Azurite, the emulator of Blob Storage, in this process on loopback: it starts in some 30 ms, keeps everything in memory,
 * and is gone with it. Keep blobs small (a few MiB): what is deleted takes memory until it is closed.
 */
import {
  BlobSASPermissions,
  BlobServiceClient,
  ContainerSASPermissions,
  generateBlobSASQueryParameters,
  StorageSharedKeyCredential,
  type ContainerClient,
} from '@azure/storage-blob';
import { createRequire } from 'node:module';

/** What is used of Azurite, which has no types of its own, and whose main module is an extension of an editor. */
interface AzuriteServer {
  start(): Promise<void>;
  close(): Promise<void>;
  getHttpServerAddress(): string;
}

const require = createRequire(import.meta.url);
const {
  default: Configuration,
}: { default: new (...settings: readonly unknown[]) => object } = require('azurite/dist/src/blob/BlobConfiguration.js');
const {
  default: Server,
}: { default: new (configuration: object) => AzuriteServer } = require('azurite/dist/src/blob/BlobServer.js');
const {
  MemoryExtentChunkStore: Memory,
}: { MemoryExtentChunkStore: new () => object } = require('azurite/dist/src/common/persistence/MemoryExtentStore.js');

/** The account that every Azurite has; its key is no secret, it stands in Azurite's documentation. */
const ACCOUNT = 'devstoreaccount1';
const ACCOUNT_KEY = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

const HOUR_MS = 3_600_000;
const KEEP_ALIVE_SECONDS = 5;

export interface SasOptions {
  /** Letters of `racwdl` and so on. Default: all that a container can give. */
  readonly permissions?: string;
  /** When it ends, from now, in milliseconds; negative: it has ended. Default: an hour. */
  readonly expiresInMs?: number;
  /** When it begins, from now, in milliseconds. Default: two hours ago. */
  readonly startsInMs?: number;
}

export class Azurite implements AsyncDisposable {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  readonly #close: () => Promise<void>;
  readonly #key = new StorageSharedKeyCredential(ACCOUNT, ACCOUNT_KEY);

  private constructor(url: string, close: () => Promise<void>) {
    this.url = url;
    this.#close = close;
  }

  /**
   * Starts one on a free port.
   *
   * @param tls files with a certificate and its key: it is asked over https then, and takes tokens of Entra ID too, of
   *   which it looks at everything but the signature
   */
  static async start(tls?: { readonly cert: string; readonly key: string }): Promise<Azurite> {
    const noPaths = { metadata: '', extents: '', persistence: new Array<object>() };
    const noLogs = [false, undefined, false, undefined];
    // The library speaks a version of the protocol that is newer than this Azurite, and works.
    const strict = { isLoose: false, skipApiVersionCheck: true };
    const http = tls === undefined ? ['', '', '', undefined, false] : [tls.cert, tls.key, '', 'basic', false];
    const settings = new Configuration(
      ...['127.0.0.1', 0, KEEP_ALIVE_SECONDS, ...Object.values(noPaths), ...noLogs, ...Object.values(strict)],
      ...[...http, true, new Memory()],
    );
    const started = new Server(settings);
    await started.start();
    return new Azurite(started.getHttpServerAddress(), () => started.close());
  }

  /** @param endpoint where it is asked: its own address, or that of a proxy before it */
  connectionString(endpoint = this.url): string {
    return [
      'DefaultEndpointsProtocol=http',
      `AccountName=${ACCOUNT}`,
      `AccountKey=${ACCOUNT_KEY}`,
      `BlobEndpoint=${endpoint}/${ACCOUNT}`,
    ].join(';');
  }

  /** What the test itself looks at a container with, past everything that it puts between. */
  client(container: string): ContainerClient {
    const service = new BlobServiceClient(`${this.url}/${ACCOUNT}`, this.#key, { retryOptions: { maxTries: 1 } });
    return service.getContainerClient(container);
  }

  /** Makes a container. @returns its URL, without any credential */
  async container(name: string): Promise<string> {
    await this.client(name).create();
    return this.containerUrl(name);
  }

  containerUrl(container: string, endpoint = this.url): string {
    return `${endpoint}/${ACCOUNT}/${container}`;
  }

  /** A SAS of a container, as it stands in a URL after `?`. */
  sas(container: string, options: SasOptions = {}): string {
    const { permissions = 'racwdl', expiresInMs = HOUR_MS, startsInMs = -2 * HOUR_MS } = options;
    const now = Date.now();
    return generateBlobSASQueryParameters(
      {
        containerName: container,
        permissions: ContainerSASPermissions.parse(permissions),
        startsOn: new Date(now + startsInMs),
        expiresOn: new Date(now + expiresInMs),
      },
      this.#key,
    ).toString();
  }

  /** The signed URL of one blob, as a managed disk hands it out. @param permissions letters of `rw` */
  blobUrl(container: string, blob: string, permissions: string): string {
    const sas = generateBlobSASQueryParameters(
      {
        ...{ containerName: container, blobName: blob, expiresOn: new Date(Date.now() + HOUR_MS) },
        permissions: BlobSASPermissions.parse(permissions),
      },
      this.#key,
    );
    return `${this.containerUrl(container)}/${blob}?${sas.toString()}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close();
  }
}
