/** The bill of materials of an image: Debian's packages in it and the components of DC/OS, in one CycloneDX document. */
import { billOfPackages } from '../audit/read-published-bill.ts';
import { formatCycloneDx } from '../bom/cyclonedx.ts';
import type { SystemPackage } from '../bom/document.ts';
import type { RootTree } from '../image/root-tree.ts';
import { readTextNow } from '../host/quick-files.ts';
import { sorted } from '../model/order.ts';
import { TOOL_NAME, TOOL_VERSION } from '../model/tool.ts';
import type { BuilderLock } from '../recipe/builder.ts';
import type { DirectoryStore } from '../store/directory.ts';
import type { DcosSource } from './dcos-source.ts';

export interface ImageBillOptions {
  readonly name: string;
  readonly version: string;
  readonly source: DcosSource;
  readonly lock: BuilderLock;
  readonly tree: RootTree;
  readonly store: DirectoryStore;
  readonly epoch: number;
  readonly signal: AbortSignal;
  readonly warn: (message: string) => void;
}

export async function formatImageBill(options: ImageBillOptions): Promise<string> {
  const { name, version, source, lock, tree, store, epoch, signal, warn } = options;
  const bill = await billOfPackages(
    store,
    { variant: source.variant, bootstrap: source.bootstrap, packages: source.packages.map(({ id }) => id) },
    { signal, warn: ({ message }) => warn(message) },
  );
  const release =
    source.version === undefined
      ? undefined
      : { name: 'DC/OS', version: source.version, channel: undefined, codename: undefined };
  const system = lock.packages.map((each): SystemPackage => ({ ...each, licences: licencesOf(each.name, tree) }));
  return formatCycloneDx(
    { ...bill, release },
    { epoch, tool: { name: TOOL_NAME, version: TOOL_VERSION }, image: { name, version, system } },
  );
}

/** @see https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/ */
const READABLE = /^Format: ?https?:\/\/www\.debian\.org\/doc\/packaging-manuals\/copyright-format\/1\.0/m;

/** Names of licences in a package's copyright file, if it is of the form that machines read. */
function licencesOf(name: string, tree: RootTree): readonly string[] {
  const entry = tree.get(`/usr/share/doc/${name}/copyright`);
  const file = entry?.kind === 'hardlink' ? tree.get(entry.target) : entry;
  if (file?.kind !== 'file' || !('file' in file.content)) return [];
  const text = readTextNow(file.content.file) ?? '';
  if (!READABLE.test(text)) return [];
  const names = [...text.matchAll(/^License: *(\S.*)$/gm)].map(([, licence = '']) => licence.trim());
  return sorted(new Set(names));
}
