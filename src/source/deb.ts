/** `deb`: Debian binary packages, unpacked into one folder as dpkg would unpack them into `/`. */
import { extractArchives } from '../host/archive-extract.ts';
import { inParallel } from '../host/in-parallel.ts';
import type { DebFile, DebSource } from '../model/source.ts';
import { cachedFile, fetchFile, isMissingFile } from './download.ts';
import type { SourceContext, SourceKind } from './kind.ts';

export const deb: SourceKind<DebSource> = {
  missing: async ({ packages }, context) => {
    const absent = await Promise.all(packages.map(({ checksum }) => isMissingFile(checksum, context)));
    return packages.filter((_, index) => absent[index]).map(debFileName);
  },

  fetch: async ({ packages }, context) => {
    const jobs = Math.max(packages.length, 1);
    await inParallel(
      packages,
      { jobs, ...(context.signal === undefined ? {} : { signal: context.signal }) },
      (file, signal) =>
        fetchFile(
          {
            checksum: file.checksum,
            item: debFileName(file),
            addresses: () => addressesOf(file, context),
            throughApt: async (url, path) => await (await context.apt()).download(url, path, file.checksum.hex),
            hint: 'The archive keeps only the newest version: pin that one, or keep the file in a mirror.',
          },
          { ...context, signal },
        ),
    );
  },

  checkout: async ({ packages }, destination, context) => {
    const archives = packages.map((file) => ({
      path: cachedFile(file.checksum, context),
      label: `${context.label}: ${debFileName(file)}`,
    }));
    await extractArchives(archives, destination, {
      strip: 'none',
      // In a package `/etc/x` is its own etc/x: openjdk's configuration is reached by such links.
      absoluteLinks: 'root',
      ...(context.epoch === undefined ? {} : { epoch: context.epoch }),
      ...(context.signal === undefined ? {} : { signal: context.signal }),
    });
  },
};

async function addressesOf(file: DebFile, context: SourceContext): Promise<readonly string[]> {
  const { package: name, version, architecture, checksum } = file;
  const apt = await context.apt();
  return (await apt.findDeb({ package: name, version, architecture, sha256: checksum.hex })).urls;
}

/** The name of its file in Debian's archive, but for an epoch of the version. */
export function debFileName({ package: name, version, architecture }: DebFile): string {
  return `${name}_${version}_${architecture}.deb`;
}
