/** Runs the command line on a machine whose apt knows one archive alone: that of the test. */
import type { DebianArchive } from './debian-archive.ts';
import type { CommandEnd, Rig } from './rig.ts';

const SUITE = 'bookworm';
/** Debian's name of this machine's architecture. */
export const ARCHITECTURE = process.arch === 'arm64' ? 'arm64' : 'amd64';

/** Publishes what was added to the archive, and runs `dcos-build` with /etc/apt in its place. */
export async function runWithArchive(rig: Rig, archive: DebianArchive, args: readonly string[]): Promise<CommandEnd> {
  archive.publish(SUITE, ARCHITECTURE);
  archive.sourceList(SUITE, 'copy');
  const words = args.map((arg) => `'${arg}'`).join(' ');
  return await rig.shell(
    `mkdir -p etc/sources.list.d && cp '${archive.folder}/etc/debian.sources' etc/sources.list.d/
exec bwrap --dev-bind / / --bind etc /etc/apt dcos-build ${words}`,
  );
}
