/**
 * The bootstrap stage: DC/OS at /opt/mesosphere, active, with its units where systemd looks for them, and for each role
 * what the first boot has to add.
 */
import { join, relative } from 'node:path';
import { linkTo, makeFolder, writeFileWhole } from '../host/files.ts';
import type { FolderContent } from '../host/folder-tree.ts';
import { listPlain, type PlainEntry } from '../host/plain-root.ts';
import { readTextNow } from '../host/quick-files.ts';
import { planActivation, type ActivePackage } from '../build/activate.ts';
import { installedAt, SOURCE_DATE_EPOCH } from '../build/sandbox.ts';
import { sha256, type Sha256 } from '../model/digest.ts';
import { UserError } from '../model/errors.ts';
import { byCodePoint, sorted } from '../model/order.ts';
import type { PackageStore } from '../store/package-store.ts';
import type { UnpackedCache } from '../store/unpacked-cache.ts';
import type { DcosSource } from './dcos-source.ts';
import { filesOf, writeEntries } from './entries-file.ts';
import { AFTER_SETUP, formatRole, ROLES_FOLDER, TARGET_WANTS, UNIT_FOLDER, type RoleLine } from './first-boot.ts';
import type { ShownDefinition } from './image-definitions.ts';
import { checkRoles } from './roles.ts';
import { openStage, stageId, type StageOptions } from './stage.ts';

/** Goes up when the same packages are laid out in another way. */
const LAYOUT = 1;

const ROOT = '/opt/mesosphere';
const UNITS = 'dcos.target.wants';
/** Brought by the image, not by packages. */
const RESERVED = ['dcos.target', 'dcos-download.service', 'dcos-setup.service'];

export interface DcosOptions extends StageOptions {
  readonly packages: PackageStore;
  readonly unpacked: UnpackedCache;
  /** Which roles. */
  readonly definition: ShownDefinition;
  /** They are held against the same packages: once is enough. */
  readonly areRolesChecked: boolean;
  readonly threads: number;
  readonly onPackage?: (done: number, all: number) => void;
}

/** Follows from the packages' bytes and the roles. */
export function dcosId(source: DcosSource, roles: readonly string[]): Sha256 {
  const packages = source.packages.map(({ id, sha256: digest }) => [id, digest]);
  return stageId('bootstrap', LAYOUT, [packages, sorted(roles)]);
}

/** @throws UserError, UserErrors IMAGE_INVALID, STORE_CORRUPT, ARCHIVE_REFUSED, ACTIVATION_CONFLICT, PACKAGE_REFUSED, DISK_FULL */
export async function openDcos(
  source: DcosSource,
  options: DcosOptions,
): Promise<{ readonly folder: string; readonly made: boolean }> {
  // The stage links to the unpacked packages, which are looked at on every run: after a power cut they are made anew.
  const packages = await openPackages(source, options);
  if (!options.areRolesChecked) checkRoles(options.definition, packages);
  const { roles } = options.definition.definition;
  return await openStage('bootstrap', dcosId(source, roles), options, async (folder) => {
    const files = filesOf(folder);
    const linked = `${files}${ROOT}/packages`;
    await makeFolder(linked);
    for (const { id, folder: from } of packages) {
      // Relative to where the stage will be, which is as deep as where it is made.
      await linkTo(relative(linked, from), join(linked, id));
    }
    const entries: PlainEntry[] = [];
    for (const { id, folder: from } of packages)
      entries.push(...(await listPlain(from, installedAt(id), options.signal)));
    const { added, texts } = await layOut(packages, roles);
    for (const [path, text] of texts) await writeFileWhole(`${files}${path}`, text);
    await writeEntries(folder, [...added, ...entries]);
  });
}

async function openPackages(
  source: DcosSource,
  { packages, unpacked, threads, signal, onPackage }: DcosOptions,
): Promise<readonly ActivePackage[]> {
  const opened: ActivePackage[] = [];
  for (const { id, manifest } of source.packages) {
    opened.push({ id, folder: await unpacked.open(packages, { ...manifest, id }, { threads, signal }) });
    onPackage?.(opened.length, source.packages.length);
  }
  return opened;
}

interface Layout {
  readonly added: readonly PlainEntry[];
  /** Content of the files among them by path. */
  readonly texts: ReadonlyMap<string, string>;
}

/** Everything but the packages themselves. One role alone is applied at once, of several each gets its list. */
async function layOut(packages: readonly ActivePackage[], roles: readonly string[]): Promise<Layout> {
  const applied = roles.length === 1 ? roles : [];
  const common = { packages, withUnits: true };
  const plain = await planActivation({ ...common, roles: applied });
  const later = roles.filter((role) => !applied.includes(role));
  const unitText = (target: string): string => readUnit(packages, target);
  const layout = new LayoutDraft(unitText);
  layout.addActivation(plain);
  for (const role of later) {
    const lines = roleLines(plain, await planActivation({ ...common, roles: [role] }));
    layout.addFile(`${ROLES_FOLDER}/${role}`, formatRole(lines));
  }
  return layout;
}

