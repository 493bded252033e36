/**
 * What cloud-init does with the disks of a node: the resource disk, which sizes with local storage have, and the managed
 * disks. Nothing here keeps a node from starting: a disk that is not there is passed over.
 */
import type { JsonObject } from '../model/json.ts';

/** One of the definition. */
export interface NodeDisk {
  /** undefined: `/dcos/volume<i>`, where Mesos agents take a disk for one of their own. */
  readonly mount?: string | undefined;
}

export interface NodeDisks {
  /** By the number of their LUN. */
  readonly dataDisks: readonly NodeDisk[];
  /** undefined: that is not known. */
  readonly hasResourceDisk: boolean | undefined;
}

/** As ACS parted it, in percent: work of Mesos, images of Docker, files that others may write. */
const RESOURCE_DISK = [
  { percent: 45, mount: '/var/lib/mesos' },
  { percent: 45, mount: '/var/lib/docker' },
  { percent: 10, mount: '/var/tmp' },
];
/** The name that cloud-init's own rules of udev give it; a name of an alias in fstab would fail at every boot without it. */
const RESOURCE_DEVICE = '/dev/disk/cloud/azure_resource';

/** `disk_setup`, `fs_setup` and `mounts`, so far as there is something to say. */
export function diskSettings({ dataDisks, hasResourceDisk }: NodeDisks): JsonObject {
  const hasResource = hasResourceDisk !== false;
  const fileSystems = [...(hasResource ? resourceFileSystems() : []), ...dataDisks.map(dataFileSystem)];
  const mounts = [...(hasResource ? resourceMounts() : []), ...dataDisks.map(dataMount)];
  return {
    ...(hasResource ? { disk_setup: { ephemeral0: resourceDisk() } } : {}),
    ...(fileSystems.length === 0 ? {} : { fs_setup: fileSystems }),
    ...(mounts.length === 0 ? {} : { mounts }),
  };
}

/** Azure empties it whenever a machine comes to another host: it is parted anew then. */
function resourceDisk(): JsonObject {
  return { table_type: 'gpt', layout: RESOURCE_DISK.map(({ percent }) => percent), overwrite: true };
}

function resourceFileSystems(): readonly JsonObject[] {
  return RESOURCE_DISK.map((_, index) => ({ device: `ephemeral0.${index + 1}`, filesystem: 'ext4', overwrite: true }));
}

function resourceMounts(): readonly (readonly string[])[] {
  return RESOURCE_DISK.map(({ mount }, index) => mountOf(`${RESOURCE_DEVICE}-part${index + 1}`, mount));
}

/** By its label what is on it is known again, and left alone. */
function dataFileSystem(_disk: NodeDisk, lun: number): JsonObject {
  return { device: `/dev/disk/azure/scsi1/lun${lun}`, partition: 'auto', filesystem: 'ext4', label: labelOf(lun) };
}

function dataMount({ mount }: NodeDisk, lun: number): readonly string[] {
  return mountOf(`LABEL=${labelOf(lun)}`, mount ?? `/dcos/volume${lun}`);
}

function labelOf(lun: number): string {
  return `dcos-volume${lun}`;
}

function mountOf(device: string, mount: string): readonly string[] {
  return [device, mount, 'ext4', 'defaults,nofail,x-systemd.device-timeout=30s', '0', '2'];
}
