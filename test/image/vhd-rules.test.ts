import { expect, test } from 'vitest';
import { sha256 } from '../../src/model/digest.ts';
import { hasError, judge, type Finding } from '../../src/image/rules.ts';
import { makeFixedFooter, readFooter, type FooterReading } from '../../src/image/vhd-footer.ts';
import { VHD_RULES, type InspectedPartition, type InspectedTable, type VhdFacts } from '../../src/image/vhd-rules.ts';

const MIB = 2 ** 20;
const GIB = 2 ** 30;
const TIB = 2 ** 40;

function reading(virtualBytes: number): FooterReading {
  const read = readFooter(
    makeFixedFooter({ virtualBytes, contentSha256: sha256('disk'), epochSeconds: 1_700_000_000 }),
  );
  if (read === undefined) throw new Error('a footer that was just made is none');
  return read;
}

function partition(type: string, changes: Partial<InspectedPartition> = {}): InspectedPartition {
  return { number: 1, startByte: MIB, bytes: GIB, type, typeName: undefined, content: 'ext', ...changes };
}

const BIOS = partition('21686148-6449-6e6f-744e-656564454649', { content: undefined });
const EFI = partition('c12a7328-f81f-11d2-ba4b-00a0c93ec93b', { content: 'fat', number: 15 });
const ROOT = partition('0fc63daf-8483-4772-8e79-3d69d8477de4', { number: 16 });

function gpt(changes: Partial<InspectedTable> = {}): InspectedTable {
  return { kind: 'gpt', partitions: [BIOS, EFI, ROOT], hybrid: [], hasBootCode: true, mistakes: [], ...changes };
}

function factsOf(virtualBytes: number, changes: Partial<VhdFacts> = {}): VhdFacts {
  const read = reading(virtualBytes);
  const base = {
    fileName: 'disk.vhd',
    fileBytes: virtualBytes + 512,
    reading: read,
    hasFooterCopy: false,
    table: gpt(),
  };
  return { ...base, ...changes };
}

/** Ids of the rules that the image fails. */
function failures(virtualBytes: number, changes: Partial<VhdFacts> = {}): string[] {
  const findings = judge(VHD_RULES, factsOf(virtualBytes, changes));
  return findings.filter(({ result }) => result === 'failed').map(({ id }) => id);
}

/** Rules that nothing can be told of, and why. */
function skips(findings: readonly Finding[]): string[] {
  return findings.flatMap(({ id, result, actual }) => (result === 'skipped' ? [`${id}: ${actual}`] : []));
}

const good = 30 * GIB;

test('an image that boots both ways passes every rule', () => {
  const findings = judge(VHD_RULES, factsOf(good));
  expect(failures(good)).toEqual([]);
  expect(hasError(findings)).toBe(false);
  expect(skips(findings)).toEqual(['boot.v1-size: it boots as V2 too']);
  expect(findings.find(({ id }) => id === 'boot.generation')?.actual).toBe('V1, V2');
});

