/** Sizes of virtual machines: what is known of each, which Azure has given up, and what a mistyped one may have meant. */
import { nearest } from './did-you-mean.ts';
import { SIZE_FAMILIES, type SizeFamily } from './vm-size-families.ts';

export interface VmSize {
  readonly name: string;
  readonly vcpus: number;
  readonly memoryGib: number;
  /** 0: there is no temporary disk. */
  readonly tempDiskGib: number;
  /** Of the virtual machine: BIOS, UEFI or both. */
  readonly generations: readonly ('1' | '2')[];
  /** Whether it takes disks of premium SSD. */
  readonly premium: boolean;
  readonly controllers: readonly ('SCSI' | 'NVMe')[];
  readonly trustedLaunch: boolean;
}

export type SizeVerdict =
  | { readonly kind: 'known'; readonly size: VmSize }
  /** Given up by Azure, or `fading`: still sold for some time. */
  | { readonly kind: 'retired' | 'fading'; readonly successor: string }
  /** Of a family that is not in our table, such as those with GPUs. */
  | { readonly kind: 'foreign' }
  /** With processors that run nothing of ours. */
  | { readonly kind: 'arm' }
  | { readonly kind: 'unknown'; readonly guess: string | undefined };

export const VM_SIZES: ReadonlyMap<string, VmSize> = new Map(
  SIZE_FAMILIES.flatMap((family) =>
    family.vcpus.map((vcpus) => {
      const size = memberOf(family, vcpus);
      return [size.name, size] as const;
    }),
  ),
);

function memberOf(family: SizeFamily, vcpus: number): VmSize {
  const exception = family.irregular?.[vcpus];
  return {
    name: `Standard_${family.pattern.replace('#', String(vcpus))}`,
    vcpus,
    memoryGib: exception?.memoryGib ?? family.memory * vcpus,
    tempDiskGib: exception?.tempDiskGib ?? (family.temp ?? 0) * vcpus,
    generations: family.generations ?? ['1', '2'],
    premium: family.premium ?? true,
    controllers: family.controllers ?? ['SCSI'],
    trustedLaunch: family.trustedLaunch ?? true,
  };
}

/** Processors of the sizes that were numbered, by letter of the family, `v` for those of version 2. */
const NUMBERED: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  A: { 0: 1, 1: 1, 2: 2, 3: 4, 4: 8, 5: 2, 6: 4, 7: 8, 8: 8, 9: 16, 10: 8, 11: 16 },
  D: { 1: 1, 2: 2, 3: 4, 4: 8, 11: 2, 12: 4, 13: 8, 14: 16 },
  Dv: { 1: 1, 2: 2, 3: 4, 4: 8, 5: 16, 11: 2, 12: 4, 13: 8, 14: 16, 15: 20 },
  G: { 1: 4, 2: 8, 3: 16, 4: 32, 5: 64 },
};

const NUMBERED_SIZE = /^(?:Standard|Basic)_([ADG])S?([0-9]+)(_v2)?(?:_Promo)?$/;
const COUNTED_SIZE = /^Standard_([AFL])([0-9]+)(m?)s?(_v2)?(?:_Promo)?$/;

/**
 * What is to be thought of a name of a size.
 *
 * @see https://learn.microsoft.com/azure/virtual-machines/sizes/retirement/retired-sizes-list
 */
export function judgeVmSize(name: string): SizeVerdict {
  const size = VM_SIZES.get(name);
  if (size !== undefined) return { kind: 'known', size };
  const old = numberedSize(name) ?? countedSize(name);
  if (old !== undefined) return old;
  return foreignSize(name) ?? { kind: 'unknown', guess: guessSize(name) };
}

/** The next larger of the family, then the one with the same letters and digits in another order, then what is near. */
function guessSize(name: string): string | undefined {
  const all = [...VM_SIZES.values()];
  const [, , number = ''] = PARTS.exec(name) ?? [];
  const family = all.filter((size) => size.name.replace(/[0-9]+/, '#') === name.replace(/[0-9]+/, '#'));
  const larger = family.find(({ vcpus }) => vcpus >= Number(number)) ?? family.at(-1);
  const meant = larger ?? all.find((size) => lettersOf(size.name) === lettersOf(name));
  return meant?.name ?? nearestSize(name);
}

