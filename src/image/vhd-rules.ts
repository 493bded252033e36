/** What Azure and its Marketplace ask of a VHD, as far as the file alone can tell. */
import { formatBytes } from '../report/format.ts';
import type { PartitionTable } from './partition-table.ts';
import type { Content } from './partition-content.ts';
import type { Partition } from './disk.ts';
import { GPT_TYPES } from './gpt.ts';
import { isExtended } from './mbr.ts';
import { askedBy, type Rule, type Verdict } from './rules.ts';
import { FOOTER_BYTES, type FooterReading } from './vhd-footer.ts';

export interface InspectedPartition extends Partition {
  readonly content: Content | undefined;
}

export interface InspectedTable extends Omit<PartitionTable, 'partitions'> {
  readonly partitions: readonly InspectedPartition[];
}

export interface VhdFacts {
  /** Without its folders. */
  readonly fileName: string;
  readonly fileBytes: number;
  readonly reading: FooterReading;
  readonly hasFooterCopy: boolean;
  /** Undefined if the disk is not fixed, and so could not be looked into. */
  readonly table: InspectedTable | undefined;
}

/** Of virtual machines in Azure: V1 boots by BIOS, V2 by UEFI. */
export type Generation = 'V1' | 'V2';

const MIB = 2 ** 20;
const GIB = 2 ** 30;
const TIB = 2 ** 40;
const POLICY = askedBy({ policy: '200.3.1' });
const UPLOAD = 'Azure docs, virtual-machines/linux/create-upload-generic';
const GENERATIONS = 'Azure docs, virtual-machines/generation-2';
const FAQ = 'Azure docs, marketplace/azure-vm-certification-faq';
const DISKS = 'Azure REST API, Microsoft.Compute/disks';
const SWAP_TYPES: readonly string[] = ['82', GPT_TYPES.linuxSwap];
/** Those whose size qemu takes from the footer's field, and not from the geometry. */
const EXACT_CREATORS: readonly string[] = ['win ', 'qem2', 'd2v ', 'tap.'];

/** A disk that grows is not looked into. */
const NOT_FIXED: Verdict = { skipped: 'the disk is not fixed' };
const NO_PARTITION: Verdict = { skipped: 'there is no partition' };

