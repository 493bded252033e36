/**
 * Artifacts as block blobs below a prefix of one container. The only room of the program that knows Azure is this one and
 * its siblings `azure-*.ts`; the library is loaded with the first request.
 */
import { remove } from '../host/files.ts';
import { PieceWriter } from '../host/file-pieces.ts';
import type { HashedBytes } from '../host/hash-file.ts';
import { byCodePoint } from '../model/order.ts';
import { checkName } from './artifact-name.ts';
import type {
  ArtifactStore,
  Condition,
  Listed,
  PutOptions,
  ReadableStore,
  SharedStore,
  ShareOptions,
  TransferOptions,
  VersionedText,
  WriteOptions,
} from './artifact-store.ts';
import { Buffers } from './azure-buffers.ts';
import { copyBlob } from './azure-copy.ts';
import { downloadBlob } from './azure-download.ts';
import { failureOf } from './azure-failure.ts';
import { UPLOAD_SIZES, WRITE_SIZES, type UploadSizes } from './azure-limits.ts';
import { listBlobs } from './azure-list.ts';
import type { PageBlob } from './azure-page-state.ts';
import { showPlace, type AzurePlace } from './azure-place.ts';
import { readSas, sharedSas } from './azure-sas.ts';
import { AzureSession, type SessionOptions } from './azure-session.ts';
import { uploadBytes, uploadFile, type Upload } from './azure-upload.ts';
import { conditionsOf, isConditionFailure } from './azure-write.ts';
import { DirectoryStore } from './directory.ts';
import type { WriteSizes } from './page-ranges.ts';

export interface AzureOptions extends Partial<SessionOptions> {
  readonly sizes?: UploadSizes;
  /** For all that is on its way at once, in bytes. */
  readonly memoryBytes?: number;
  /** Blobs up to this many bytes are copied between containers in one request. */
  readonly syncCopyBytes?: number;
}

const MEMORY_BYTES = 48 * 2 ** 20;

export class AzureBlobStore implements ArtifactStore {
  readonly location: string;
  readonly #session: AzureSession;
  readonly #prefix: string;
  readonly #upload: Omit<Upload, 'blob'>;
  readonly #syncCopyBytes: number | undefined;

  constructor(place: AzurePlace, options: AzureOptions = {}) {
    const { attempts = 5, retryBaseMs = 500, stallMs = 60_000, sizes = UPLOAD_SIZES } = options;
    const session = new AzureSession(place, { attempts, retryBaseMs, stallMs });
    this.location = showPlace(place);
    this.#session = session;
    this.#prefix = place.prefix;
    this.#upload = { session, sizes, buffers: new Buffers(options.memoryBytes ?? MEMORY_BYTES, sizes.blockBytes) };
    this.#syncCopyBytes = options.syncCopyBytes;
  }

  /**
   * The place as a URL that carries the right to read it, for plain downloads. It is a secret while it holds.
   *
   * @param forMs how long it is to hold, in milliseconds
   */
  async readableUrl(forMs: number, signal?: AbortSignal): Promise<string> {
    return `${this.location}?${await readSas(this.#session, { forMs, signal })}`;
  }

