/** A tree with a baked image, an Azurite that it is uploaded to, and the stand-in of Azure Resource Manager. */
import { execFileSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readdirSync, readFileSync, truncateSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { PieceReader } from '../../src/host/file-pieces.ts';
import { dataRanges } from '../../src/image/data-ranges.ts';
import { turnIntoFixedVhd } from '../../src/image/fixed-vhd.ts';
import { sha256 } from '../../src/model/digest.ts';
import { formatImageRecord, IMAGE_FORMAT, type ImageRecord } from '../../src/recipe/image-record.ts';
import { readPageContent } from '../../src/store/page-content.ts';
import { Arm, GROUP, SUBSCRIPTION, type ArmOptions } from '../rig/arm.ts';
import { Azurite } from '../rig/azurite.ts';
import { managedIdentity, selfSigned, type ManagedIdentity } from '../rig/entra.ts';
import { Rig, type CommandEnd, type Running } from '../rig/rig.ts';
import { Scratch } from '../rig/scratch.ts';
import { noise } from '../store/page-rig.ts';

const GIB = 2 ** 30;
/** Boots both ways, as far as its tables tell. */
const TABLE = `label: gpt
size=1MiB, type=21686148-6449-6E6F-744E-656564454649
size=100MiB, type=uefi
type=linux
`;

/** A disk of 1 GiB with little in it, and its record beside it. @returns the record */
export async function bakeImage(
  rig: Rig,
  change: Partial<ImageRecord> & { readonly seed?: number } = {},
): Promise<ImageRecord> {
  const { seed = 1, ...fields } = change;
  const { name = 'node', version = '1.7.0' } = fields;
  const folder = `out/images/${name}/${version}`;
  rig.write(`${folder}/disk.raw`, '');
  truncateSync(rig.path(folder, 'disk.raw'), GIB);
  execFileSync('/usr/sbin/sfdisk', ['--quiet', rig.path(folder, 'disk.raw')], { input: TABLE });
  const file = openSync(rig.path(folder, 'disk.raw'), 'r+');
  writeSync(file, Buffer.from([0xeb, 0x63]), 0, 2, 0);
  writeSync(file, noise(2 ** 20, seed), 0, 2 ** 20, GIB / 2);
  closeSync(file);
  const path = rig.path(folder, 'disk.vhd');
  await turnIntoFixedVhd(rig.path(folder, 'disk.raw'), path, {
    contentSha256: sha256(`disk ${seed}`),
    epochSeconds: 1_700_000_000,
  });
  await using reader = await PieceReader.open(path);
  const content = await readPageContent(reader, await dataRanges(path));
  const record = { ...recordOf(content.bytes, content.sha256), ...fields };
  rig.write(`${folder}/image.json`, formatImageRecord(record));
  return record;
}

function recordOf(fileBytes: number, contentSha256: ImageRecord['disk']['contentSha256']): ImageRecord {
  const digest = sha256('');
  return {
    format: IMAGE_FORMAT,
    ...{ name: 'node', version: '1.7.0', architecture: 'x64', generations: ['V1', 'V2'], secureBoot: true },
    disk: {
      ...{ file: 'disk.vhd', virtualBytes: GIB, fileBytes, dataBytes: 2 ** 20, contentSha256 },
      ...{ tableId: '7D1C9A0E-0000-4000-8000-000000000001', partitions: [] },
    },
    inputs: {
      ...{ definition: digest, lock: digest, base: digest, bootstrap: digest, disk: digest, hooks: [] },
      dcos: { variant: null, bootstrapId: 'a'.repeat(40), packageIds: ['curl--1'], version: '1.7.0' },
      tool: 'dcos-build 0.1.0',
      sourceDateEpoch: 1_700_000_000,
    },
    ...{ packages: [], roles: ['master', 'slave'], users: [], kernelParameters: ['console=ttyS0'], checks: [] },
    marketplace: { publisher: 'example', offer: 'dcos', sku: 'node' },
    bom: 'bom.cdx.json',
  };
}

export interface GalleryRigOptions {
  readonly gallery?: object;
  readonly marketplace?: object;
  readonly arm?: Partial<ArmOptions>;
}

export class GalleryRig implements AsyncDisposable {
  readonly rig = new Rig();
  readonly azurite: Azurite;
  readonly arm: Arm;
  readonly identity: ManagedIdentity;
  /** Files with a certificate and its key, for other servers on loopback too. */
  readonly tls: { readonly cert: string; readonly key: string };
  /** Of the environment of every run, beside who is logged in. */
  surroundings: Readonly<Record<string, string>> = {};
  readonly #certificates: Scratch;

  private constructor(parts: Pick<GalleryRig, 'azurite' | 'arm' | 'identity' | 'tls'>, certificates: Scratch) {
    this.azurite = parts.azurite;
    this.arm = parts.arm;
    this.identity = parts.identity;
    this.tls = parts.tls;
    this.#certificates = certificates;
  }

  /** With an image for generation 2 that is uploaded already. */
  static async startUploaded(): Promise<GalleryRig> {
    const rig = await GalleryRig.start();
    await bakeImage(rig.rig, { generations: ['V2'] });
    await rig.upload();
    return rig;
  }

  static async start(options: GalleryRigOptions = {}): Promise<GalleryRig> {
    const certificates = new Scratch();
    const tls = selfSigned(certificates.folder);
    const azurite = await Azurite.start();
    const arm = await Arm.start({ azurite, tls, ...options.arm });
    const made = new GalleryRig({ azurite, arm, tls, identity: await managedIdentity() }, certificates);
    await azurite.container('images');
    made.configure(options);
    return made;
  }

  configure({ gallery = {}, marketplace = {} }: GalleryRigOptions): void {
    const settings = {
      ...{ subscription: SUBSCRIPTION, resourceGroup: GROUP, gallery: 'dcos', location: 'westeurope' },
      ...{
        regions: ['westeurope', { name: 'northeurope', replicas: 2 }],
        resourceManager: this.arm.url,
        pollSeconds: 0,
      },
      ...gallery,
    };
    const storages = { images: { kind: 'azure', connectionString: '${IMAGES}', container: 'images' } };
    this.rig.write('dcos-build.config.json', JSON.stringify({ storages, gallery: settings, marketplace }));
  }

  /** The environment of who is logged in. */
  get env(): Readonly<Record<string, string>> {
    const places = { NODE_EXTRA_CA_CERTS: this.tls.cert, IMAGES: this.azurite.connectionString() };
    return { ...this.identity.env, ...places, ...this.surroundings };
  }

  start(args: readonly string[], env: Readonly<Record<string, string>> = this.env): Running {
    return this.rig.start(['image', ...args], env);
  }

  /** Runs to its end; no token and no signature is in what it prints, whatever the test is about. */
  async run(...args: readonly string[]): Promise<CommandEnd> {
    const end = await this.start(args).end;
    const said = end.stdout + end.stderr;
    const isLeaked = /\bsig=(?!\*\*\*)|Bearer ey|AccountKey/.test(said);
    if (isLeaked || this.identity.tokens.some((token) => said.includes(token))) throw new Error(`a secret in: ${said}`);
    return end;
  }

  /** Uploads a baked image to where registrations look for it. */
  async upload(word = 'node'): Promise<void> {
    const end = await this.run('upload', word, 'images', '--no-verify');
    if (end.status !== 0) throw new Error(end.stderr);
  }

  /** What the journals of registrations that are not at their end say that was made: kinds of resources, in order. */
  journal(): readonly string[] {
    const folder = this.rig.path('out/state/registrations');
    const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];
    const made: { readonly kind: string }[] = files.flatMap(
      (file) => JSON.parse(readFileSync(join(folder, file), 'utf8')).made,
    );
    return made.map(({ kind }) => kind);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.rig[Symbol.dispose]();
    this.#certificates[Symbol.dispose]();
    await Promise.all([this.arm, this.azurite, this.identity].map((each) => each[Symbol.asyncDispose]()));
  }
}
