/** The smallest set of packages that mmdebstrap can install: 12 MB of Debian's archive. */
import { openApt } from '../../src/host/apt.ts';
import type { BuilderLock } from '../../src/recipe/builder.ts';

export const SMALL_TIMESTAMP = 1_795_305_600;

const PACKAGES: readonly string[] = [
  ...['base-files', 'base-passwd', 'coreutils', 'dash', 'diffutils', 'dpkg', 'grep', 'libc-bin', 'sed'],
];

/** @param folder where apt keeps its lists */
export async function lockSmallDebian(folder: string): Promise<BuilderLock> {
  const apt = await openApt({ folder, suite: 'bookworm' });
  const packages = await apt.resolve(PACKAGES, { base: [] });
  return {
    suite: 'bookworm',
    architecture: apt.architecture,
    requested: PACKAGES,
    madeWith: { tool: 'mmdebstrap', variant: 'custom', timestamp: SMALL_TIMESTAMP },
    packages: packages.map(({ package: name, path: file, version, architecture, bytes, sha256 }) => {
      return { name, version, architecture, file, bytes, sha256 };
    }),
  };
}
