/** One build in isolation: a self-contained description in, files out. A driver per file beside this one. */
import type { PackageId } from '../model/package-id.ts';

/** A folder or file of this host as the build sees it. */
export interface Mount {
  /** Absolute path on this host. */
  readonly from: string;
  /** Absolute path in the sandbox. */
  readonly to: string;
  readonly mode: 'ro' | 'rw';
}

/** The root file system of a build: a folder made by `builder build`, or an image that docker or podman knows. */
export type BuildRoot =
  { readonly kind: 'folder'; readonly path: string } | { readonly kind: 'image'; readonly reference: string };

/** Everything that one build may see and use; two equal descriptions give the same files. */
export interface BuildDescription {
  readonly id: PackageId;
  readonly root: BuildRoot;
  /** Program and arguments, run in the sandbox with `/pkg` as working folder. */
  readonly command: readonly string[];
  /** The whole environment: nothing of the host's is added. */
  readonly environment: Readonly<Record<string, string>>;
  /** In the order in which they are to be mounted: outer folders first. */
  readonly mounts: readonly Mount[];
  readonly limits: {
    /** Wall time after which the build is ended. */
    readonly timeoutMs: number;
    /** Resident memory of all processes of the build together, in bytes. */
    readonly memoryBytes: number;
  };
}

export interface RunOptions {
  /** Output of the build as it comes, standard output and error together. */
  readonly onOutput: (chunk: Uint8Array) => void;
  /** Ends the build and every process of it. */
  readonly signal: AbortSignal;
  /**
   * Path on this host of a GNU make jobserver (host/jobserver.ts). The build's `MAKE_JOBS` then holds the option that
   * joins it, for `make $MAKE_JOBS`. Containers do not get it.
   */
  readonly jobserver?: string;
}

/** How a build ended. Never thrown: only the absence of the executor's own parts is (EXECUTOR_UNAVAILABLE). */
export type BuildEnd =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'signalled'; readonly signal: string }
  | { readonly kind: 'timeout'; readonly timeoutMs: number }
  | { readonly kind: 'memory'; readonly memoryBytes: number }
  | { readonly kind: 'cancelled' };

export interface Executor {
  /** As it is named in messages: `bubblewrap`, `docker`, `podman`. */
  readonly name: string;
  /** @throws UserError EXECUTOR_UNAVAILABLE with what to install */
  run(description: BuildDescription, options: RunOptions): Promise<BuildEnd>;
  /** Opens a shell on this terminal in the same sandbox; returns its exit status. */
  shell(description: BuildDescription): Promise<number>;
}
