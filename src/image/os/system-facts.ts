/** What system it is, and for which processor. */
import type { ImageFiles } from '../files/image-files.ts';
import { keyValues } from './config-lines.ts';

/** `x86` is the one of 32 bits. */
export type Machine = 'x86_64' | 'aarch64' | 'x86' | 'unknown';

export interface SystemFacts {
  /** As os-release says: `debian`; empty if there is none. */
  readonly id: string;
  readonly versionId: string;
  readonly name: string;
  /** Undefined: there is no shell. */
  readonly userland: Machine | undefined;
}

const ELF_MACHINES: Readonly<Record<number, Machine>> = { 0x3e: 'x86_64', 0xb7: 'aarch64', 3: 'x86' };
const PE_MACHINES: Readonly<Record<number, Machine>> = { 0x8664: 'x86_64', 0xaa64: 'aarch64', 0x14c: 'x86' };

export async function readSystem(files: ImageFiles): Promise<SystemFacts> {
  const text = (await files.text('/etc/os-release')) ?? (await files.text('/usr/lib/os-release')) ?? '';
  const release = keyValues(text);
  const shell = await files.read('/bin/sh', 64);
  return {
    id: release.get('ID') ?? '',
    versionId: release.get('VERSION_ID') ?? '',
    name: release.get('PRETTY_NAME') ?? release.get('ID') ?? 'an unknown system',
    userland: shell === undefined ? undefined : machineOfElf(shell),
  };
}

export function machineOfElf(head: Buffer): Machine {
  if (head.length < 20 || head.toString('latin1', 0, 4) !== '\x7fELF') return 'unknown';
  const machine = head.readUInt8(5) === 1 ? ELF_MACHINES[head.readUInt16LE(18)] : undefined;
  const is64 = head.readUInt8(4) === 2;
  return machine === undefined || is64 === (machine === 'x86') ? 'unknown' : machine;
}

/** Of a kernel, by the header that it has for UEFI, or else by that of x86. */
export function machineOfKernel(head: Buffer): Machine {
  if (head.length >= 0x40 && head.toString('latin1', 0, 2) === 'MZ') {
    const at = head.readUInt32LE(0x3c);
    if (at + 6 <= head.length && head.toString('latin1', at, at + 4) === 'PE\0\0') {
      return PE_MACHINES[head.readUInt16LE(at + 4)] ?? 'unknown';
    }
  }
  if (head.length < 0x238 || head.toString('latin1', 0x202, 0x206) !== 'HdrS') return 'unknown';
  return (head.readUInt16LE(0x236) & 1) === 1 ? 'x86_64' : 'x86';
}
