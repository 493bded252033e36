/** systemd's unit files, as far as it takes to see a mistake in one. */

/** Sections by name; of a key that stands several times all values, in order. */
export type Unit = ReadonlyMap<string, readonly UnitEntry[]>;

interface UnitEntry {
  readonly key: string;
  readonly value: string;
}

/** @see systemd.syntax(7): comments begin a line, a backslash at its end goes on in the next one */
export function parseUnit(text: string): Unit {
  const unit = new Map<string, UnitEntry[]>();
  let section: UnitEntry[] | undefined;
  for (const line of text.replaceAll('\\\n', ' ').split('\n')) {
    const [, name] = /^\[([A-Za-z]+)\]$/.exec(line) ?? [];
    const [, key, value] = /^([A-Za-z]+)=(.*)$/.exec(line) ?? [];
    if (line === '' || /^[#;]/.test(line)) continue;
    if (name !== undefined) {
      section = unit.get(name) ?? [];
      unit.set(name, section);
    } else if (key === undefined || value === undefined || section === undefined) {
      throw new Error(`"${line}" belongs to no unit file`);
    } else section.push({ key, value });
  }
  return unit;
}

/** The section that gives a unit its kind. */
const KINDS: Readonly<Record<string, string>> = {
  service: 'Service',
  socket: 'Socket',
  timer: 'Timer',
  path: 'Path',
  mount: 'Mount',
};
const KNOWN = ['Unit', 'Install', ...Object.values(KINDS)];
/** Prefixes of systemd.service(5), and then where programs may lie: in DC/OS, or, for what is beside it, on every node. */
const SERVICE = /^[-+@:!]*\/opt\/mesosphere\/\S+(?: |$)/;
const HELPER = /^[-+@:!]*\/(?:opt\/mesosphere|(?:usr\/)?s?bin)\/\S+(?: |$)/;

export function unitMistakes(file: string, unit: Unit): string[] {
  const kind = KINDS[file.split('.').at(-1) ?? ''];
  const entries = [...unit.values()].flat();
  const programs = entries.filter(({ key }) => /^Exec(?:Start|Stop|Reload)/.test(key));
  return [
    ...[...unit.keys()].filter((name) => !KNOWN.includes(name)).map((name) => `[${name}] is unknown`),
    ...(valuesOf(unit, 'Unit', 'Description').length === 1 ? [] : ['it has no description']),
    ...(kind === undefined || unit.has(kind) ? [] : [`[${kind}] is missing`]),
    ...(kind !== 'Service' || valuesOf(unit, 'Service', 'ExecStart').length > 0 ? [] : ['nothing is started']),
    ...programs
      .filter(({ key, value }) => !(key === 'ExecStart' ? SERVICE : HELPER).test(value))
      .map(({ key, value }) => `${key} runs "${value}", which lies elsewhere`),
  ];
}

function valuesOf(unit: Unit, section: string, key: string): string[] {
  return (unit.get(section) ?? []).filter((entry) => entry.key === key).map(({ value }) => value);
}
