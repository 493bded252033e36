/** What a local cluster is made of. */
import type { Generation } from '../../image/vhd-rules.ts';
import type { Accelerator } from '../accelerator.ts';
import type { Ip } from '../network/frame.ts';

/** One machine. */
export interface ClusterMachine {
  readonly hostName: string;
  readonly ip: Ip;
  /** Of its subnet. */
  readonly prefixLength: number;
  /** What cloud-init gets, plain. */
  readonly customData: string;
  /** Those of DC/OS that it has to come up with; none: nothing is expected of DC/OS. */
  readonly roles: readonly string[];
  /** Ports that are reached from this host, besides that of ssh. */
  readonly ports: readonly number[];
}

export interface ClusterOptions {
  readonly image: string;
  /** Size of the image's disk. */
  readonly imageBytes: number;
  readonly format?: 'vpc' | 'raw';
  readonly generation: Generation;
  readonly secureBoot: boolean;
  /** No two of one name or one address. */
  readonly machines: readonly ClusterMachine[];
  readonly userName: string;
  /** Of each machine. */
  readonly memoryMib: number;
  readonly accelerator: Accelerator | 'auto';
  /** For all to come up; undefined: what the accelerator needs. */
  readonly timeoutMs: number | undefined;
  /** Where the logs of the serial consoles go, as `<host name>.log`. */
  readonly consoles: string;
  /** Folder for disks that are written to and for sockets. */
  readonly scratch: string;
  readonly say: (text: string) => void;
  readonly signal: AbortSignal;
}
