/** What `image publish` with a signed URL talks to: Partner Center, and the storage that an image was uploaded to. */
import { CloudStorage } from '../rig/cloud-storage.ts';
import { PartnerCenter } from '../rig/partner-center.ts';
import { GalleryRig } from './gallery-rig.ts';

export class PublishRig implements AsyncDisposable {
  readonly gallery: GalleryRig;
  readonly center: PartnerCenter;
  readonly storage: CloudStorage;

  private constructor(gallery: GalleryRig, center: PartnerCenter, storage: CloudStorage) {
    this.gallery = gallery;
    this.center = center;
    this.storage = storage;
    gallery.surroundings = storage.env;
    this.configure(center.url);
  }

  static async start(): Promise<PublishRig> {
    const gallery = await GalleryRig.startUploaded();
    const center = await PartnerCenter.start(gallery.tls);
    return new PublishRig(gallery, center, await CloudStorage.start(gallery.azurite, gallery.tls));
  }

  /** @param endpoint of Partner Center */
  configure(endpoint: string): void {
    this.gallery.configure({ marketplace: { endpoint, tenant: 'first', pollSeconds: 0 } });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.storage[Symbol.asyncDispose]();
    await this.center[Symbol.asyncDispose]();
    await this.gallery[Symbol.asyncDispose]();
  }
}
