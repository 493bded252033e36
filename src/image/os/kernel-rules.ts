/** What is asked of the kernels of an image: drivers for Hyper-V, and for what Azure hands over at the first boot. */
import { askedBy, type Rule } from '../rules.ts';
import type { ImageFacts } from './image-facts.ts';
import type { KernelFacts } from './kernel-facts.ts';
import { everyKernel } from './verdicts.ts';

const UPLOAD = 'Azure docs, virtual-machines/linux/create-upload-generic';
const NEEDED_CONFIG = ['HYPERV', 'HYPERV_STORAGE', 'HYPERV_NET', 'HYPERV_UTILS'];
const WANTED_CONFIG = ['HYPERV_BALLOON', 'HYPERV_KEYBOARD', 'HID_HYPERV_MOUSE'];

export const KERNEL_RULES: readonly Rule<ImageFacts>[] = [
  {
    ...{ id: 'hv.modules', severity: 'error', required: 'hv_vmbus, hv_storvsc, hv_netvsc in the initrd or built in' },
    ...askedBy({ lisa: 'hv_module' }),
    judge: inInitrd(['hv_vmbus', 'hv_storvsc', 'hv_netvsc']),
  },
  {
    ...{ id: 'hv.input', severity: 'warning', required: 'hyperv_keyboard, hid_hyperv in the initrd or built in' },
    ...askedBy({ lisa: 'hv_module' }),
    judge: inInitrd(['hyperv_keyboard', 'hid_hyperv']),
  },
  {
    ...{ id: 'hv.config', severity: 'error', required: NEEDED_CONFIG.join(', '), ...askedBy({ lisa: 'hv_module' }) },
    judge: configured(NEEDED_CONFIG),
  },
  {
    ...{ id: 'hv.config-more', severity: 'warning', required: WANTED_CONFIG.join(', ') },
    ...askedBy({ lisa: 'hv_module' }),
    judge: configured(WANTED_CONFIG),
  },
  {
    ...{ id: 'kernel.config', severity: 'warning', required: 'WATCHDOG, CIFS' },
    ...askedBy({ lisa: 'verify_essential_kernel_modules' }),
    judge: configured(['WATCHDOG', 'CIFS']),
  },
  {
    ...{ id: 'fs.modules', severity: 'error', required: 'modules vfat, udf, isofs', source: UPLOAD },
    judge: ({ kernels }) =>
      everyKernel(kernels, ({ modules, builtin }) =>
        lackOf(['vfat', 'udf', 'isofs'].filter((name) => !modules.has(name) && !builtin.has(name))),
      ),
  },
  {
    ...{ id: 'kernel.local-test', severity: 'info', required: 'virtio_blk, virtio_net for tests in QEMU' },
    source: 'dcos-build',
    judge: inInitrd(['virtio_blk', 'virtio_net']),
  },
];

function lackOf(missing: readonly string[]): string | undefined {
  return missing.length === 0 ? undefined : `without ${missing.join(', ')}`;
}

/** What has to be there before the root file system is. */
function inInitrd(names: readonly string[]): Rule<ImageFacts>['judge'] {
  return ({ kernels }) =>
    everyKernel(kernels, ({ builtin, initrd }) => {
      const rest = names.filter((name) => !builtin.has(name));
      if (rest.length === 0) return undefined;
      if (initrd === undefined) return `no initrd, and ${rest.join(', ')} not built in`;
      if ('unread' in initrd) return { skipped: `the initrd cannot be read: ${initrd.unread}` };
      return lackOf(rest.filter((name) => !initrd.modules.has(name)));
    });
}

function configured(names: readonly string[]): Rule<ImageFacts>['judge'] {
  return ({ kernels }) =>
    everyKernel(kernels, (kernel) => {
      if (kernel.config === undefined) return { skipped: `no configuration of ${kernel.release}` };
      return lackOf(names.filter((name) => !isSet(kernel, `CONFIG_${name}`)));
    });
}

function isSet({ config }: KernelFacts, name: string): boolean {
  return /^[ym]$/.test(config?.get(name) ?? '');
}
