/** The image that we ship, for real: Debian by mmdebstrap, on packages of today. Takes a minute or two, so it is baked once. */
import { Version } from '@cyclonedx/cyclonedx-library/Spec';
import { JsonStrictValidator } from '@cyclonedx/cyclonedx-library/Validation';
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseImageRecord, type ImageRecord } from '../../src/recipe/image-record.ts';
import { imageRig } from '../rig/image-rig.ts';
import type { Rig } from '../rig/rig.ts';

const MINUTES = 60_000;
const FOLDER = 'out/images/node/1.2.3';

describe('pipelines/images/node.json', { timeout: MINUTES }, () => {
  let rig: Rig;
  let record: ImageRecord;
  beforeAll(async () => {
    rig = await imageRig();
    mkdirSync(rig.path('pipelines/images'), { recursive: true });
    copyFileSync('pipelines/images/node.json', rig.path('pipelines/images/node.json'));
    const { status, stderr } = await rig.shell(
      'dcos-build image lock node >&2 && exec dcos-build image bake node --quiet >&2',
    );
    if (status !== 0) throw new Error(stderr);
    record = parseImageRecord(readFileSync(rig.path(FOLDER, 'image.json'), 'utf8'), 'image.json');
  }, 15 * MINUTES);
  // Thousands of files: removing them takes a while on a busy machine.
  afterAll(() => rig[Symbol.dispose](), 2 * MINUTES);

  test('no rule of Azure or its Marketplace has anything against it, not even a hint', () => {
    expect(record.checks.filter(({ result }) => result === 'failed')).toEqual([]);
    expect(record.checks.filter(({ result }) => result === 'passed').length).toBeGreaterThan(50);
  });

  test('boots both ways, with Secure Boot', () => {
    expect(record).toMatchObject({ generations: ['V1', 'V2'], secureBoot: true });
    expect(record.disk.partitions.map(({ number, content }) => `${number} ${content}`)).toEqual([
      '1 ext4',
      '14 bios-boot',
      '15 vfat',
    ]);
  });

  test('has the packages of its lock, and what they need', () => {
    const names = record.packages.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['cloud-init', 'docker.io', 'systemd', 'waagent']));
    const numbers = record.users.map(({ uid }) => uid);
    expect(numbers.every((uid) => uid >= 600 && uid < 900)).toBe(true);
  });

  test('has a bill of materials that is valid, with Debian and DC/OS in it', async () => {
    const text = readFileSync(rig.path(FOLDER, 'bom.cdx.json'), 'utf8');
    expect(await new JsonStrictValidator(Version.v1dot6).validate(text)).toBeNull();
    const { components }: { components: readonly { name: string; purl?: string }[] } = JSON.parse(text);
    const names = components.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['service', 'tool', 'systemd']));
    expect(components.find(({ name }) => name === 'systemd')?.purl).toMatch(/^pkg:deb\/debian\/systemd@\d/);
  });

  test('is whole: e2fsck finds nothing to mend', async () => {
    const { stdout, status } = await rig.shell(
      `/usr/sbin/e2fsck -f -n '${FOLDER}/disk.vhd?offset=134217728' 2>&1 | tail -n 1; exit "\${PIPESTATUS[0]}"`,
    );
    expect(stdout).toMatch(/^root: \d+\/\d+ files .* \d+\/\d+ blocks\n$/);
    expect(status).toBe(0);
  });
});
