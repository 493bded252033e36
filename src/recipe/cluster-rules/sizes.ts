/** Sizes of virtual machines: whether they exist, and go with the disks and with the image. */
import { unreachable } from '../../model/unreachable.ts';
import { judgeVmSize, type VmSize } from '../../model/vm-sizes.ts';
import type { ClusterDefinition } from '../cluster-definition.ts';
import type { JsonPath } from '../json-reader.ts';
import { named, nodeGroups, type Finding, type NodeGroup } from './finding.ts';

const EXAMPLES = 'Standard_D4s_v5, Standard_E4s_v5 and Standard_F4s_v2 are such sizes.';

export function* sizeRule(definition: ClusterDefinition): Iterable<Finding> {
  for (const group of nodeGroups(definition)) {
    const path = [...group.path, 'size'];
    const verdict = judgeVmSize(group.nodes.size);
    if (verdict.kind !== 'known') {
      yield notKnown(path, group.nodes.size, verdict);
      continue;
    }
    yield* sizeAndDisks(group, verdict.size);
    yield* temporaryDisk(group, verdict.size);
    yield* withoutScsi(group, verdict.size);
    yield* sizeAndImage(definition, path, verdict.size);
    if (group.path[0] === 'masters') yield* tooSmall(path, verdict.size);
  }
}

type Unknown = Exclude<ReturnType<typeof judgeVmSize>, { readonly kind: 'known' }>;

function notKnown(path: JsonPath, name: string, verdict: Unknown): Finding {
  switch (verdict.kind) {
    case 'retired': {
      const message = `${named(path)} is "${name}", of a family that Azure has given up.`;
      return { path, message, hint: `"${verdict.successor}" follows it.` };
    }
    case 'fading': {
      const message = `${named(path)} is "${name}", of a family that Azure is giving up.`;
      return { severity: 'warning', path, message, hint: `"${verdict.successor}" follows it.` };
    }
    case 'arm': {
      const message = `${named(path)} is "${name}", which has Arm processors; DC/OS and our images are for amd64.`;
      return { path, message, hint: 'Take the size without "p" in its name.' };
    }
    case 'foreign': {
      const message = `${named(path)} is "${name}", of which nothing is known here, so that nothing is checked.`;
      return { severity: 'warning', path, message, hint: 'See that image, disks and region go with it.' };
    }
    case 'unknown': {
      const hint = verdict.guess === undefined ? EXAMPLES : `Did you mean "${verdict.guess}"?`;
      return { path, message: `${named(path)} is "${name}", a size that Azure does not have.`, hint };
    }
    default:
      return unreachable(verdict);
  }
}

function* sizeAndDisks({ path, nodes }: NodeGroup, size: VmSize): Iterable<Finding> {
  if (size.premium) return;
  const restsOn = [[...path, 'size']];
  const hint = `Take "StandardSSD_LRS", or a size with an "s" in its name.`;
  const end = `but ${size.name} takes no disks of premium SSD.`;
  if (nodes.os_disk_type === 'Premium_LRS') {
    const at = [...path, 'os_disk_type'];
    yield { path: at, message: `${named(at)} is "Premium_LRS", ${end}`, hint, restsOn };
  }
  for (const [index, { type }] of nodes.data_disks.entries()) {
    if (!type.startsWith('Premium')) continue;
    const at = [...path, 'data_disks', index, 'type'];
    yield { path: at, message: `${named(at)} is "${type}", ${end}`, hint, restsOn };
  }
}

/** Where nodes have the temporary disk of their machine, as ACS parted it. */
const TEMPORARY_FOLDERS = ['/var/lib/mesos', '/var/lib/docker', '/var/tmp'];

function* temporaryDisk({ path, nodes }: NodeGroup, size: VmSize): Iterable<Finding> {
  if (size.tempDiskGib === 0 || !size.controllers.includes('SCSI')) return;
  for (const [index, { mount = '' }] of nodes.data_disks.entries()) {
    if (!TEMPORARY_FOLDERS.includes(mount)) continue;
    const at = [...path, 'data_disks', index, 'mount'];
    const message = `${named(at)} is ${mount}, where ${size.name} has its temporary disk.`;
    const hint = 'Mount it elsewhere, or take a size without a temporary disk.';
    yield { path: at, message, hint, restsOn: [[...path, 'size']] };
  }
}

/** Nodes find disks by their place at the SCSI controller. */
function* withoutScsi({ path, nodes }: NodeGroup, size: VmSize): Iterable<Finding> {
  if (size.controllers.includes('SCSI')) return;
  const restsOn = [[...path, 'size']];
  if (nodes.data_disks.length > 0) {
    const at = [...path, 'data_disks'];
    const message = `${size.name} has its data disks at an NVMe controller, where nodes do not find them.`;
    yield { path: at, message, hint: 'Take a size of version 5, or no data disks.', restsOn };
  }
  if (size.tempDiskGib > 0) {
    const at = [...path, 'size'];
    const message = `The temporary disk of ${size.name} stays unused: nodes do not find it at an NVMe controller.`;
    yield { severity: 'warning', path: at, message, hint: 'A size without "d" in its name costs less.' };
  }
}

function* sizeAndImage({ image }: ClusterDefinition, path: JsonPath, size: VmSize): Iterable<Finding> {
  if (!size.generations.includes(image.generation)) {
    const message = `${named(path)} is "${size.name}", which is of generation ${size.generations.join(' or ')}; the image is for ${image.generation}.`;
    const hint = 'Take another size, or the image of the other generation.';
    yield { path, message, hint, restsOn: [['image']] };
  }
  if (image.trusted_launch && !size.trustedLaunch) {
    const message = `${named(path)} is "${size.name}", which has no Trusted Launch.`;
    yield { path, message, hint: 'Take another size, or set "image.trusted_launch" to false.', restsOn: [['image']] };
  }
  if (!size.controllers.some((one) => image.disk_controllers.includes(one))) {
    const message = `${named(path)} is "${size.name}", whose disks are ${size.controllers.join(' or ')}; the image boots from ${image.disk_controllers.join(' or ')}.`;
    const hint =
      'Take another size; or if the image definition has the feature DiskControllerType "SCSI, NVMe", say so in "image.disk_controllers".';
    yield { path, message, hint, restsOn: [['image']] };
  }
}

/** The smallest that ACS had for masters is Standard_D2, of two cores and seven GiB. */
const LEAST_CORES = 2;
const LEAST_GIB = 7;

function* tooSmall(path: JsonPath, { name, vcpus, memoryGib }: VmSize): Iterable<Finding> {
  if (vcpus >= LEAST_CORES && memoryGib >= LEAST_GIB) return;
  const message = `${named(path)} is "${name}" with ${memoryGib} GiB: masters hardly run in it.`;
  yield { severity: 'warning', path, message, hint: `Take ${LEAST_CORES} cores and 8 GiB or more.` };
}
