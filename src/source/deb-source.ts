/** `deb_source`: one upstream tarball out of a Debian source package, without its top folder. */
import { extractArchives } from '../host/archive-extract.ts';
import type { DebSourceSource } from '../model/source.ts';
import { cachedFile, fetchFile, isMissingFile } from './download.ts';
import type { SourceKind } from './kind.ts';

/** Only the one file is asked for, never the whole source package: its other files may be gone when this one is not. */
export const debSource: SourceKind<DebSourceSource> = {
  missing: async (source, context) => ((await isMissingFile(source.checksum, context)) ? [source.file] : []),

  fetch: async (source, context) => {
    const { package: name, version, file, checksum } = source;
    await fetchFile(
      {
        checksum,
        item: file,
        addresses: async () => {
          const apt = await context.apt();
          return (await apt.findSource({ package: name, version, file, sha256: checksum.hex })).urls;
        },
        throughApt: async (url, path) => await (await context.apt()).download(url, path, checksum.hex),
        hint: `It is not in the archive that apt knows; keep such files in a mirror, or take the built package (kind "deb").`,
      },
      context,
    );
  },

  checkout: async (source, destination, context) => {
    const archive = { path: cachedFile(source.checksum, context), label: `${context.label}: ${source.file}` };
    await extractArchives([archive], destination, {
      // Whatever its name, as dpkg-source does: `boost`, `otp-OTP-25.2.3` and `Flask-Compress-1.4.0` were seen.
      strip: 'single-folder-if-any',
      ...(source.unpackedLimit === undefined ? {} : { unpackedLimit: source.unpackedLimit }),
      ...(context.epoch === undefined ? {} : { epoch: context.epoch }),
      ...(context.signal === undefined ? {} : { signal: context.signal }),
    });
  },
};
