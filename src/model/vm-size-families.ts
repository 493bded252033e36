/**
 * Families of sizes of virtual machines: their members follow rules, so that a family is a line here. A `#` in a
 * pattern is the number of processors. Families with GPUs, for HPC and confidential ones are not here, nor are sizes of
 * isolated machines and those with fewer processors than their name says.
 *
 * @see https://learn.microsoft.com/azure/virtual-machines/sizes/overview
 */

export interface SizeFamily {
  readonly pattern: string;
  readonly vcpus: readonly number[];
  /** GiB of memory for each processor. */
  readonly memory: number;
  /** GiB of temporary disk for each processor; left out: it has none. */
  readonly temp?: number;
  /** Memory and temporary disk of members that do not follow the rule, by processors. */
  readonly irregular?: Readonly<Record<number, { readonly memoryGib?: number; readonly tempDiskGib?: number }>>;
  readonly generations?: readonly ('1' | '2')[];
  readonly premium?: boolean;
  readonly controllers?: readonly ('SCSI' | 'NVMe')[];
  readonly trustedLaunch?: boolean;
}

const TO_64 = [2, 4, 8, 16, 32, 48, 64];
const TO_96 = [...TO_64, 96];
const TO_128 = [...TO_96, 128];
const E_TO_64 = [2, 4, 8, 16, 20, 32, 48, 64];
const E_TO_96 = [...E_TO_64, 96];
const E_TO_128 = [...E_TO_96, 128];
const E96 = { 96: { memoryGib: 672 } };

const NO_PREMIUM = { premium: false } as const;
const OLD = { premium: false, generations: ['1'], trustedLaunch: false } as const;
const V6 = { generations: ['2'], controllers: ['NVMe'] } as const;

const GENERAL: readonly SizeFamily[] = [
  { pattern: 'D#s_v6', vcpus: [...TO_128, 192], memory: 4, ...V6 },
  { pattern: 'D#ds_v6', vcpus: [...TO_128, 192], memory: 4, temp: 55, ...V6 },
  { pattern: 'D#ls_v6', vcpus: TO_128, memory: 2, ...V6 },
  { pattern: 'D#lds_v6', vcpus: TO_128, memory: 2, temp: 55, ...V6 },
  { pattern: 'D#_v5', vcpus: TO_96, memory: 4, ...NO_PREMIUM },
  { pattern: 'D#s_v5', vcpus: TO_96, memory: 4 },
  { pattern: 'D#d_v5', vcpus: TO_96, memory: 4, temp: 37.5, ...NO_PREMIUM },
  { pattern: 'D#ds_v5', vcpus: TO_96, memory: 4, temp: 37.5 },
  { pattern: 'D#ls_v5', vcpus: TO_96, memory: 2 },
  { pattern: 'D#lds_v5', vcpus: TO_96, memory: 2, temp: 37.5 },
  { pattern: 'D#as_v5', vcpus: TO_96, memory: 4 },
  { pattern: 'D#ads_v5', vcpus: TO_96, memory: 4, temp: 37.5 },
  { pattern: 'D#_v4', vcpus: TO_64, memory: 4, ...NO_PREMIUM },
  { pattern: 'D#s_v4', vcpus: TO_64, memory: 4 },
  { pattern: 'D#d_v4', vcpus: TO_64, memory: 4, temp: 37.5, ...NO_PREMIUM },
  { pattern: 'D#ds_v4', vcpus: TO_64, memory: 4, temp: 37.5 },
  { pattern: 'D#as_v4', vcpus: TO_96, memory: 4, temp: 8 },
  { pattern: 'D#s_v3', vcpus: TO_64, memory: 4, temp: 8 },
  { pattern: 'D#_v3', vcpus: TO_64, memory: 4, temp: 25, ...OLD },
];

const MEMORY: readonly SizeFamily[] = [
  { pattern: 'E#s_v6', vcpus: E_TO_128, memory: 8, ...V6 },
  { pattern: 'E#ds_v6', vcpus: E_TO_128, memory: 8, temp: 55, ...V6 },
  { pattern: 'E#_v5', vcpus: E_TO_96, memory: 8, irregular: E96, ...NO_PREMIUM },
  { pattern: 'E#s_v5', vcpus: E_TO_96, memory: 8, irregular: E96 },
  { pattern: 'E#d_v5', vcpus: E_TO_96, memory: 8, temp: 37.5, irregular: E96, ...NO_PREMIUM },
  { pattern: 'E#ds_v5', vcpus: E_TO_96, memory: 8, temp: 37.5, irregular: E96 },
  { pattern: 'E#as_v5', vcpus: E_TO_96, memory: 8, irregular: E96 },
  { pattern: 'E#ads_v5', vcpus: E_TO_96, memory: 8, temp: 37.5, irregular: E96 },
  { pattern: 'E#s_v4', vcpus: E_TO_64, memory: 8, irregular: { 64: { memoryGib: 504 } } },
  { pattern: 'E#ds_v4', vcpus: E_TO_64, memory: 8, temp: 37.5, irregular: { 64: { memoryGib: 504 } } },
  { pattern: 'E#as_v4', vcpus: E_TO_96, memory: 8, temp: 16, irregular: E96 },
  { pattern: 'E#s_v3', vcpus: E_TO_64, memory: 8, temp: 16, irregular: { 64: { memoryGib: 432, tempDiskGib: 864 } } },
  { pattern: 'E#_v3', vcpus: E_TO_64, memory: 8, temp: 25, irregular: { 64: { memoryGib: 432 } }, ...OLD },
];

const COMPUTE_AND_STORAGE: readonly SizeFamily[] = [
  { pattern: 'F#s_v2', vcpus: [2, 4, 8, 16, 32, 48, 64, 72], memory: 2, temp: 8 },
  { pattern: 'L#s_v3', vcpus: [8, 16, 32, 48, 64, 80], memory: 8, temp: 10 },
  { pattern: 'L#as_v3', vcpus: [8, 16, 32, 48, 64, 80], memory: 8, temp: 10 },
];

const BURSTABLE: readonly SizeFamily[] = [
  { pattern: 'B#s_v2', vcpus: [2, 4, 8, 16, 32], memory: 4 },
  { pattern: 'B#ls_v2', vcpus: [2, 4, 8, 16, 32], memory: 2 },
  { pattern: 'B#ts_v2', vcpus: [2], memory: 0.5 },
  { pattern: 'B#as_v2', vcpus: [2, 4, 8, 16, 32], memory: 4 },
  { pattern: 'B#als_v2', vcpus: [2, 4, 8, 16, 32], memory: 2 },
  { pattern: 'B#ats_v2', vcpus: [2], memory: 0.5 },
  { pattern: 'B#s', vcpus: [1, 2], memory: 2, temp: 4, irregular: { 1: { memoryGib: 1 } } },
  {
    pattern: 'B#ms',
    vcpus: [1, 2, 4, 8, 12, 16, 20],
    memory: 4,
    temp: 8,
    irregular: { 1: { memoryGib: 2, tempDiskGib: 4 } },
  },
];

export const SIZE_FAMILIES: readonly SizeFamily[] = [...GENERAL, ...MEMORY, ...COMPUTE_AND_STORAGE, ...BURSTABLE];
