import { expect, test } from 'vitest';
import { sha256 } from '../../src/model/digest.ts';
import { formatImageRecord, IMAGE_FORMAT, parseImageRecord, type ImageRecord } from '../../src/recipe/image-record.ts';

const digest = sha256('');
const record: ImageRecord = {
  format: IMAGE_FORMAT,
  name: 'node',
  version: '1.7.0',
  architecture: 'x64',
  generations: ['V1', 'V2'],
  disk: {
    file: 'disk.vhd',
    virtualBytes: 2 ** 30,
    fileBytes: 2 ** 30 + 512,
    dataBytes: 4096,
    contentSha256: digest,
    tableId: '7D1C9A0E-0000-4000-8000-000000000001',
    partitions: [
      { number: 1, startByte: 2 ** 27, bytes: 2 ** 29, type: 'linux', id: 'one', name: 'root', content: 'ext4' },
    ],
  },
  inputs: {
    definition: digest,
    lock: digest,
    base: digest,
    bootstrap: digest,
    disk: digest,
    hooks: [],
    dcos: { variant: null, bootstrapId: 'a'.repeat(40), packageIds: ['curl--1'], version: '1.7.0' },
    tool: 'dcos-build 0.1.0',
    sourceDateEpoch: 1_700_000_000,
  },
  packages: [{ name: 'systemd', version: '252', architecture: 'amd64' }],
  roles: ['master', 'slave'],
  users: [{ name: 'dcos_mesos', uid: 900, home: '/opt/mesosphere', shell: '/sbin/nologin' }],
  kernelParameters: ['console=ttyS0'],
  secureBoot: true,
  marketplace: { publisher: 'example', offer: 'dcos', sku: 'node' },
  checks: [
    {
      ...{ id: 'history', severity: 'error', result: 'passed', actual: 'none', required: 'no history of a shell' },
      ...{ source: 'Marketplace self-test 48', testId: 48, lisa: 'verify_bash_history_is_empty', policy: '200.5' },
    },
  ],
  ignores: [{ rule: 'history', reason: 'Nobody logs in.', expires: '2027-01-31' }],
  bom: 'bom.cdx.json',
};

test('a record is read as it was written', () => {
  expect(parseImageRecord(formatImageRecord(record), 'image.json')).toEqual(record);
});

test('a key that a later version adds is passed over', () => {
  const later = formatImageRecord(record).replace('"name"', '"colour": "blue", "name"');
  expect(parseImageRecord(later, 'image.json')).toEqual(record);
});

test.each([
  ['{', 'it is not JSON'],
  ['[]', 'invalid input: expected object, received array'],
  [formatImageRecord(record).replace('image 1', 'image 2'), '"format": invalid input: expected "dcos-build image 1"'],
  [formatImageRecord({ ...record, version: '1.7' }), '"version": is no version of three numbers'],
  [
    formatImageRecord(record).replace(/"contentSha256": "\w+"/, '"contentSha256": "abc"'),
    '"disk.contentSha256": is no SHA-256',
  ],
])('a file that is no record is refused: %#', (content, reason) => {
  expect(() => parseImageRecord(content, 'out/images/node/1.7.0/image.json')).toThrow(
    `out/images/node/1.7.0/image.json is no record of an image: ${reason}.`,
  );
});
