/** What is asked of how an image boots, and for which processor. */
import { askedBy, type Rule, type Verdict } from '../rules.ts';
import { isRescue, type BootEntry } from './boot-entries.ts';
import type { ImageFacts } from './image-facts.ts';
import { shown } from './verdicts.ts';

const UPLOAD = 'Azure docs, virtual-machines/linux/create-upload-generic';
const GENERATIONS = 'Azure docs, virtual-machines/generation-2';
const SLEEP = 'initramfs-tools, init';
const SERIAL = { x86_64: 'ttyS0', aarch64: 'ttyAMA0' } as const;

export const BOOT_RULES: readonly Rule<ImageFacts>[] = [
  {
    ...{ id: 'arch', severity: 'error', required: 'kernel and programs of 64 bits, for one processor' },
    ...askedBy({ testId: 49, lisa: 'verify_azure_64bit_os', policy: '200.3.1' }),
    judge: ({ system: { userland }, kernels }) => {
      const machines = new Set(kernels.map(({ machine }) => machine));
      const programs = userland ?? 'no shell';
      const actual = `kernel ${[...machines].join(' and ') || 'none'}, programs ${programs}`;
      const is64 = userland === 'x86_64' || userland === 'aarch64';
      return { ok: is64 && machines.size === 1 && machines.has(userland), actual };
    },
  },
  {
    ...{
      id: 'boot.efi-program',
      severity: 'error',
      required: 'a program where UEFI looks for one',
      source: GENERATIONS,
    },
    judge: ({ boot: { efiPrograms }, system: { userland } }) => {
      if (efiPrograms === undefined) return { skipped: 'no EFI system partition' };
      const due = userland === 'aarch64' ? 'bootaa64.efi' : 'bootx64.efi';
      const ok = efiPrograms.includes(due);
      return { ok, actual: ok ? `EFI/BOOT/${due.toUpperCase()}` : `EFI/BOOT has no ${due.toUpperCase()}` };
    },
  },
  {
    ...{ id: 'kernel.console', severity: 'error', required: 'console=ttyS0 (ARM64: ttyAMA0)' },
    ...askedBy({ testId: 40, lisa: 'verify_serial_console_is_enabled' }),
    judge: (facts) => {
      const verdict = everyEntryHas(facts, `console=${serialOf(facts)}`);
      return 'skipped' in verdict ? { ok: false, actual: verdict.skipped } : verdict;
    },
  },
  {
    ...{ id: 'kernel.earlyprintk', severity: 'warning', required: 'earlyprintk=ttyS0', ...askedBy({ testId: 40 }) },
    judge: (facts) =>
      facts.system.userland === 'aarch64'
        ? { skipped: 'ARM64 has none' }
        : everyEntryHas(facts, `earlyprintk=${serialOf(facts)}`),
  },
  {
    ...{
      id: 'kernel.rootdelay',
      severity: 'info',
      required: 'rootdelay=300, in older pages',
      ...askedBy({ testId: 40 }),
    },
    judge: (facts) =>
      isOfInitramfsTools(facts)
        ? { skipped: 'initramfs-tools would sleep for so long' }
        : everyEntryHas(facts, 'rootdelay=300'),
  },
  {
    ...{ id: 'kernel.no-sleep', severity: 'warning', required: 'no rootdelay with initramfs-tools', source: SLEEP },
    judge: (facts) =>
      isOfInitramfsTools(facts) ? noEntryHasAny(facts, 'rootdelay') : { skipped: 'no initramfs-tools' },
  },
  {
    ...{ id: 'kernel.bad-params', severity: 'error', required: 'no libata.atapi_enabled=0, no reserve=0x1f0,0x8' },
    ...askedBy({ lisa: 'verify_grub' }),
    judge: (facts) => noEntryHas(facts, ['libata.atapi_enabled=0', 'reserve=0x1f0,0x8']),
  },
  {
    ...{ id: 'kernel.quiet', severity: 'warning', required: 'no rhgb, quiet or crashkernel=auto', source: UPLOAD },
    judge: (facts) => noEntryHas(facts, ['rhgb', 'quiet', 'crashkernel=auto']),
  },
  {
    ...{ id: 'kernel.net-names', severity: 'info', required: 'net.ifnames=0', source: UPLOAD },
    judge: (facts) => everyEntryHas(facts, 'net.ifnames=0'),
  },
];

function serialOf({ system: { userland } }: ImageFacts): string {
  return userland === 'aarch64' ? SERIAL.aarch64 : SERIAL.x86_64;
}

/** Those that are chosen by hand to mend something do not count. */
function ordinary({ boot: { entries } }: ImageFacts): readonly BootEntry[] {
  return entries.filter((entry) => !isRescue(entry));
}

/** A parameter may go on behind a comma: `console=ttyS0,115200`. */
function has({ parameters }: BootEntry, parameter: string): boolean {
  return parameters.some((word) => word === parameter || word.startsWith(`${parameter},`));
}

function everyEntryHas(facts: ImageFacts, parameter: string): Verdict {
  const entries = ordinary(facts);
  if (entries.length === 0) return { skipped: 'no boot entry was found' };
  const without = entries.filter((entry) => !has(entry, parameter));
  const words = entries[0]?.parameters.filter((word) => word.startsWith(`${parameter.split('=')[0] ?? ''}=`)) ?? [];
  if (without.length === 0) return { ok: true, actual: words.join(' ') };
  const what =
    without.length === entries.length ? 'no entry has it' : `not in ${shown(without.map(({ title }) => title))}`;
  return { ok: false, actual: words.length === 0 ? what : `${what}; ${words.join(' ')}` };
}

function isOfInitramfsTools({ packages }: ImageFacts): boolean {
  return packages.installed.has('initramfs-tools') || packages.installed.has('initramfs-tools-core');
}

function noEntryHasAny(facts: ImageFacts, name: string): Verdict {
  const entries = ordinary(facts);
  if (entries.length === 0) return { skipped: 'no boot entry was found' };
  const words = entries.flatMap(({ parameters }) => parameters.filter((word) => word.startsWith(`${name}=`)));
  return { ok: words.length === 0, actual: words[0] ?? 'none' };
}

function noEntryHas(facts: ImageFacts, parameters: readonly string[]): Verdict {
  const entries = ordinary(facts);
  if (entries.length === 0) return { skipped: 'no boot entry was found' };
  const found = parameters.filter((parameter) => entries.some((entry) => entry.parameters.includes(parameter)));
  return { ok: found.length === 0, actual: found.length === 0 ? 'none' : found.join(' ') };
}
