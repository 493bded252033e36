/** Where things lie below the work folder (`out` by default): the only module that knows. */
import { join } from 'node:path';
import type { PackageId } from '../model/package-id.ts';
import { packageName } from '../model/package-id.ts';

export interface Folders {
  readonly out: string;
  /** The store, in pkgpanda's layout: what is published. */
  readonly repository: string;
  /** Downloads by hash, git mirrors. */
  readonly sourceCache: string;
  /** Bare repositories among them, one for each address. */
  readonly gitMirrors: string;
  /** The downloads among them: files named by their hash, in a folder for each algorithm. */
  readonly downloads: string;
  /** Builder roots by digest. */
  readonly builders: string;
  /** Stages of disk images by their content ids. */
  readonly imageCache: string;
  /** Disk images: a folder for each version, in one for each name. */
  readonly images: string;
  /** Unpacked packages by id, for activation. */
  readonly unpacked: string;
  /** Logs of builds, in a folder for each component. */
  readonly logs: string;
  /** Folders of running builds; what is found here after a crash is swept. */
  readonly work: string;
  readonly locks: string;
  /** Durations and inputs of earlier builds. */
  readonly history: string;
  /** What the last run saw and left, by which the next one finds that nothing changed. */
  readonly state: string;
}

export function foldersBelow(out: string): Folders {
  return {
    out,
    repository: join(out, 'repository'),
    sourceCache: join(out, 'cache'),
    gitMirrors: join(out, 'cache', 'git'),
    downloads: join(out, 'cache', 'sources'),
    builders: join(out, 'cache', 'builders'),
    imageCache: join(out, 'cache', 'images'),
    images: join(out, 'images'),
    unpacked: join(out, 'cache', 'unpacked'),
    logs: join(out, 'logs'),
    work: join(out, 'work'),
    locks: join(out, 'locks'),
    history: join(out, 'history.sqlite'),
    state: join(out, 'state'),
  };
}

/** The log of the last build of an id, whether it succeeded or not. */
export function logPath(folders: Folders, id: PackageId): string {
  return join(folders.logs, packageName(id), `${id}.log`);
}

/** Shared by all runs that use what is below the work folder; who removes things from there holds it alone. */
export function useLock(folders: Pick<Folders, 'locks'>): string {
  return join(folders.locks, 'in-use');
}

/** Held by whoever builds that id. */
export function buildLock(folders: Folders, id: PackageId): string {
  return join(folders.locks, 'build', id);
}
