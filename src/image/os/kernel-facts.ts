/** The kernels of an image: how each was configured, and which of its modules are where. */
import type { ImageFiles } from '../files/image-files.ts';
import { keyValues, settingLines } from './config-lines.ts';
import { MOST_INITRD_BYTES, moduleOf, readInitrd, type InitrdReading } from './initrd.ts';
import { machineOfKernel, type Machine } from './system-facts.ts';

export interface KernelFacts {
  /** As `uname -r` would say. */
  readonly release: string;
  readonly machine: Machine;
  /** `CONFIG_…` to `y`, `m` or a value; undefined: not told. */
  readonly config: ReadonlyMap<string, string> | undefined;
  /** Names of modules with `_` for `-`. */
  readonly builtin: ReadonlySet<string>;
  readonly modules: ReadonlySet<string>;
  /** Undefined: it has none. */
  readonly initrd: InitrdReading | undefined;
}

const KERNEL = /^vmlinu[xz]-(.+)$/;
/** An image has one or two. */
const MOST_KERNELS = 8;
const HEAD_BYTES = 4096;

export async function readKernels(files: ImageFiles, signal: AbortSignal): Promise<readonly KernelFacts[]> {
  const names = await files.list('/boot');
  const releases = names.flatMap((name) => KERNEL.exec(name)?.[1] ?? []).filter((name) => !name.includes('rescue'));
  const kernels: KernelFacts[] = [];
  for (const release of releases.slice(0, MOST_KERNELS)) {
    const folder = `/lib/modules/${release}`;
    const image = names.find((name) => KERNEL.exec(name)?.[1] === release) ?? '';
    const config = (await files.text(`/boot/config-${release}`)) ?? (await files.text(`${folder}/config`));
    const modules = await modulesOf(files, `${folder}/modules.dep`);
    kernels.push({
      release,
      machine: machineOfKernel((await files.read(`/boot/${image}`, HEAD_BYTES)) ?? Buffer.alloc(0)),
      config: config === undefined ? undefined : keyValues(config),
      builtin: await modulesOf(files, `${folder}/modules.builtin`),
      modules: modules.size > 0 ? modules : await modulesOf(files, `${folder}/modules.order`),
      initrd: await initrdOf(files, release, signal),
    });
  }
  return kernels;
}

/** From a list that begins each line with the path of a module. */
async function modulesOf(files: ImageFiles, path: string): Promise<ReadonlySet<string>> {
  const lines = settingLines((await files.text(path)) ?? '');
  return new Set(lines.flatMap((line) => moduleOf(line.split(':')[0] ?? '') ?? []));
}

async function initrdOf(files: ImageFiles, release: string, signal: AbortSignal): Promise<InitrdReading | undefined> {
  for (const path of [`/boot/initrd.img-${release}`, `/boot/initramfs-${release}.img`, `/boot/initrd-${release}`]) {
    const found = await files.find(path);
    if (found === undefined) continue;
    if (found.bytes > MOST_INITRD_BYTES) return { unread: `${path} has ${found.bytes} bytes` };
    const bytes = await files.read(path, MOST_INITRD_BYTES);
    if (bytes !== undefined) return readInitrd(bytes, signal);
  }
  return undefined;
}
