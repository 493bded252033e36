/** What the tests of the stand-in of Azure Resource Manager begin with: one for each test, and bodies that it takes. */
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { Arm, GROUP, SUBSCRIPTION } from '../rig/arm.ts';
import { Azurite } from '../rig/azurite.ts';
import { selfSigned } from '../rig/entra.ts';
import { Scratch } from '../rig/scratch.ts';
import { askArm, goodToken, type Answered } from './arm-client.ts';

export const MIB = 2 ** 20;
export const VHD_BYTES = 20 * MIB + 512;
export const GALLERIES = '2025-12-03';
export const DISKS = '2026-03-02';

export const GALLERY = { location: 'westeurope', properties: {} };
/** An image definition, and a version of it. */
export const D = 'galleries/g/images/i';
export const V = `${D}/versions/1.0.0`;

export const id = (path: string): string =>
  `/subscriptions/${SUBSCRIPTION}/resourceGroups/${GROUP}/providers/Microsoft.Compute/${path}`;

export const definition = (change: object = {}) => ({
  location: 'westeurope',
  properties: {
    ...{ osType: 'Linux', osState: 'Generalized', hyperVGeneration: 'V2', architecture: 'x64' },
    identifier: { publisher: 'p', offer: 'o', sku: 's' },
    features: [{ name: 'SecurityType', value: 'Standard' }],
    ...change,
  },
});

export const version = (source: object, profile: object = {}, more: object = {}) => ({
  location: 'westeurope',
  properties: {
    publishingProfile: { targetRegions: [{ name: 'West Europe', regionalReplicaCount: 1 }], ...profile },
    storageProfile: { osDiskImage: { hostCaching: 'ReadWrite', source } },
    ...more,
  },
});

export const disk = (change: object = {}) => ({
  location: 'westeurope',
  sku: { name: 'Standard_LRS' },
  properties: {
    osType: 'Linux',
    hyperVGeneration: 'V2',
    creationData: { createOption: 'Upload', uploadSizeBytes: VHD_BYTES },
    ...change,
  },
});

/** The footer of a fixed VHD, as far as the stand-in looks. */
export function footer(size: number, { cookie = 'conectix', type = 2 } = {}): Buffer {
  const bytes = Buffer.alloc(512);
  bytes.write(cookie, 'latin1');
  bytes.writeBigUInt64BE(BigInt(size), 48);
  bytes.writeUInt32BE(type, 60);
  return bytes;
}

/** The stand-in, new for each test of the file, and an Azurite with `good.vhd`. */
export class ArmBench {
  readonly #scratch = new Scratch();
  readonly tls = selfSigned(this.#scratch.folder);
  #azurite: Azurite | undefined;
  #arm: Arm | undefined;

  constructor() {
    beforeAll(async () => {
      this.#azurite = await Azurite.start();
      await this.azurite.container('vhds');
      await this.makeBlob('good.vhd', VHD_BYTES, footer(20 * MIB));
    });
    afterAll(async () => {
      await this.#arm?.[Symbol.asyncDispose]();
      await this.#azurite?.[Symbol.asyncDispose]();
      this.#scratch[Symbol.dispose]();
    });
    beforeEach(async () => {
      await this.#arm?.[Symbol.asyncDispose]();
      this.#arm = await Arm.start({ azurite: this.azurite, tls: this.tls });
      this.#arm.looks = 0;
    });
  }

  get azurite(): Azurite {
    if (this.#azurite === undefined) throw new Error('no test has begun');
    return this.#azurite;
  }

  get arm(): Arm {
    if (this.#arm === undefined) throw new Error('no test has begun');
    return this.#arm;
  }

  async makeBlob(name: string, bytes: number, last: Buffer): Promise<string> {
    const blob = this.azurite.client('vhds').getPageBlobClient(name);
    await blob.create(bytes);
    await blob.uploadPages(last, bytes - 512, 512);
    return `${this.azurite.containerUrl('vhds')}/${name}`;
  }

  blobSource(name = 'good.vhd') {
    return {
      uri: `${this.azurite.containerUrl('vhds')}/${name}`,
      storageAccountId: `/subscriptions/${SUBSCRIPTION}/resourceGroups/${GROUP}/providers/Microsoft.Storage/storageAccounts/devstoreaccount1`,
    };
  }

  async ask(method: string, path: string, body?: unknown, token = goodToken()): Promise<Answered> {
    const where = path.startsWith('/') ? path : id(path);
    return await askArm({ url: this.arm.url, cert: this.tls.cert, token }, method, { path: where, body });
  }

  async put(path: string, body: unknown): Promise<Answered> {
    return await this.ask('PUT', `${path}?api-version=${versionOf(path)}`, body);
  }

  async get(path: string, query = ''): Promise<Answered> {
    return await this.ask('GET', `${path}?api-version=${versionOf(path)}${query}`);
  }

  async remove(path: string): Promise<Answered> {
    return await this.ask('DELETE', `${path}?api-version=${versionOf(path)}`);
  }

  async withDefinition(change: object = {}): Promise<void> {
    const answers = [await this.put('galleries/g', GALLERY), await this.put(D, definition(change))];
    if (answers.some(({ status }) => status !== 201)) throw new Error(`not made: ${JSON.stringify(answers)}`);
  }
}

function versionOf(path: string): string {
  return path.startsWith('disks') ? DISKS : GALLERIES;
}
