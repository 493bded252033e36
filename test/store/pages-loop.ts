/**
 * Run as a process of its own: uploads a disk, until it is done or killed. argv: the URL of a container with its SAS, the
 * name, and the disk and the sizes of requests as JSON.
 */
import { AzureBlobStore } from '../../src/store/azure-blob.ts';
import { uploadPages } from '../../src/store/azure-pages.ts';
import { placeOf } from './azure-rig.ts';
import { contentOf, type Disk } from './page-rig.ts';

const [url = '', name = '', disk = '', sizes = ''] = process.argv.slice(2);
const file: Disk = JSON.parse(disk);
const content = await contentOf(file, JSON.parse(sizes));
const target = new AzureBlobStore(placeOf(url)).pageBlob(name, JSON.parse(sizes));
const plan = await uploadPages(target, { path: file.path, content }, { isVerified: true });
process.stdout.write(`${plan.state}\n`);
