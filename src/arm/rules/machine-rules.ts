/** Rules of virtual machines and scale sets. */
import { isJsonObject, valueAt, type Json } from '../../model/json.ts';
import type { Found, Rule } from '../finding.ts';
import { MOST_CUSTOM_DATA_BYTES } from '../limits.ts';
import { listAt, numberAt, objectsAt, textAt } from '../look.ts';
import { isExpressionText } from '../parse-expression.ts';
import type { Subject } from '../subject.ts';

/** @see https://learn.microsoft.com/azure/virtual-machines/sizes/retirement/retired-sizes-list */
const RETIRED_SIZE =
  /^(?:Basic_A\d+|Standard_A\d+m?(?:_v2)?|Standard_DS?\d+(?:-\d+)?(?:_v2)?(?:_Promo)?|Standard_GS?\d+(?:-\d+)?)$/i;

export const MACHINE_RULES: readonly Rule[] = [
  {
    id: 'VM-Sizes-Must-Not-Be-Retired',
    severity: 'error',
    what: 'Machines have no size of the series A, D, DS, G and GS of versions 1 and 2.',
    hint: 'Take one of the newer series, such as Standard_D2ds_v5; only those with a d have a temporary disk.',
    find: retiredSizes,
  },
  {
    id: 'VM-Size-Should-Be-A-Parameter',
    severity: 'hint',
    what: 'Sizes of machines come from parameters or variables.',
    hint: 'Not every region has every size: let people choose.',
    find: writtenSizes,
  },
  {
    id: 'Unmanaged-Disks-Are-Retired',
    severity: 'error',
    what: 'Disks are managed ones: no vhd, no vhdContainers.',
    hint: 'Take out vhd and vhdContainers, and give each disk a managedDisk with a storageAccountType.',
    find: unmanagedDisks,
  },
  {
    id: 'Availability-Sets-Must-Be-Aligned',
    severity: 'error',
    what: 'Availability sets have the sku Aligned, which managed disks need, and at most 3 fault domains.',
    hint: 'Set "sku": { "name": "Aligned" } and platformFaultDomainCount to 2 or 3, or use zones.',
    find: availabilitySets,
  },
  {
    id: 'Scale-Sets-Should-Name-Their-Mode',
    severity: 'warning',
    what: 'Scale sets say whether their orchestrationMode is Uniform or Flexible; Flexible ones have a networkApiVersion.',
    hint: 'Uniform keeps machines alike under one model; the default of newer interfaces is Flexible.',
    find: scaleSetModes,
  },
  {
    id: 'Password-Authentication-Should-Be-Off',
    severity: 'warning',
    what: 'People log in to machines by ssh keys, not by passwords.',
    hint: 'Set linuxConfiguration.disablePasswordAuthentication to true, and take out adminPassword.',
    find: passwords,
  },
  {
    id: 'adminUsername-Should-Not-Be-A-Literal',
    severity: 'warning',
    what: 'The name of the administrator comes from a parameter.',
    hint: 'Add a parameter for it.',
    find: writtenNames,
  },
  {
    id: 'CustomData-Limit',
    severity: 'error',
    what: 'customData has at most 64 KiB before it is encoded.',
    hint: 'Compress files in it, or let the machine fetch them.',
    find: longCustomData,
  },
  {
    id: 'CustomData-Should-Not-Contain-Keys',
    severity: 'warning',
    what: 'customData holds no keys of accounts: every user of the machine may be able to read it.',
    hint: 'Give the machine a managed identity, or do without the account.',
    find: keysInCustomData,
  },
];

function* retiredSizes({ machines }: Subject): Iterable<Found> {
  for (const { size, sizePath } of machines) {
    if (size !== undefined && RETIRED_SIZE.test(size))
      yield { path: sizePath, message: `The size ${size} is retired.` };
  }
}

function* writtenSizes(subject: Subject): Iterable<Found> {
  for (const { sizePath } of subject.machines) {
    const written = subject.sourceAt(sizePath);
    if (typeof written !== 'string' || isExpressionText(written)) continue;
    yield { path: sizePath, message: `The size ${written} is written out.` };
  }
}

function* unmanagedDisks({ machines }: Subject): Iterable<Found> {
  for (const { profile, path } of machines) {
    const at = [...path, 'storageProfile'];
    const disk = valueAt(profile, ['storageProfile', 'osDisk']) ?? null;
    if (valueAt(disk, ['vhd']) !== undefined)
      yield { path: [...at, 'osDisk', 'vhd'], message: 'The disk of the system is not managed.' };
    if (valueAt(disk, ['vhdContainers']) !== undefined) {
      yield { path: [...at, 'osDisk', 'vhdContainers'], message: 'The disks of the scale set are not managed.' };
    }
    for (const [index, data] of listAt(profile, 'storageProfile', 'dataDisks').entries()) {
      if (valueAt(data, ['vhd']) === undefined) continue;
      yield { path: [...at, 'dataDisks', index, 'vhd'], message: 'A disk for data is not managed.' };
    }
  }
}

