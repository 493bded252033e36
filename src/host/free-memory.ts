/** How much memory this machine has left. */

/** What a new process could take without swapping, within the limit of our control group if there is one. */
export function freeMemoryBytes(): number {
  return process.availableMemory();
}