  async has(name: string, { signal }: TransferOptions = {}): Promise<boolean> {
    const client = await this.#client(name);
    return await this.#session.ask({ right: 'r', signal }, async (attempt) =>
      this.#orNone(async () => (await client.getProperties({ abortSignal: attempt.signal }), true), false),
    );
  }

  async readText(name: string, options?: TransferOptions): Promise<string | undefined> {
    return (await this.readVersion(name, options))?.text;
  }

  async readVersion(name: string, options?: TransferOptions): Promise<VersionedText | undefined> {
    let chunks: Uint8Array[] = [];
    const sink = {
      write: async (chunk: Uint8Array) => void chunks.push(chunk),
      empty: async () => void (chunks = []),
    };
    const received = await downloadBlob(this.#session, this.#blob(name), sink, options);
    if (received === undefined) return undefined;
    return { text: Buffer.concat(chunks).toString(), version: received.version };
  }

  async get(name: string, path: string, options?: TransferOptions): Promise<HashedBytes | undefined> {
    const blob = this.#blob(name);
    await using writer = await PieceWriter.open(path);
    const received = await downloadBlob(this.#session, blob, writer, options);
    if (received !== undefined) {
      await writer.sync();
      return { sha256: received.sha256, bytes: received.bytes };
    }
    await remove(path);
    return undefined;
  }

  async writeText(name: string, text: string, options: WriteOptions = {}): Promise<boolean> {
    return await uploadBytes({ ...this.#upload, blob: this.#blob(name) }, Buffer.from(text), options);
  }

  async put(name: string, path: string, options: PutOptions = {}): Promise<boolean> {
    const isWritten = await uploadFile({ ...this.#upload, blob: this.#blob(name) }, path, options);
    if (isWritten && options.keep !== true) await remove(path);
    return isWritten;
  }

  async list(prefix: string, { signal }: TransferOptions = {}): Promise<ReadonlyMap<string, Listed>> {
    const found = await listBlobs(this.#session, `${this.#prefix}${prefix}`, signal);
    const named = found.map(([blob, listed]) => [blob.slice(this.#prefix.length), listed] as const);
    return new Map(named.toSorted(([a], [b]) => byCodePoint(a, b)));
  }

  /** Writing the metadata again gives a new ETag, and leaves the content alone. */
  async touch(name: string, { signal }: TransferOptions = {}): Promise<boolean> {
    const client = await this.#client(name);
    return await this.#session.ask({ right: 'w', signal }, async (attempt) =>
      this.#orNone(async () => {
        const abortSignal = attempt.signal;
        for (;;) {
          const { metadata = {}, etag = '' } = await client.getProperties({ abortSignal });
          try {
            await client.setMetadata(metadata, { abortSignal, conditions: { ifMatch: etag } });
            return true;
          } catch (error) {
            // Somebody wrote in between, whose metadata must stay.
            if (!isConditionFailure(error, { kind: 'version', version: etag })) throw error;
          }
        }
      }, false),
    );
  }

  async remove(name: string, options: TransferOptions & { readonly condition?: Condition } = {}): Promise<boolean> {
    const { condition, signal } = options;
    if (condition?.kind === 'absent') return false;
    const client = await this.#client(name);
    const conditions = conditionsOf(condition);
    return await this.#session.ask({ right: 'd', signal }, async (attempt) => {
      try {
        // After a try whose answer was lost, none of that name means that it was done.
        return await this.#orNone(async () => {
          await client.delete({ abortSignal: attempt.signal, conditions, deleteSnapshots: 'include' });
          return true;
        }, attempt.isUnsure);
      } catch (error) {
        if (condition === undefined || !isConditionFailure(error, condition)) throw error;
        return false;
      }
    });
  }

  async copyFrom(
    from: ReadableStore,
    name: string,
    to: string,
    options: PutOptions = {},
  ): Promise<boolean | undefined> {
    if (from instanceof DirectoryStore) return await this.put(to, from.path(name), { ...options, keep: true });
    if (!(from instanceof AzureBlobStore)) return undefined;
    const copy = { from: from.#session, fromBlob: from.#blob(name), to: this.#session, toBlob: this.#blob(to) };
    const syncBytes = this.#syncCopyBytes;
    return await copyBlob({ ...copy, ...(syncBytes === undefined ? {} : { syncBytes }) }, options);
  }

  /** The link opens the whole container: a SAS knows no prefixes. */
  async share(options: ShareOptions): Promise<SharedStore> {
    const { sas, expiresMs } = await sharedSas(this.#session, options);
    return { url: `${this.location}?${sas}`, expiresMs };
  }

  /** A name for a page blob, as disks are: see `azure-pages.ts`. @param sizes of its requests */
  pageBlob(name: string, sizes: WriteSizes = WRITE_SIZES): PageBlob {
    return { session: this.#session, blob: this.#blob(name), sizes };
  }

  /** The URL of a blob, without any right. */
  urlOf(name: string): string {
    return showPlace({ ...this.#session.place, prefix: this.#blob(name) });
  }

  #blob(name: string): string {
    return this.#prefix + checkName(name);
  }

  async #client(name: string) {
    const blob = this.#blob(name);
    return (await this.#session.container()).getBlobClient(blob);
  }

  async #orNone<Result>(work: () => Promise<Result>, none: Result): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      if (failureOf(error, this.#session.redact)?.code === 'BlobNotFound') return none;
      throw error;
    }
  }
}