/** To add a rule: one entry. A rule that needs the mounted file system belongs in a table of its own. */
export const VHD_RULES: readonly Rule<VhdFacts>[] = [
  {
    ...{ id: 'vhd.name', severity: 'error', required: 'no blank, quote or %', source: FAQ },
    judge: ({ fileName }) => ({ ok: !/[\s"'%]/.test(fileName), actual: fileName }),
  },
  {
    ...{ id: 'vhd.fixed', severity: 'error', required: 'a fixed VHD', ...POLICY },
    judge: ({ reading: { footer } }) => ({ ok: footer.type === 'fixed', actual: `of type ${footer.type}` }),
  },
  {
    ...{ id: 'vhd.footer', severity: 'error', required: 'a footer as specified', ...POLICY },
    judge: ({ reading, hasFooterCopy }) => {
      const copyDiffers = isGrowing(reading) && !hasFooterCopy ? ['its copy at the beginning differs'] : [];
      return withoutMistakes([...reading.mistakes, ...copyDiffers]);
    },
  },
  {
    ...{ id: 'vhd.length', severity: 'error', required: 'virtual size and 512 bytes', source: UPLOAD },
    judge: ({ fileBytes, reading: { footer } }) => {
      const due = footer.virtualBytes + FOOTER_BYTES;
      if (footer.type !== 'fixed') return NOT_FIXED;
      const ok = fileBytes === due;
      return { ok, actual: ok ? `${due} bytes` : `${fileBytes} bytes instead of ${due}` };
    },
  },
  {
    ...{ id: 'vhd.aligned', severity: 'error', required: 'a whole number of MiB', ...POLICY },
    judge: ({ reading: { footer } }) => {
      const ok = footer.virtualBytes % MIB === 0;
      return { ok, actual: ok ? `${footer.virtualBytes / MIB} MiB` : `${footer.virtualBytes} bytes` };
    },
  },
  {
    ...{ id: 'vhd.size', severity: 'error', required: '20 MiB to 32 TiB', source: DISKS },
    judge: sizeBetween(20 * MIB, 32 * TIB),
  },
  {
    ...{ id: 'marketplace.size', severity: 'error', required: '1 GiB to 1023 GiB', source: FAQ },
    judge: sizeBetween(GIB, 1023 * GIB),
  },
  {
    ...{ id: 'marketplace.advice', severity: 'warning', required: '30 GiB to 50 GiB', source: 'Marketplace policy' },
    judge: sizeBetween(30 * GIB, 50 * GIB),
  },
  {
    ...{ id: 'vhd.creator', severity: 'warning', required: 'win, qem2, d2v or tap', source: 'qemu, block/vpc.c' },
    judge: ({ reading: { footer } }) => ({
      ok: EXACT_CREATORS.includes(footer.creator),
      actual: footer.creator.trim(),
    }),
  },
  {
    ...{ id: 'table.whole', severity: 'error', required: 'a table without mistakes', source: 'UEFI specification' },
    judge: ({ table }) => (table === undefined ? NOT_FIXED : withoutMistakes(table.mistakes)),
  },
  {
    ...{ id: 'boot.generation', severity: 'error', required: 'a way to boot as V1 or V2', source: GENERATIONS },
    judge: ({ table }) => {
      if (table === undefined) return NOT_FIXED;
      const generations = generationsOf(table);
      return { ok: generations.length > 0, actual: generations.length === 0 ? whyNone(table) : generations.join(', ') };
    },
  },
  {
    ...{ id: 'boot.v1-size', severity: 'error', required: 'at most 2 TiB to boot as V1', source: GENERATIONS },
    judge: ({ table, reading: { footer } }) => {
      if (table === undefined) return NOT_FIXED;
      const generations = generationsOf(table);
      if (!generations.includes('V1')) return { skipped: 'it does not boot as V1' };
      if (generations.includes('V2')) return { skipped: 'it boots as V2 too' };
      return { ok: footer.virtualBytes <= 2 * TIB, actual: formatBytes(footer.virtualBytes) };
    },
  },
  {
    ...{ id: 'vhd.lead-in', severity: 'error', required: 'first partition at 1 MiB or later', source: FAQ },
    judge: ({ table }) => {
      if (table === undefined) return NOT_FIXED;
      const [first] = table.partitions;
      return first === undefined
        ? NO_PARTITION
        : { ok: first.startByte >= MIB, actual: `at ${formatBytes(first.startByte)}` };
    },
  },
  {
    ...{
      id: 'swap.none-on-os',
      severity: 'error',
      required: 'no swap partition',
      ...askedBy({ testId: 41, lisa: 'verify_no_swap_on_osdisk' }),
    },
    judge: nonePartition('swap', ({ type, content }) => SWAP_TYPES.includes(type) || content === 'swap'),
  },
  {
    ...{ id: 'root.no-lvm', severity: 'warning', required: 'no LVM', ...askedBy({ testId: 42 }) },
    judge: nonePartition('LVM', ({ content }) => content === 'lvm'),
  },
  {
    ...{ id: 'root.no-luks', severity: 'warning', required: 'no encrypted partition', source: 'dcos-build' },
    judge: nonePartition('encrypted', ({ content }) => content === 'luks'),
  },
];

/** As which a disk can boot, by its tables: V1 needs code in its MBR, and V2 a system partition in a GPT. */
export function generationsOf({ kind, partitions, hasBootCode }: InspectedTable): readonly Generation[] {
  const has = (type: string): boolean => partitions.some((each) => each.type === type);
  const bios = kind === 'gpt' ? has(GPT_TYPES.biosBoot) : partitions.length > 0;
  return [
    ...(hasBootCode && bios ? (['V1'] as const) : []),
    ...(kind === 'gpt' && has(GPT_TYPES.efiSystem) ? (['V2'] as const) : []),
  ];
}

function whyNone({ kind, hasBootCode }: InspectedTable): string {
  if (kind === 'none') return 'no partition table';
  const code = hasBootCode ? '' : ', no boot code';
  return kind === 'mbr' ? `MBR${code}` : `GPT without EFI system partition${code || ', without BIOS boot partition'}`;
}

function isGrowing({ footer: { type } }: FooterReading): boolean {
  return type === 'dynamic' || type === 'differencing';
}

function withoutMistakes(mistakes: readonly string[]): Verdict {
  return { ok: mistakes.length === 0, actual: mistakes.length === 0 ? 'no mistakes' : mistakes.join('; ') };
}

function sizeBetween(least: number, most: number): Rule<VhdFacts>['judge'] {
  return ({ reading: { footer } }) => {
    const { virtualBytes } = footer;
    const ok = virtualBytes >= least && virtualBytes <= most;
    // A size just beyond the limit would read as the limit itself.
    return { ok, actual: ok ? formatBytes(virtualBytes) : `${formatBytes(virtualBytes)}, ${virtualBytes} bytes` };
  };
}

/** Skipped without a partition to look at: there is nothing that could be said to be right. */
function nonePartition(what: string, isOne: (partition: InspectedPartition) => boolean): Rule<VhdFacts>['judge'] {
  return ({ table }) => {
    if (table === undefined) return NOT_FIXED;
    const real = table.partitions.filter((each) => !isExtended(each));
    if (real.length === 0) return NO_PARTITION;
    const found = real.filter(isOne).map(({ number }) => number);
    return { ok: found.length === 0, actual: found.length === 0 ? 'none' : `${what}: partition ${found.join(', ')}` };
  };
}
