/** The record of a baked image, where nobody looks at the disk. */
import { sha256 } from '../../src/model/digest.ts';
import { formatImageRecord, IMAGE_FORMAT, type ImageRecord } from '../../src/recipe/image-record.ts';
import type { Rig } from './rig.ts';

/** Puts the record of `node` 1.7.0, or of what the change says, where a bake would. */
export function addImageRecord(rig: Rig, change: Partial<ImageRecord> = {}): void {
  const digest = sha256('');
  const record: ImageRecord = {
    format: IMAGE_FORMAT,
    ...{ name: 'node', version: '1.7.0', architecture: 'x64', generations: ['V1', 'V2'], secureBoot: true },
    disk: {
      ...{ file: 'disk.vhd', virtualBytes: 2 ** 30, fileBytes: 2 ** 30 + 512, dataBytes: 0, contentSha256: digest },
      ...{ tableId: '7D1C9A0E-0000-4000-8000-000000000001', partitions: [] },
    },
    inputs: {
      ...{ definition: digest, lock: digest, base: digest, bootstrap: digest, disk: digest, hooks: [] },
      dcos: { variant: null, bootstrapId: 'a'.repeat(40), packageIds: ['dcos-image--1'], version: '1.7.0' },
      ...{ tool: 'dcos-build 0.1.0', sourceDateEpoch: 1_700_000_000 },
    },
    ...{ packages: [], roles: ['master', 'slave'], users: [], kernelParameters: [], checks: [], bom: 'bom.cdx.json' },
    ...change,
  };
  rig.write(`out/images/${record.name}/${record.version}/image.json`, formatImageRecord(record));
}
