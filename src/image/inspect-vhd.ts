/** Everything that a VHD says of itself, held against the rules for it. */
import { basename } from 'node:path';
import { dataRanges } from './data-ranges.ts';
import type { Disk } from './disk.ts';
import { openVhd } from './open-vhd.ts';
import { contentOf } from './partition-content.ts';
import { readPartitionTable } from './partition-table.ts';
import { judge, type Finding } from './rules.ts';
import type { VhdFooter } from './vhd-footer.ts';
import { generationsOf, VHD_RULES, type Generation, type InspectedTable, type VhdFacts } from './vhd-rules.ts';

export interface VhdInspection {
  readonly fileBytes: number;
  /** What of the file is no hole. */
  readonly dataBytes: number;
  readonly footer: VhdFooter;
  /** Undefined for a disk that is not fixed. */
  readonly table: InspectedTable | undefined;
  readonly generations: readonly Generation[];
  readonly findings: readonly Finding[];
}

export interface InspectOptions {
  /** The path as it was typed, for messages. */
  readonly shown: string;
  readonly signal: AbortSignal;
}

/** @throws UserError IMAGE_INVALID if the file is no VHD */
export async function inspectVhd(path: string, { shown, signal }: InspectOptions): Promise<VhdInspection> {
  await using vhd = await openVhd(path, shown);
  const { fileBytes, hasFooterCopy, footer: reading } = vhd;
  const table = vhd.disk === undefined ? undefined : await readTable(vhd.disk);
  const ranges = await dataRanges(path, signal);
  const facts: VhdFacts = { fileName: basename(path), fileBytes, reading, hasFooterCopy, table };
  return {
    fileBytes,
    dataBytes: ranges.reduce((sum, { bytes }) => sum + bytes, 0),
    footer: reading.footer,
    table,
    generations: table === undefined ? [] : generationsOf(table),
    findings: judge(VHD_RULES, facts),
  };
}

async function readTable(disk: Disk): Promise<InspectedTable> {
  const table = await readPartitionTable(disk);
  const partitions = [];
  for (const each of table.partitions) partitions.push({ ...each, content: await contentOf(disk, each) });
  return { ...table, partitions };
}
