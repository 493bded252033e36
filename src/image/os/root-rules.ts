/** Whether there is a root file system that rules on what is in it can look at. */
import type { Rule } from '../rules.ts';

export interface RootFacts {
  readonly state: 'read' | 'unread' | 'broken';
  /** Of one that is not read: why. */
  readonly why: string;
  readonly partition: number;
  readonly needsRecovery: boolean;
}

export const ROOT_RULES: readonly Rule<RootFacts>[] = [
  {
    ...{ id: 'root.readable', severity: 'error', required: 'a root file system, ext4 to be looked at' },
    source: 'dcos-build',
    judge: ({ state, why, partition }) =>
      state === 'unread' ? { skipped: why } : { ok: state === 'read', actual: why || `partition ${partition}` },
  },
  {
    ...{ id: 'root.clean', severity: 'warning', required: 'nothing left in the journal', source: 'dcos-build' },
    judge: ({ state, why, needsRecovery }) =>
      state === 'read'
        ? {
            ok: !needsRecovery,
            actual: needsRecovery ? 'it was not unmounted; files may be older than they are' : 'clean',
          }
        : { skipped: why },
  },
];
