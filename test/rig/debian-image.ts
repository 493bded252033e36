/**
 * The image of `imageRig` on a base that is made for real: by mmdebstrap, of a few packages of Debian and one of ours with
 * what a disk needs besides. The configuration of that one can be held, in the midst of dpkg's work.
 */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  globSync,
  mkdirSync,
  openSync,
  rmSync,
  statSync,
} from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toSha256 } from '../../src/model/digest.ts';
import { formatBuilderLock, type LockedPackage } from '../../src/recipe/builder.ts';
import { DebianArchive, type BinaryPackage } from './debian-archive.ts';
import { DEFINITION, imageRig, LOCK_FILE, SYSTEM } from './image-rig.ts';
import { addOrdinaryUser, type RunningAs } from './ordinary-user.ts';
import type { Rig } from './rig.ts';
import { lockSmallDebian } from './small-debian.ts';

const OWN = 'image-parts';

/** Apt installs what is not essential, as our package, and as with the variant of real images, which takes more. */
const VARIANT = 'essential';

/** Waits for somebody to write into a FIFO of the root, if there is one. */
const POSTINST = `#!/bin/sh
set -eu
if [ -p /run/hold ]; then read -r _ </run/hold; fi
`;

/** A rig that anybody can look into, as apt's own user must. */
export async function debianImageRig(): Promise<Rig> {
  const rig = await imageRig({ packages: [OWN] });
  const debian = await lockSmallDebian(rig.path('out/cache/apt'));
  const packages = [...debian.packages, ...ownPackages().map((each) => addPackage(rig, each))];
  const lock = { ...debian, requested: [OWN], madeWith: { ...debian.madeWith, variant: VARIANT }, packages };
  rig.write('pipelines/images/tiny.json', JSON.stringify({ ...DEFINITION, suite: lock.suite, packages: [OWN] }));
  rig.write(LOCK_FILE, formatBuilderLock(lock));
  chmodSync(rig.folder, 0o755);
  addOrdinaryUser(rig);
  return rig;
}

/** What a disk and the rules of Azure ask for, openssl by the name of its package. */
function ownPackages(): readonly BinaryPackage[] {
  const { 'etc/passwd': _passwd, 'etc/group': _group, ...files } = SYSTEM;
  return [
    { name: OWN, version: '1', fields: ['Depends: openssl'], files, scripts: { postinst: POSTINST } },
    { name: 'openssl', version: '3.0.17' },
  ];
}

/** Builds it, and puts it where packages are that have been fetched. */
function addPackage(rig: Rig, { name, version, ...rest }: BinaryPackage): LockedPackage {
  const archive = new DebianArchive(rig.path('archive'));
  const sha256 = archive.addPackage({ name, version, ...rest });
  const [file = ''] = globSync(`pool/**/${name}_*.deb`, { cwd: archive.folder });
  const cached = rig.path('out/cache/sources/sha256', sha256);
  mkdirSync(rig.path('out/cache/sources/sha256'), { recursive: true });
  copyFileSync(`${archive.folder}/${file}`, cached);
  const digest = toSha256(sha256);
  if (digest === undefined) throw new Error(`${sha256} is no SHA-256`);
  return { name, version, architecture: 'all', file, bytes: statSync(cached).size, sha256: digest };
}

/** Programs under which the bake stops in the midst of dpkg's work, by way of FIFOs. */
export function holdDpkg(rig: Rig): string {
  const folder = rig.path('held');
  rmSync(folder, { recursive: true, force: true });
  rig.write(
    'held/mmdebstrap',
    `#!/bin/sh
exec /usr/bin/mmdebstrap --essential-hook='mkfifo -m 0666 "$1/run/hold" && echo "$1" >${folder}/root' "$@"
`,
  );
  chmodSync(rig.path('held/mmdebstrap'), 0o755);
  execFileSync('mkfifo', ['--mode=0666', 'root'], { cwd: folder });
  return folder;
}

/** Waits until dpkg configures our package. @returns the root that mmdebstrap works in */
export async function dpkgHeld(
  rig: Rig,
  { end }: Pick<RunningAs, 'end'>,
): Promise<AsyncDisposable & { readonly root: string }> {
  const told = rig.path('held/root');
  let hold = told;
  const held = async (): Promise<AsyncDisposable & { readonly root: string }> => {
    const root = (await readFile(told, 'utf8')).trimEnd();
    hold = join(root, 'run/hold');
    // Opened when the script of the package has opened the other end, and waits.
    const file = await open(hold, 'w');
    return { root, [Symbol.asyncDispose]: () => file.close() };
  };
  const ended = end.then(({ stderr }) => {
    // Whoever waits for the other end of a FIFO waits no longer.
    closeSync(openSync(hold, constants.O_RDWR | constants.O_NONBLOCK));
    throw new Error(`It ended before dpkg was held:\n${stderr}`);
  });
  return await Promise.race([held(), ended]);
}
