/** The licence texts of a whole release in one file, `NOTICE`. Pure. */
import { sha256 } from '../model/digest.ts';
import type { Bill } from './bill.ts';
import { subjectOf } from './document.ts';

export interface ComponentTexts {
  /** The component's label. */
  readonly component: string;
  /** By path below `share/licenses/<component>/`. */
  readonly texts: ReadonlyMap<string, string>;
}

const RULE = '='.repeat(78);

/** The file: an index of the components with their licences, then every text once, with all that it came with. */
export function formatNotice(bill: Bill, all: readonly ComponentTexts[]): string {
  const texts = new Map<string, { readonly text: string; readonly from: string[] }>();
  for (const { component, texts: own } of all) {
    for (const [path, text] of own) {
      const digest = sha256(text);
      const known = texts.get(digest) ?? { text, from: [] };
      known.from.push(`${component}: ${path}`);
      texts.set(digest, known);
    }
  }
  const { name, version } = subjectOf(bill);
  const index = bill.components.map(({ label, version: of, licence, licenceNote }) => {
    const title = of === undefined ? label : `${label} ${of}`;
    return `  ${title}: ${licence ?? 'no licence is known'}${licenceNote === undefined ? '' : `\n    ${licenceNote}`}`;
  });
  const sections = Array.from(
    texts.values(),
    ({ text, from }) => `${RULE}\n${from.join('\n')}\n${RULE}\n\n${text.trimEnd()}\n`,
  );
  const head = `${name} ${version} contains the following components.\n\n${index.join('\n')}\n`;
  return [head, ...sections].join('\n');
}
