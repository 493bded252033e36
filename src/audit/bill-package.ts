/** What a bill tells of a package, out of its manifest. */
import type { BillPackage } from '../bom/bill.ts';
import type { FoundLicence } from '../bom/licence-evidence.ts';
import { isJsonArray, isJsonObject, member } from '../model/json.ts';
import type { Manifest } from '../store/manifest.ts';

export function billPackage({ file, sha256, bytes, facts }: Manifest): BillPackage {
  const licences = foundLicences(member(facts, 'licences'));
  return { file, sha256, bytes, ...(licences.length === 0 ? {} : { licences }) };
}

function foundLicences(value: ReturnType<typeof member>): readonly FoundLicence[] {
  if (!isJsonArray(value)) return [];
  return value.flatMap((item) => {
    if (!isJsonObject(item)) return [];
    const { licence, file, files } = item;
    const isWhole = typeof licence === 'string' && typeof file === 'string' && typeof files === 'number';
    return isWhole ? [{ licence, file, files }] : [];
  });
}
