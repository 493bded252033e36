/** Galleries, image definitions and versions as the service rules them, beyond what schemas say. */
import type { Azurite } from './azurite.ts';
import { list, part, Refusal, region, text, type Body, type Resource, type Resources } from './arm-resources.ts';

export interface GalleryRules {
  readonly resources: Resources;
  readonly azurite: Azurite;
}

const MOST_REPLICAS = 100;
const MIB = 2 ** 20;
const FOOTER = 512;

export function checkGallery(name: string): void {
  // The published pattern admits them, the service does not.
  if (name.includes('-')) throw new Refusal(400, 'InvalidParameter', `The gallery name '${name}' contains a dash.`);
}

export function checkDefinition(
  resource: { readonly id: string; readonly body: Body },
  { resources }: GalleryRules,
): void {
  const { id, body } = resource;
  const gallery = id.replace(/\/images\/[^/]+$/i, '');
  resources.need(gallery, 'ParentResourceNotFound');
  const properties = part(body, 'properties');
  const there = resources.get(id);
  if (there !== undefined) refuseChanges(part(there.body, 'properties'), properties);
  const own = identifierOf(properties);
  const twin = resources
    .below(`${gallery}/images/`)
    .find(
      (other) => other.id.toLowerCase() !== id.toLowerCase() && identifierOf(part(other.body, 'properties')) === own,
    );
  if (twin !== undefined)
    throw new Refusal(409, 'Conflict', `The identifier ${own} is that of '${twin.name}' already.`);
  const security = text(
    list(properties, 'features').find((feature) => feature['name'] === 'SecurityType'),
    'value',
  );
  if (properties['hyperVGeneration'] === 'V1' && security !== undefined && security !== 'Standard') {
    throw new Refusal(400, 'InvalidParameter', `SecurityType '${security}' needs Hyper-V generation V2.`);
  }
}

const IMMUTABLE = ['osType', 'osState', 'identifier', 'hyperVGeneration', 'architecture', 'purchasePlan'];

function refuseChanges(there: Body, asked: Body): void {
  const changed = IMMUTABLE.find((key) => JSON.stringify(there[key]) !== JSON.stringify(asked[key]));
  if (changed === undefined) return;
  throw new Refusal(
    409,
    'PropertyChangeNotAllowed',
    `Changing property 'galleryImage.properties.${changed}' is not allowed.`,
  );
}

function identifierOf(properties: Body): string {
  const { publisher, offer, sku } = part(properties, 'identifier');
  return `${String(publisher)}/${String(offer)}/${String(sku)}`.toLowerCase();
}

export async function checkVersion(
  resource: { readonly id: string; readonly name: string; readonly body: Body },
  rules: GalleryRules,
): Promise<void> {
  const { id, name, body } = resource;
  const definition = rules.resources.need(id.replace(/\/versions\/[^/]+$/i, ''), 'ParentResourceNotFound');
  const parts = name.split('.');
  if (parts.length !== 3 || parts.some((each) => !/^\d+$/.test(each) || Number(each) > 2_147_483_647)) {
    throw new Refusal(
      400,
      'InvalidParameter',
      `The version name '${name}' is not Major.Minor.Patch of 32-bit integers.`,
    );
  }
  const profile = part(body, 'properties', 'publishingProfile');
  checkRegions(text(body, 'location'), profile);
  const there = rules.resources.get(id);
  if (there !== undefined && sourceOf(there.body) !== sourceOf(body)) {
    throw new Refusal(
      409,
      'PropertyChangeNotAllowed',
      "Changing property 'galleryImageVersion.properties.storageProfile.osDiskImage.source' is not allowed.",
    );
  }
  if (there === undefined)
    await checkSource(part(body, 'properties', 'storageProfile', 'osDiskImage', 'source'), definition, rules);
}

function checkRegions(location: string | undefined, profile: Body): void {
  const regions = list(profile, 'targetRegions');
  const names = regions.map((each) => region(text(each, 'name')));
  if (!names.includes(region(location))) {
    throw new Refusal(400, 'InvalidParameter', `The home region '${location}' is none of the target regions.`);
  }
  if (new Set(names).size < names.length) throw new Refusal(400, 'InvalidParameter', 'A target region is named twice.');
  const replicas = regions.reduce((sum, each) => sum + Number(each['regionalReplicaCount'] ?? 1), 0);
  if (replicas > MOST_REPLICAS)
    throw new Refusal(400, 'InvalidParameter', `${replicas} replicas are more than ${MOST_REPLICAS}.`);
}