/** What the role adds: pkgpanda would link exactly that besides. */
function roleLines(plain: FolderContent, withRole: FolderContent): readonly RoleLine[] {
  const before = new Set(plain.folders);
  const folders = withRole.folders.filter((path) => !before.has(path));
  const links = [...withRole.links].filter(([path]) => !plain.links.has(path));
  return [
    ...folders.filter(isNoUnit).map((path): RoleLine => ['folder', `${ROOT}/${path}`]),
    ...links.flatMap(([path, target]): readonly RoleLine[] => {
      if (isNoUnit(path)) return [['link', `${ROOT}/${path}`, target]];
      const unit = unitName(path);
      return [
        ['copy', `${UNIT_FOLDER}/${unit}`, target],
        ['folder', `${UNIT_FOLDER}/${unit}.d`],
        ['link', `${UNIT_FOLDER}/${unit}.d/10-dcos-setup.conf`, AFTER_SETUP],
        ['folder', TARGET_WANTS],
        ['link', `${TARGET_WANTS}/${unit}`, `${UNIT_FOLDER}/${unit}`],
      ];
    }),
  ];
}

function isNoUnit(path: string): boolean {
  return path !== UNITS && !path.startsWith(`${UNITS}/`);
}

/** @throws UserError ACTIVATION_CONFLICT */
function unitName(path: string): string {
  const unit = path.slice(UNITS.length + 1);
  if (!RESERVED.includes(unit) && !unit.includes('/')) return unit;
  throw new UserError('ACTIVATION_CONFLICT', `A package brings the unit ${unit}, which is one of DC/OS's own.`, {
    hint: 'Give the unit another name in the build script of the component.',
  });
}

/** The text of a unit by the path at which it is installed. */
function readUnit(packages: readonly ActivePackage[], target: string): string {
  const owner = packages.find(({ id }) => target.startsWith(`${installedAt(id)}/`));
  const path = owner === undefined ? target : `${owner.folder}${target.slice(installedAt(owner.id).length)}`;
  return readTextNow(path) ?? '';
}

class LayoutDraft implements Layout {
  readonly added: PlainEntry[] = [];
  readonly texts = new Map<string, string>();
  readonly #unitText: (target: string) => string;

  constructor(unitText: (target: string) => string) {
    this.#unitText = unitText;
    for (const path of ['/opt', ROOT, '/usr', '/usr/lib', '/usr/lib/dcos', ROLES_FOLDER]) this.#addFolder(path);
    for (const path of ['/etc', '/etc/systemd', UNIT_FOLDER, TARGET_WANTS]) this.#addFolder(path);
  }

  addActivation({ folders, links, files }: FolderContent): void {
    for (const path of folders.filter(isNoUnit)) this.#addFolder(`${ROOT}/${path}`);
    for (const [path, text] of files) this.addFile(`${ROOT}/${path}`, text);
    for (const [path, target] of [...links].toSorted(([a], [b]) => byCodePoint(a, b))) {
      if (isNoUnit(path)) this.#addLink(`${ROOT}/${path}`, target);
      else this.#addUnit(unitName(path), target);
    }
  }

  addFile(path: string, text: string): void {
    this.texts.set(path, text);
    const bytes = Buffer.byteLength(text);
    this.added.push({ ...RIGHTS, path, mode: 0o644, kind: 'file', bytes, sha256: sha256(text) });
  }

  /** Copied to where systemd looks, as pkgpanda does it, and linked from the target. */
  #addUnit(unit: string, target: string): void {
    this.addFile(`${UNIT_FOLDER}/${unit}`, this.#unitText(target));
    this.#addFolder(`${UNIT_FOLDER}/${unit}.d`);
    this.#addLink(`${UNIT_FOLDER}/${unit}.d/10-dcos-setup.conf`, AFTER_SETUP);
    this.#addLink(`${TARGET_WANTS}/${unit}`, `${UNIT_FOLDER}/${unit}`);
  }

  #addFolder(path: string): void {
    this.added.push({ ...RIGHTS, path, mode: 0o755, kind: 'folder' });
  }

  #addLink(path: string, target: string): void {
    this.added.push({ ...RIGHTS, path, mode: 0o777, kind: 'link', target });
  }
}

const RIGHTS = { uid: 0, gid: 0, mtime: SOURCE_DATE_EPOCH } as const;