/** The part that all names share would make everything alike. */
function nearestSize(name: string): string | undefined {
  const parts = new Map([...VM_SIZES.keys()].map((full) => [full.replace(SHARED, ''), full]));
  return parts.get(nearest(name.replace(SHARED, ''), parts.keys()) ?? '');
}

const SHARED = /^standard_/i;

function lettersOf(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '')
    .split('')
    .toSorted()
    .join('');
}

/** A0 to A11, D1 to D15_v2, DS1 to DS15_v2, G1 to GS5. G had so much memory that the successor has twice the processors. */
function numberedSize(name: string): SizeVerdict | undefined {
  const [, letter = '', number = '', second] = NUMBERED_SIZE.exec(name) ?? [];
  if (second !== undefined && letter !== 'D') return undefined;
  const vcpus = NUMBERED[second === undefined ? letter : 'Dv']?.[number];
  if (vcpus === undefined) return undefined;
  const hasMuchMemory =
    letter === 'G' || (letter === 'D' && Number(number) > 10) || (letter === 'A' && isBetween(number, 5, 7));
  const disk = letter === 'A' ? '' : 'd';
  const successor = `Standard_${hasMuchMemory ? 'E' : 'D'}${Math.max(2, vcpus)}${disk}s_v5`;
  return { kind: second === undefined ? 'retired' : 'fading', successor };
}

function isBetween(number: string, least: number, most: number): boolean {
  return Number(number) >= least && Number(number) <= most;
}

/** A1_v2 to A8m_v2, F1 to F16s, L4s to L80s_v2: the number is that of processors. */
function countedSize(name: string): SizeVerdict | undefined {
  const [, letter = '', number = '', muchMemory, second] = COUNTED_SIZE.exec(name) ?? [];
  const vcpus = Math.max(2, Number(number));
  if (letter === 'A' && second !== undefined && [1, 2, 4, 8].includes(Number(number))) {
    return { kind: 'fading', successor: `Standard_${muchMemory === 'm' ? 'E' : 'D'}${vcpus}s_v5` };
  }
  if (letter === 'F' && second === undefined && [1, 2, 4, 8, 16].includes(Number(number))) {
    return { kind: 'fading', successor: `Standard_F${vcpus}s_v2` };
  }
  if (letter === 'L' && [4, 8, 16, 32, 48, 64, 80].includes(Number(number))) {
    return { kind: second === undefined ? 'retired' : 'fading', successor: `Standard_L${Math.max(8, vcpus)}s_v3` };
  }
  return undefined;
}

const PARTS = /^Standard_([A-Z]+)([0-9]+)(-[0-9]+)?([a-z]*)(?:_[A-Z0-9]+)*(?:_v([0-9]))?$/;
const OUR_LETTERS = new Set(['A', 'B', 'D', 'DS', 'E', 'F', 'G', 'GS', 'L']);
const OUR_PATTERNS = new Set(SIZE_FAMILIES.map(({ pattern }) => pattern));

/** Well formed and of no family of the table; what is mistyped within one of those is not. */
function foreignSize(name: string): SizeVerdict | undefined {
  const [, letters = '', number = '', fewer, features = '', version = '0'] = PARTS.exec(name) ?? [];
  if (letters === '') return undefined;
  if (!OUR_LETTERS.has(letters)) return { kind: 'foreign' };
  if (/^[a-z]*p[a-z]*s$/.test(features)) return { kind: 'arm' };
  if (fewer !== undefined || features.includes('i')) return { kind: 'foreign' };
  const isLike = /^[abdlmo]*s?$/.test(features) && Number(version) >= 4 && Number(number) % 2 === 0;
  return isLike && !OUR_PATTERNS.has(`${letters}#${features}_v${version}`) ? { kind: 'foreign' } : undefined;
}
