/** What nodes boot from: pinned, of one generation, in the region; and ids of resources. */
import { nearest } from '../../model/did-you-mean.ts';
import type { ClusterDefinition } from '../cluster-definition.ts';
import { named, type Finding } from './finding.ts';

const VERSION = '/subscriptions/…/resourceGroups/…/providers/Microsoft.Compute/galleries/…/images/…/versions/1.2.3';
const NETWORK = '/subscriptions/…/resourceGroups/…/providers/Microsoft.Network/virtualNetworks/…';
const GROUP = String.raw`/subscriptions/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/resourceGroups/[\w.()-]{1,90}/providers`;
const GALLERY_IMAGE = new RegExp(`^${GROUP}/Microsoft\\.Compute/galleries/[\\w.]+/images/[\\w.-]+`, 'i');
const VIRTUAL_NETWORK = new RegExp(`^${GROUP}/Microsoft\\.Network/virtualNetworks/[\\w.-]{2,64}$`, 'i');
const NUMBERS = /^[0-9]+\.[0-9]+\.[0-9]+$/;

export function* imageRule(definition: ClusterDefinition): Iterable<Finding> {
  const { image, release, location } = definition;
  if ('id' in image) {
    yield* galleryId(image.id);
    yield* missingRegion(location, image.regions);
  } else if ('definition' in image) {
    yield* bakedVersion(image.version);
  } else {
    yield* stockImage(image);
    if (release === undefined) {
      const message = '"image.stock" holds no DC/OS, and no "release" is named.';
      yield {
        path: ['image', 'stock'],
        message,
        hint: 'Add "release": {"name": …}, to be installed at the first boot.',
      };
    }
  }
  if (image.trusted_launch && image.generation === '1') {
    const message = 'Trusted Launch is for generation 2; the image is of generation 1.';
    yield {
      path: ['image', 'generation'],
      message,
      hint: 'Set "image.trusted_launch" to false, or take generation 2.',
    };
  }
}

function* galleryId(id: string): Iterable<Finding> {
  const path = ['image', 'id'];
  const version = id.split('/versions/')[1];
  if (/^\/?(?:CommunityGalleries|SharedGalleries)\//i.test(id)) {
    const message = `${named(path)} is that of a gallery which is shared by its unique name.`;
    yield { path, message, hint: `Copy the image to a gallery of your own; ids are like ${VERSION}.` };
  } else if (!GALLERY_IMAGE.test(id)) {
    yield {
      path,
      message: `${named(path)} is no id of an image in a gallery: "${id}".`,
      hint: `It is like ${VERSION}.`,
    };
  } else if (version === undefined || version === 'latest') {
    const message = `${named(path)} names no exact version, so that nodes which are added later would differ.`;
    yield { path, message, hint: `End it with "/versions/" and a version, as in ${VERSION}.` };
  } else if (!NUMBERS.test(version)) {
    const message = `${named(path)} ends in "${version}", which is no version.`;
    yield { path, message, hint: 'Versions in galleries are three numbers, such as 1.2.3.' };
  }
}

function* missingRegion(location: string | undefined, regions: readonly string[] | undefined): Iterable<Finding> {
  if (location === undefined || regions === undefined || regions.includes(location)) return;
  const guess = nearest(location, regions);
  const list = `It is in ${regions.join(', ')}.`;
  const message = `The image is not replicated to "${location}".`;
  const hint = guess === undefined ? list : `${list} Did you mean "${guess}"?`;
  yield { path: ['location'], message, hint, restsOn: [['image', 'regions']] };
}

function* bakedVersion(version: string | undefined): Iterable<Finding> {
  const path = ['image', 'version'];
  if (version === undefined || NUMBERS.test(version)) return;
  const message = `${named(path)} is "${version}", which is no version.`;
  yield { path, message, hint: 'Versions are three numbers, such as 1.2.3; left out, it is that of the last bake.' };
}

type Stock = Extract<ClusterDefinition['image'], { stock: object }>;

function* stockImage({ stock: { version, sku }, generation }: Stock): Iterable<Finding> {
  if (version === 'latest') {
    const message = '"image.stock.version" is "latest", so that nodes which are added later would differ.';
    const hint = '"az vm image list --all --publisher … --offer … --sku …" lists the versions.';
    yield { path: ['image', 'stock', 'version'], message, hint };
  }
  const isFor = /gen2|-g2\b/i.test(sku) ? '2' : /gen1|-g1\b/i.test(sku) ? '1' : undefined;
  if (isFor === undefined || isFor === generation) return;
  const message = `"image.stock.sku" is "${sku}", an image of generation ${isFor}, not ${generation}.`;
  const hint = `Set "image.generation" to "${isFor}", or take another sku.`;
  yield { path: ['image', 'stock', 'sku'], message, hint, restsOn: [['image', 'generation']] };
}

export function* networkIdRule({ network }: ClusterDefinition): Iterable<Finding> {
  if (!('existing' in network) || VIRTUAL_NETWORK.test(network.existing.id)) return;
  const path = ['network', 'existing', 'id'];
  const message = `${named(path)} is no id of a virtual network: "${network.existing.id}".`;
  yield { path, message, hint: `It is like ${NETWORK}.` };
}
