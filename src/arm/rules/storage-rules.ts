/** Rules of storage accounts. */
import { valueAt } from '../../model/json.ts';
import type { Found, Rule } from '../finding.ts';
import { textAt } from '../look.ts';
import type { Subject } from '../subject.ts';

const ACCOUNTS = 'microsoft.storage/storageaccounts';

export const STORAGE_RULES: readonly Rule[] = [
  {
    id: 'Storage-Accounts-Need-Sku-And-Kind',
    severity: 'error',
    what: 'Storage accounts have a sku and a kind, not an accountType.',
    hint: 'Set "sku": { "name": "Standard_LRS" } and "kind": "StorageV2", and take out accountType.',
    find: kinds,
  },
  {
    id: 'Storage-Accounts-Should-Be-Tight',
    severity: 'warning',
    what: 'Storage accounts take TLS 1.2 at least, and have no public blobs.',
    hint: 'Set minimumTlsVersion to TLS1_2 and allowBlobPublicAccess to false.',
    find: loose,
  },
];

function* kinds(subject: Subject): Iterable<Found> {
  for (const { name, path, sku, kind, properties } of subject.ofType(ACCOUNTS)) {
    if (valueAt(properties, ['accountType']) !== undefined) {
      yield { path: [...path, 'properties', 'accountType'], message: `"${name}" has an accountType.` };
    } else if (textAt(sku ?? null, 'name') === undefined) {
      yield { path: [...path, 'sku'], message: `"${name}" has no sku.` };
    } else if (kind === undefined) yield { path: [...path, 'kind'], message: `"${name}" has no kind.` };
  }
}

function* loose(subject: Subject): Iterable<Found> {
  for (const { name, path, properties } of subject.ofType(ACCOUNTS)) {
    const version = textAt(properties, 'minimumTlsVersion') ?? 'TLS1_0';
    const isOld = /^TLS1_[01]$/.test(version);
    if (isOld) yield { path: [...path, 'properties', 'minimumTlsVersion'], message: `"${name}" takes old TLS.` };
    if (valueAt(properties, ['allowBlobPublicAccess']) === false) continue;
    yield { path: [...path, 'properties', 'allowBlobPublicAccess'], message: `Blobs of "${name}" may be public.` };
  }
}