function* availabilitySets(subject: Subject): Iterable<Found> {
  for (const { sku, properties, path, name } of subject.ofType('microsoft.compute/availabilitysets')) {
    const skuName = textAt(sku ?? null, 'name') ?? '';
    if (!/^(?:aligned$|[<{])/i.test(skuName))
      yield { path: [...path, 'sku'], message: `The availability set "${name}" is not Aligned.` };
    const domains = numberAt(properties, 'platformFaultDomainCount') ?? 2;
    if (domains <= 3) continue;
    yield {
      path: [...path, 'properties', 'platformFaultDomainCount'],
      message: `No region has ${domains} fault domains.`,
    };
  }
}

function* scaleSetModes({ machines }: Subject): Iterable<Found> {
  for (const { isScaleSet, resource, profile, path } of machines) {
    if (!isScaleSet) continue;
    const mode = textAt(resource.properties, 'orchestrationMode');
    const at = [...resource.path, 'properties', 'orchestrationMode'];
    if (mode === undefined) yield { path: at, message: `The scale set "${resource.name}" has no orchestrationMode.` };
    if (mode?.toLowerCase() !== 'flexible' || textAt(profile, 'networkProfile', 'networkApiVersion') !== undefined)
      continue;
    yield {
      path: [...path, 'networkProfile', 'networkApiVersion'],
      message: `The Flexible scale set "${resource.name}" has no networkApiVersion.`,
      hint: 'Set it to 2020-11-01 or later.',
    };
  }
}

function* passwords({ machines }: Subject): Iterable<Found> {
  for (const { profile, path, resource } of machines) {
    const os = valueAt(profile, ['osProfile']) ?? null;
    if (!isJsonObject(os) || valueAt(os, ['windowsConfiguration']) !== undefined) continue;
    if (valueAt(os, ['adminPassword']) !== undefined) {
      yield { path: [...path, 'osProfile', 'adminPassword'], message: `"${resource.name}" has a password.` };
    } else if (isOff(valueAt(os, ['linuxConfiguration', 'disablePasswordAuthentication']))) {
      yield {
        path: [...path, 'osProfile', 'linuxConfiguration'],
        message: `"${resource.name}" lets people log in by passwords.`,
      };
    }
  }
}

function isOff(value: Json | undefined): boolean {
  return value === undefined || value === false || (typeof value === 'string' && value.toLowerCase() === 'false');
}

function* writtenNames(subject: Subject): Iterable<Found> {
  for (const { path } of subject.machines) {
    const at = [...path, 'osProfile', 'adminUsername'];
    const written = subject.sourceAt(at);
    if (typeof written !== 'string' || isExpressionText(written)) continue;
    yield { path: at, message: `The administrator "${written}" is written out.` };
  }
}

function* longCustomData({ machines }: Subject): Iterable<Found> {
  for (const { path, customData = '' } of machines) {
    const bytes = Buffer.byteLength(customData);
    if (bytes <= MOST_CUSTOM_DATA_BYTES) continue;
    yield { path: [...path, 'osProfile', 'customData'], message: `The customData has ${bytes} bytes.` };
  }
}

/** Keys are what `listKeys()` and its sisters give, which stand there by their ways. */
function* keysInCustomData({ machines }: Subject): Iterable<Found> {
  for (const { path, customData = '' } of machines) {
    const [, name] = /\{(list[a-z]*)\(/i.exec(customData) ?? [];
    if (name === undefined) continue;
    yield { path: [...path, 'osProfile', 'customData'], message: `The customData holds what ${name}() gives.` };
  }
}

/** The extensions of machines: resources of their own and those of scale sets. */
export function extensionsOf(subject: Subject): { readonly path: Found['path']; readonly properties: Json }[] {
  const own = subject
    .ofType('microsoft.compute/virtualmachines/extensions', 'microsoft.compute/virtualmachinescalesets/extensions')
    .map(({ path, properties }) => ({ path: [...path, 'properties'], properties }));
  const inside = subject.machines.flatMap(({ profile, path }) =>
    objectsAt(profile, 'extensionProfile', 'extensions').map((one, at) => ({
      path: [...path, 'extensionProfile', 'extensions', at, 'properties'],
      properties: one['properties'] ?? null,
    })),
  );
  return [...own, ...inside];
}
