/** Enables, disables and masks units in a root, as systemctl does it with links. */
import { UserError } from '../model/errors.ts';
import { nearest } from '../model/did-you-mean.ts';
import { nameOf } from '../image/root-tree.ts';
import type { RootDraft } from './root-draft.ts';

const ADMIN = '/etc/systemd/system';
const VENDOR = '/usr/lib/systemd/system';

export interface ServiceChanges {
  readonly enable: readonly string[];
  readonly disable: readonly string[];
  readonly mask: readonly string[];
}

/**
 * Units that say so with `Also=` are enabled and disabled together; those that are named here themselves come last.
 *
 * @throws UserError IMAGE_INVALID for a unit that is not there, or cannot be enabled
 */
export function changeServices(root: RootDraft, { enable, disable, mask }: ServiceChanges): void {
  for (const unit of withCompany(root, disable)) disableUnit(root, unit);
  for (const unit of withCompany(root, enable)) enableUnit(root, unit);
  for (const unit of mask) {
    disableUnit(root, unit);
    root.putLink(`${ADMIN}/${unit}`, '/dev/null');
  }
}

/** The units with those that go with them, each once; company that cannot be enabled is left out, as systemctl does. */
function withCompany(root: RootDraft, units: readonly string[]): ReadonlySet<string> {
  const all = new Set(units);
  // A set goes on with what is added while it is gone through.
  for (const unit of all) {
    for (const { key, value } of wishesOf(root, unit)) {
      if (key === 'Also' && wishesOf(root, value).length > 0) all.add(value);
    }
  }
  return all;
}

function wishesOf(root: RootDraft, unit: string): readonly Wish[] {
  const path = findUnit(root, unit);
  return path === undefined ? [] : installSection(root.text(path) ?? '');
}

/** Links the unit to where its `[Install]` section says. */
function enableUnit(root: RootDraft, unit: string): void {
  const path = unitPath(root, unit);
  const wishes = installSection(root.text(path) ?? '');
  if (wishes.length === 0) {
    throw new UserError('IMAGE_INVALID', `The unit ${unit} cannot be enabled: it does not say what wants it.`, {
      hint: 'Take it from "services": units without an [Install] section are started by others.',
    });
  }
  for (const { key, value } of wishes) {
    if (key === 'Also') continue;
    if (key === 'Alias') root.putLink(`${ADMIN}/${value}`, path);
    else root.putLink(`${ADMIN}/${value}.${key === 'WantedBy' ? 'wants' : 'requires'}/${unit}`, path);
  }
}

/** Removes the links that enable a unit, its other names among them. */
function disableUnit(root: RootDraft, unit: string): void {
  const path = unitPath(root, unit);
  for (const link of root.below(ADMIN)) {
    const entry = root.get(link);
    if (entry?.kind !== 'link') continue;
    const isEnabling = /\.(?:wants|requires)\/[^/]+$/.test(link) && nameOf(link) === unit;
    if (isEnabling || (nameOf(entry.target) === nameOf(path) && entry.target !== '/dev/null')) root.remove(link);
  }
}

/** Where the unit is; of an instance, its template. */
function findUnit(root: RootDraft, unit: string): string | undefined {
  const template = unit.replace(/@[^.]+(?=\.)/, '@');
  return [unit, template]
    .flatMap((name) => [`${ADMIN}/${name}`, `${VENDOR}/${name}`])
    .find((path) => root.get(path)?.kind === 'file' || (path.startsWith(VENDOR) && root.has(path)));
}

/** @throws UserError IMAGE_INVALID if there is none */
function unitPath(root: RootDraft, unit: string): string {
  const found = findUnit(root, unit);
  if (found !== undefined) return found;
  const known = root.below(VENDOR).map(nameOf);
  const guess = nearest(unit, known);
  throw new UserError('IMAGE_INVALID', `The image has no unit "${unit}".`, {
    hint: guess === undefined ? 'Look at "services", and at "packages".' : `Did you mean "${guess}"?`,
  });
}

interface Wish {
  readonly key: string;
  readonly value: string;
}

function installSection(text: string): readonly Wish[] {
  const [, section = ''] = /^\[Install\]$([^[]*)/m.exec(text) ?? [];
  return [...section.matchAll(/^(WantedBy|RequiredBy|Alias|Also)=(.*)$/gm)].flatMap(([, key = '', values = '']) =>
    values
      .trim()
      .split(/\s+/)
      .map((value) => ({ key, value })),
  );
}