const BREAKS: readonly (readonly [
  name: string,
  bytes: number,
  changes: Partial<VhdFacts>,
  failed: readonly string[],
])[] = [
  ['a blank in its name', good, { fileName: 'my disk.vhd' }, ['vhd.name']],
  ['a file that is too long', good, { fileBytes: good + 1024 }, ['vhd.length']],
  ['half a MiB', good + MIB / 2, {}, ['vhd.aligned']],
  ['too small for Azure', 19 * MIB, {}, ['vhd.size', 'marketplace.size', 'marketplace.advice']],
  ['too small for the Marketplace', 20 * MIB, {}, ['marketplace.size', 'marketplace.advice']],
  ['1 GiB', GIB, {}, ['marketplace.advice']],
  ['too large for the Marketplace', TIB, {}, ['marketplace.size', 'marketplace.advice']],
  ['too large for all', 33 * TIB, {}, ['vhd.size', 'marketplace.size', 'marketplace.advice']],
  ['a GPT with a mistake', good, { table: gpt({ mistakes: ['it is odd'] }) }, ['table.whole']],
  ['no table', good, { table: gpt({ kind: 'none', partitions: [], hasBootCode: false }) }, ['boot.generation']],
  ['a GPT that nothing boots', good, { table: gpt({ partitions: [ROOT] }) }, ['boot.generation']],
  [
    'BIOS boot without boot code',
    good,
    { table: gpt({ partitions: [BIOS], hasBootCode: false }) },
    ['boot.generation'],
  ],
  ['EFI alone', good, { table: gpt({ partitions: [EFI, ROOT], hasBootCode: false }) }, []],
  ['an MBR without boot code', good, { table: mbr({ hasBootCode: false }) }, ['boot.generation']],
  ['an MBR', good, { table: mbr() }, []],
  ['3 TiB by BIOS', 3 * TIB, { table: mbr() }, ['marketplace.size', 'marketplace.advice', 'boot.v1-size']],
  [
    'a start at 63 sectors',
    good,
    { table: mbr({ partitions: [partition('83', { startByte: 32_256 })] }) },
    ['vhd.lead-in'],
  ],
  ['a partition of type swap', good, { table: mbr({ partitions: [partition('82')] }) }, ['swap.none-on-os']],
  ['what mkswap wrote', good, { table: gpt({ partitions: [EFI, { ...ROOT, content: 'swap' }] }) }, ['swap.none-on-os']],
  ['LVM', good, { table: gpt({ partitions: [EFI, { ...ROOT, content: 'lvm' }] }) }, ['root.no-lvm']],
  ['LUKS', good, { table: gpt({ partitions: [EFI, { ...ROOT, content: 'luks' }] }) }, ['root.no-luks']],
  ['a mistake in the footer', good, { reading: { ...reading(good), mistakes: ['it is odd'] } }, ['vhd.footer']],
];

test.each(BREAKS)('%s', (_name, bytes, changes, failed) => {
  expect(failures(bytes, changes)).toEqual(failed);
});

test('of a dynamic disk, no more is judged than its footer, and that has to stand at both ends', () => {
  const { footer } = reading(good);
  const dynamic: FooterReading = { footer: { ...footer, type: 'dynamic', creator: 'vs  ' }, mistakes: [] };
  const changes = { reading: dynamic, table: undefined, fileBytes: MIB };
  expect(failures(good, { ...changes, hasFooterCopy: true })).toEqual(['vhd.fixed', 'vhd.creator']);
  expect(failures(good, changes)).toEqual(['vhd.fixed', 'vhd.footer', 'vhd.creator']);
  const skipped = skips(judge(VHD_RULES, factsOf(good, changes)));
  expect(skipped.map((line) => line.replace(/^.*: /, ''))).toEqual(skipped.map(() => 'the disk is not fixed'));
  expect(skipped).toHaveLength(8);
});

test('a rule that cannot be told of a disk says why', () => {
  const of = (table: InspectedTable): string[] => skips(judge(VHD_RULES, factsOf(good, { table })));
  expect(of(gpt({ partitions: [EFI, ROOT], hasBootCode: false }))).toEqual(['boot.v1-size: it does not boot as V1']);
  expect(of(gpt({ kind: 'none', partitions: [], hasBootCode: false }))).toEqual([
    'boot.v1-size: it does not boot as V1',
    'vhd.lead-in: there is no partition',
    'swap.none-on-os: there is no partition',
    'root.no-lvm: there is no partition',
    'root.no-luks: there is no partition',
  ]);
});

test('every rule is broken by one of these, and ids are unique', () => {
  const ids = VHD_RULES.map(({ id }) => id);
  // Those of a disk that is not fixed have their own test, above.
  const broken = new Set([...BREAKS.flatMap(([, , , failed]) => failed), 'vhd.fixed', 'vhd.creator']);
  expect(broken).toEqual(new Set(ids));
  expect(ids).toEqual([...new Set(ids)]);
});

function mbr(changes: Partial<InspectedTable> = {}): InspectedTable {
  return gpt({ kind: 'mbr', partitions: [partition('83')], ...changes });
}