function sourceOf(body: Body): string {
  const { id, uri } = part(body, 'properties', 'storageProfile', 'osDiskImage', 'source');
  return String(id ?? uri).toLowerCase();
}

async function checkSource(source: Body, definition: Resource, { resources, azurite }: GalleryRules): Promise<void> {
  const [disk, uri] = [text(source, 'id'), text(source, 'uri')];
  if (uri !== undefined) {
    checkAccount(uri, text(source, 'storageAccountId'));
    await checkBlob(uri, azurite);
    return;
  }
  const found = resources.need(disk ?? '', 'ResourceNotFound');
  if (found.properties['diskState'] !== 'Unattached') {
    throw new Refusal(
      409,
      'OperationNotAllowed',
      `The disk '${found.name}' is ${String(found.properties['diskState'])}.`,
    );
  }
  const own = part(found.body, 'properties')['hyperVGeneration'];
  const wanted = part(definition.body, 'properties')['hyperVGeneration'];
  if (own !== wanted) {
    throw new Refusal(
      400,
      'InvalidParameter',
      `The Hyper-V generation '${String(own)}' of the source is another than '${String(wanted)}' of the image definition.`,
    );
  }
}

function checkAccount(uri: string, id: string | undefined): void {
  const refuse = (what: string): Refusal => new Refusal(400, 'InvalidParameter', what);
  if (id === undefined) throw refuse("A source 'uri' needs 'storageAccountId'.");
  const named =
    /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.Storage\/storageAccounts\/(\w+)$/.exec(
      id,
    )?.[1];
  if (named === undefined) throw refuse(`'${id}' is no id of a storage account.`);
  // An emulator has the account in the path.
  const { search, pathname } = new URL(uri);
  if (!pathname.startsWith(`/${named}/`)) throw refuse(`The blob ${uri} is not in the account '${named}'.`);
  if (search !== '') throw refuse('The URL of a blob has no signature here.');
}

/** As the service opens it: with the key of the account, past every SAS. */
async function checkBlob(uri: string, azurite: Azurite): Promise<void> {
  const [container = '', ...name] = new URL(uri).pathname.split('/').slice(2).map(decodeURIComponent);
  const blob = azurite.client(container).getBlobClient(name.join('/'));
  if (!(await blob.exists())) throw new Refusal(404, 'BlobNotFound', `The blob ${uri} was not found.`);
  const { blobType, contentLength = 0 } = await blob.getProperties();
  if (blobType !== 'PageBlob') throw new Refusal(400, 'InvalidParameter', `The blob ${uri} is not a page blob.`);
  await checkVhd((start, bytes) => blob.downloadToBuffer(start, bytes), contentLength);
}

/** The footer of a fixed VHD, at the very end. */
export async function checkVhd(read: (start: number, bytes: number) => Promise<Buffer>, length: number): Promise<void> {
  const footer = await read(length - FOOTER, FOOTER);
  const refuse = (what: string): Refusal => new Refusal(400, 'InvalidVhd', `The VHD ${what}.`);
  if (footer.toString('latin1', 0, 8) !== 'conectix') throw refuse('has no footer with the cookie conectix');
  if (footer.readUInt32BE(60) !== 2) throw refuse('is not of the type fixed');
  const size = Number(footer.readBigUInt64BE(48));
  if (size + FOOTER !== length) throw refuse(`is ${length} bytes long, and its footer says ${size}`);
  if (size % MIB !== 0) throw refuse(`has a virtual size of ${size} bytes, which is not a whole number of MiB`);
}

/** Versions before definitions, definitions before galleries; and not before an end of life that blocks it. */
export function checkDeletion({ id, type, body }: Resource, resources: Resources, nowMs: number): void {
  const below = type.endsWith('/versions') ? '' : type.endsWith('/images') ? `${id}/versions/` : `${id}/images/`;
  if (below !== '' && resources.below(below).length > 0) {
    throw new Refusal(409, 'CannotDeleteResource', `Cannot delete ${id} before its nested resources.`);
  }
  if (below !== '') return;
  const isBlocked = part(body, 'properties', 'safetyProfile')['blockDeletionBeforeEndOfLife'] === true;
  const end = Date.parse(text(part(body, 'properties', 'publishingProfile'), 'endOfLifeDate') ?? '');
  if (isBlocked && end > nowMs)
    throw new Refusal(409, 'OperationNotAllowed', `${id} cannot be deleted before its end of life.`);
}
