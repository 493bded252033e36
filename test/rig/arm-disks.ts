/** Managed disks that are uploaded to: their states, and the page blob behind each, in an Azurite. */
import type { Azurite } from './azurite.ts';
import { checkVhd } from './arm-galleries.ts';
import { part, Refusal, text, type Body, type Resource } from './arm-resources.ts';

const CONTAINER = 'md-uploads';
const LEAST = 20_972_032;
const MOST = 35_183_298_347_520;

export class DiskUploads {
  readonly #azurite: Azurite;
  #isOpen = false;

  constructor(azurite: Azurite) {
    this.#azurite = azurite;
  }

  /** What the body of a PUT has to have, beyond what schemas say. */
  check(body: Body): void {
    const creation = part(body, 'properties', 'creationData');
    if (text(creation, 'createOption') !== 'Upload') return;
    const bytes = Number(creation['uploadSizeBytes'] ?? 0);
    if (bytes < LEAST || bytes > MOST || bytes % 512 !== 0 || (bytes - 512) % 2 ** 20 !== 0) {
      throw new Refusal(400, 'InvalidParameter', `uploadSizeBytes ${bytes} is not that of a fixed VHD of whole MiB.`);
    }
  }

  /** An empty page blob of the size that was named. */
  async make(disk: Resource): Promise<void> {
    const container = this.#azurite.client(CONTAINER);
    if (!this.#isOpen) await container.createIfNotExists();
    this.#isOpen = true;
    const bytes = Number(part(disk.body, 'properties', 'creationData')['uploadSizeBytes'] ?? 0);
    await container.getPageBlobClient(blobOf(disk)).create(bytes);
    disk.properties = { ...disk.properties, diskState: 'ReadyToUpload' };
  }

  /** Again for a disk that is written to already: whoever was killed asks anew. */
  grant(disk: Resource, body: Body): Body {
    if (body['access'] !== 'Write' || !(Number(body['durationInSeconds']) > 0)) {
      throw new Refusal(400, 'InvalidParameter', "Only access 'Write' for some seconds is given to an upload disk.");
    }
    const state = String(disk.properties['diskState']);
    if (state !== 'ReadyToUpload' && state !== 'ActiveUpload') {
      throw new Refusal(409, 'OperationNotAllowed', `The disk '${disk.name}' is ${state}.`);
    }
    disk.properties = { ...disk.properties, diskState: 'ActiveUpload' };
    return { accessSAS: this.#azurite.blobUrl(CONTAINER, blobOf(disk), 'rw') };
  }

  async revoke(disk: Resource): Promise<void> {
    if (disk.properties['diskState'] !== 'ActiveUpload') {
      throw new Refusal(
        409,
        'OperationNotAllowed',
        `The disk '${disk.name}' is ${String(disk.properties['diskState'])}.`,
      );
    }
    const blob = this.pages(disk);
    const { contentLength = 0 } = await blob.getProperties();
    await checkVhd((start, bytes) => blob.downloadToBuffer(start, bytes), contentLength);
    disk.properties = { ...disk.properties, diskState: 'Unattached', diskSizeBytes: contentLength - 512 };
  }

  pages(disk: Resource) {
    return this.#azurite.client(CONTAINER).getPageBlobClient(blobOf(disk));
  }
}

function blobOf({ name }: Resource): string {
  return `${name.toLowerCase()}/abcd`;
}
