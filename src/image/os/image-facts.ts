/** All that rules about the system inside of an image want to know of it, read once. */
import type { ImageFiles } from '../files/image-files.ts';
import { readAccounts, type AccountFacts } from './account-facts.ts';
import { readAgents, type AgentFacts } from './agent-facts.ts';
import { readBoot, type BootFacts } from './boot-facts.ts';
import { readKernels, type KernelFacts } from './kernel-facts.ts';
import { readNetwork, type NetworkFacts } from './network-facts.ts';
import { readPackages, type PackageFacts } from './package-facts.ts';
import { readSoftware, type SoftwareFacts } from './software-facts.ts';
import { readSsh, type SshFacts } from './ssh-facts.ts';
import { readStorage, type StorageFacts } from './storage-facts.ts';
import { readSystem, type SystemFacts } from './system-facts.ts';
import { readTraces, type TraceFacts } from './trace-facts.ts';

export interface ImageFacts {
  readonly system: SystemFacts;
  readonly boot: BootFacts;
  readonly kernels: readonly KernelFacts[];
  readonly accounts: AccountFacts;
  readonly ssh: SshFacts;
  readonly agents: AgentFacts;
  readonly packages: PackageFacts;
  readonly software: SoftwareFacts;
  readonly network: NetworkFacts;
  readonly storage: StorageFacts;
  readonly traces: TraceFacts;
}

/** @param esp files of the EFI system partition, if there is one that can be read */
export async function readImageFacts(
  files: ImageFiles,
  esp: ImageFiles | undefined,
  signal: AbortSignal,
): Promise<ImageFacts> {
  return {
    system: await readSystem(files),
    boot: await readBoot(files, esp),
    kernels: await readKernels(files, signal),
    accounts: await readAccounts(files),
    ssh: await readSsh(files),
    agents: await readAgents(files),
    packages: await readPackages(files),
    software: await readSoftware(files),
    network: await readNetwork(files),
    storage: await readStorage(files),
    traces: await readTraces(files),
  };
}
