/** The executors by the kind of root that they build on. */
import { unreachable } from '../model/unreachable.ts';
import { bubblewrap } from './bubblewrap.ts';
import type { BuildRoot, Executor } from './executor.ts';
import { ociExecutor } from './oci.ts';

const oci = ociExecutor();

/** The executor for builds on that root. Nothing is looked for on this machine before it is used. */
export function executorFor(root: BuildRoot): Executor {
  switch (root.kind) {
    case 'folder':
      return bubblewrap;
    case 'image':
      return oci;
    default:
      return unreachable(root);
  }
}
