/**
 * A baked image on its way to machines: uploaded to Azurite, downloaded again and compared, and registered by the real library
 * at the stand-in of Azure Resource Manager, which looks at the VHD itself.
 *
 *   node test/e2e/registered-image.ts out/images/node/1.7.0
 */
import { closeSync, ftruncateSync, mkdirSync, openSync, readFileSync, symlinkSync, writeSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PageBlobClient } from '@azure/storage-blob';
import { PieceReader } from '../../src/host/file-pieces.ts';
import { dataRanges } from '../../src/image/data-ranges.ts';
import { parseImageRecord } from '../../src/recipe/image-record.ts';
import { readPageContent } from '../../src/store/page-content.ts';
import { GalleryRig } from '../gallery/gallery-rig.ts';
import { part } from '../rig/arm-resources.ts';

const PIECE = 4 * 2 ** 20;

/** @param image folder of a baked image; it is only read @param passed told of each check */
export async function checkRegisteredImage(image: string, passed: (line: string) => void): Promise<void> {
  const record = parseImageRecord(readFileSync(join(image, 'image.json'), 'utf8'), join(image, 'image.json'));
  const { name, version, disk, generations } = record;
  await using rig = await GalleryRig.start();
  const folder = `out/images/${name}/${version}`;
  mkdirSync(rig.rig.path(folder), { recursive: true });
  for (const file of ['image.json', disk.file]) symlinkSync(join(image, file), rig.rig.path(folder, file));
  const say = async (line: string, expected: string): Promise<void> => {
    const { status, stdout, stderr } = await rig.run(...line.split(' '));
    if (status !== 0 || !stdout.includes(expected)) {
      throw new Error(`"image ${line}" ended with ${status} and did not say "${expected}":\n${stdout}${stderr}`);
    }
    passed(`image ${line}: ${expected}`);
  };
  await say(`upload ${name} images`, 'It was read back, and is the file.');
  const blob = rig.azurite.client('images').getPageBlobClient(`${name}-${version}.vhd`);
  const copy = rig.rig.path('copy.vhd');
  await download(blob, copy);
  await using reader = await PieceReader.open(copy);
  const { sha256, bytes } = await readPageContent(reader, await dataRanges(copy));
  if (sha256 !== disk.contentSha256 || bytes !== disk.fileBytes) throw new Error('what comes down is another disk');
  passed(`what comes down is the disk: ${bytes} bytes, pages sha256 ${sha256}`);
  await say(`register ${name} images --tested`, 'taken as latest');
  await say(`register ${name} images --tested`, 'Nothing to do');
  for (const generation of generations) {
    const definition = generation === 'V1' && generations.length > 1 ? `${name}-gen1` : name;
    const there = rig.arm.find(`galleries/dcos/images/${definition}/versions/${version}`);
    const { excludeFromLatest } = part(there?.body, 'properties', 'publishingProfile');
    if (excludeFromLatest !== false) throw new Error(`${definition} ${version} is not what latest means`);
    passed(`${definition} ${version} is what latest means, for generation ${generation}`);
  }
}

/** Only what was written; the rest of the file are holes. */
async function download(blob: PageBlobClient, path: string): Promise<void> {
  const { contentLength = 0 } = await blob.getProperties();
  const file = openSync(path, 'w');
  ftruncateSync(file, contentLength);
  for await (const { start, end } of blob.listPageRanges(0, contentLength)) {
    for (let at = start; at <= end; at += PIECE) {
      const bytes = await blob.downloadToBuffer(at, Math.min(PIECE, end + 1 - at));
      writeSync(file, bytes, 0, bytes.length, at);
    }
  }
  closeSync(file);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await checkRegisteredImage(resolve(process.argv[2] ?? ''), (line) => void process.stdout.write(`  ok ${line}\n`));
}
