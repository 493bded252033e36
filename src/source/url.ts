/** `url`: one file as it is, and `url_extract`: an archive without its top folder; both as pkgpanda has them. */
import { basename, join } from 'node:path';
import { extractArchives } from '../host/archive-extract.ts';
import { copyInto } from '../host/copy-into.ts';
import { UserError } from '../model/errors.ts';
import type { UrlSource } from '../model/source.ts';
import { isOnMirrorsOnly, redactUrls, urlFileName } from '../model/url.ts';
import { cachedFile, fetchFile, isMissingFile } from './download.ts';
import type { SourceContext, SourceKind } from './kind.ts';

const common = {
  missing: async (source: UrlSource, context: SourceContext) =>
    (await isMissingFile(source.checksum, context, source.url)) ? [redactUrls(source.url)] : [],
  fetch: async (source: UrlSource, context: SourceContext) => {
    await fetchFile(
      {
        checksum: source.checksum,
        ...(source.secondChecksum === undefined ? {} : { secondChecksum: source.secondChecksum }),
        item: redactUrls(fileName(source, context)),
        addresses: () => Promise.resolve(isOnMirrorsOnly(source.url) ? [] : [source.url]),
        hint: isOnMirrorsOnly(source.url)
          ? 'No server has it: put the file on a mirror by its sha256, write that into the recipe, and give --mirror.'
          : 'Check the address and the network; a mirror that has the file by its hash serves as well.',
      },
      context,
    );
  },
};

/** The file, under the last part of its URL with the query, for that is what build scripts of DC/OS look for. */
export const url: SourceKind<UrlSource> = {
  ...common,
  checkout: async (source, destination, context) => {
    const name = fileName(source, context);
    await copyInto(cachedFile(source.checksum, context), join(destination, name), context.epoch ?? 0);
  },
};

export const urlExtract: SourceKind<UrlSource> = {
  ...common,
  checkout: async (source, destination, context) => {
    const path = cachedFile(source.checksum, context);
    await extractArchives(
      [{ path, label: `${context.label}: ${redactUrls(fileName(source, context))}` }],
      destination,
      {
        // pkgpanda lets tar drop the first part of each path, but wants exactly one folder on top of a zip.
        strip: source.url.endsWith('.zip') ? 'single-folder' : 'first-part',
        ...(source.unpackedLimit === undefined ? {} : { unpackedLimit: source.unpackedLimit }),
        ...(context.epoch === undefined ? {} : { epoch: context.epoch }),
        ...(context.signal === undefined ? {} : { signal: context.signal }),
      },
    );
  },
};

/** The last part of its URL, with the query. @throws UserError SOURCE_INVALID */
export function fileName(source: UrlSource, { label }: Pick<SourceContext, 'label'>): string {
  const name = urlFileName(source.url);
  if (name !== '' && name !== '.' && name !== '..' && basename(name) === name && !name.includes('\0')) return name;
  throw new UserError('SOURCE_INVALID', `${label}: the URL ${redactUrls(source.url)} ends in no file name.`, {
    hint: 'Name the file itself, such as https://example.org/name-1.0.tar.gz.',
  });
}
