/** What single virtual machines and those of scale sets have alike: image, disks, account, what cloud-init is told. */
import { call, expressionText, type Expression, type ExpressionText } from '../../arm/expression.ts';
import type { JsonObject } from '../../model/json.ts';
import { compact, joined, parameter } from './resource.ts';

export interface MachineImage {
  readonly reference: JsonObject;
  /** Whether it can start by Secure Boot, with a virtual TPM. */
  readonly isTrusted: boolean;
  /** The purchase plan that machines of a Marketplace image have to name. */
  readonly plan?: JsonObject | undefined;
}

interface MachineDisk {
  readonly gib: number;
  readonly type: string;
}

export interface Machine {
  readonly size: ExpressionText;
  readonly image: MachineImage;
  readonly osDisk: MachineDisk & { readonly caching: 'ReadOnly' | 'ReadWrite' };
  readonly dataDisks: readonly MachineDisk[];
  /** Names of parameters that hold public keys of ssh. */
  readonly keyParameters: readonly string[];
  /** Before it is encoded. */
  readonly customData: Expression;
}

/** @param naming the property that gives the machine its name in its own eyes, or the part that all names share */
export function osProfile({ keyParameters, customData }: Machine, naming: JsonObject): JsonObject {
  const path = expressionText(joined('/home/', parameter('linuxAdminUsername'), '/.ssh/authorized_keys'));
  return {
    ...naming,
    adminUsername: expressionText(parameter('linuxAdminUsername')),
    customData: expressionText(call('base64', customData)),
    linuxConfiguration: {
      disablePasswordAuthentication: true,
      ssh: { publicKeys: keyParameters.map((name) => ({ path, keyData: expressionText(parameter(name)) })) },
    },
  };
}

/** Data disks stay when a single machine is deleted; scale sets have no say in that. */
export function storageProfile({ image, osDisk, dataDisks }: Machine): JsonObject {
  return compact({
    imageReference: image.reference,
    osDisk: {
      createOption: 'FromImage',
      caching: osDisk.caching,
      diskSizeGB: osDisk.gib,
      managedDisk: { storageAccountType: osDisk.type },
    },
    dataDisks: dataDisks.length === 0 ? undefined : dataDisks.map(dataDiskJson),
  });
}

/** Premium disks of the second kind know no cache. */
function dataDiskJson({ gib, type }: MachineDisk, lun: number): JsonObject {
  return {
    lun,
    createOption: 'Empty',
    caching: type === 'PremiumV2_LRS' ? 'None' : 'ReadOnly',
    diskSizeGB: gib,
    managedDisk: { storageAccountType: type },
  };
}

/** Undefined for images that cannot: Azure then makes a machine as it always did. */
export function securityProfile({ image }: Machine): JsonObject | undefined {
  if (!image.isTrusted) return undefined;
  return { securityType: 'TrustedLaunch', uefiSettings: { secureBootEnabled: true, vTpmEnabled: true } };
}

/** Screen and serial console, kept in an account that Azure manages. */
export function diagnosticsProfile(): JsonObject {
  return { bootDiagnostics: { enabled: expressionText(parameter('enableVMDiagnostics')) } };
}
