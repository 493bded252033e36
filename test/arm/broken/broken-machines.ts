/** Templates that break the rules of accounts and machines. */
import type { JsonObject } from '../../../src/model/json.ts';
import {
  account,
  availabilitySet,
  machine,
  osProfile,
  scaleSet,
  SIZE,
  templateOf,
  withExtension,
  SECRET,
} from '../templates.ts';

const IMAGE = { publisher: 'Debian', offer: 'debian-13', sku: '13-gen2', version: '0.20261101.1' };

/** For each rule the smallest templates that break it, and no other. */
export const BROKEN_MACHINES: Readonly<Record<string, readonly JsonObject[]>> = {
  'Storage-Accounts-Need-Sku-And-Kind': [
    templateOf([account({ accountType: 'Standard_LRS' })]),
    templateOf([account({}, { sku: { tier: 'x' } })]),
  ],
  'Storage-Accounts-Should-Be-Tight': [
    templateOf([account({ minimumTlsVersion: 'TLS1_0' })]),
    templateOf([account({ allowBlobPublicAccess: true })]),
  ],
  'VM-Sizes-Must-Not-Be-Retired': [
    'Standard_A5',
    'Standard_D2',
    'Standard_D2_v2',
    'Standard_DS14_v2',
    'Standard_G5',
    'Standard_GS4-8',
    'Basic_A1',
  ].map((size) => templateOf([machine()], { variables: { size } })),
  'VM-Size-Should-Be-A-Parameter': [templateOf([machine({ hardwareProfile: { vmSize: 'Standard_D2ds_v5' } })])],
  'Unmanaged-Disks-Are-Retired': [
    templateOf([machine({ storageProfile: { osDisk: { vhd: { uri: 'x' } } } })], SIZE),
    templateOf([machine({ storageProfile: { dataDisks: [{ lun: 0, vhd: { uri: 'x' } }] } })], SIZE),
    templateOf([scaleSet({ storageProfile: { osDisk: { vhdContainers: ['x'] } } })]),
  ],
  'Availability-Sets-Must-Be-Aligned': [
    templateOf([availabilitySet({})]),
    templateOf([availabilitySet(undefined, { platformFaultDomainCount: 5 })]),
  ],
  'Scale-Sets-Should-Name-Their-Mode': [
    templateOf([scaleSet({ licenseType: 'x' }, { overprovision: false })]),
    templateOf([scaleSet({ licenseType: 'x' }, { orchestrationMode: 'Flexible' })]),
  ],
  'Password-Authentication-Should-Be-Off': [
    templateOf([machine({ osProfile: { computerName: 'x' } })], SIZE),
    templateOf([machine({ osProfile: osProfile({ adminPassword: "[parameters('secret')]" }) })], {
      ...SIZE,
      ...SECRET,
    }),
  ],
  'adminUsername-Should-Not-Be-A-Literal': [
    templateOf([machine({ osProfile: osProfile({ adminUsername: 'core' }) })], SIZE),
  ],
  'CustomData-Limit': [
    templateOf([machine({ osProfile: osProfile({ customData: "[base64(variables('long'))]" }) })], {
      variables: { ...SIZE.variables, long: 'x'.repeat(65_537) },
    }),
  ],
  'CustomData-Should-Not-Contain-Keys': [
    templateOf(
      [
        machine({
          osProfile: osProfile({ customData: "[base64(concat('key=', listKeys('x', '2025-08-01').keys[0].value))]" }),
        }),
      ],
      SIZE,
    ),
  ],
  'VM-Images-Must-Be-Pinned': [
    withImage({ ...IMAGE, version: 'latest' }),
    withImage({ id: "[concat(resourceGroup().id, '/providers/Microsoft.Compute/galleries/g/images/i')]" }),
  ],
  'VM-Images-Must-Not-Be-Retired': [
    withImage({ ...IMAGE, publisher: 'Canonical', offer: 'UbuntuServer', sku: '16.04.0-LTS' }),
  ],
  'Virtual-Machines-Should-Not-Be-Preview': [withImage({ ...IMAGE, offer: 'debian-13-daily' })],
  'Extensions-Must-Not-Be-Retired': [
    withExtension({ publisher: 'Microsoft.OSTCExtensions', type: 'CustomScriptForLinux' }),
  ],
  'Linux-Diagnostic-Is-Retired': [
    withExtension({ publisher: 'Microsoft.OSTCExtensions', type: 'LinuxDiagnostic' }),
    templateOf([
      scaleSet({
        extensionProfile: { extensions: [{ name: 'd', properties: { publisher: 'x', type: 'LinuxDiagnostic' } }] },
      }),
    ]),
  ],
  'ManagedIdentityExtension-must-not-be-used': [
    withExtension({ publisher: 'Microsoft.ManagedIdentity', type: 'ManagedIdentityExtensionForLinux' }),
  ],
  'CommandToExecute-Must-Use-ProtectedSettings-For-Secrets': [
    withExtension(
      { type: 'CustomScript', settings: { commandToExecute: "[concat('a ', parameters('secret'))]" } },
      SECRET,
    ),
  ],
};

function withImage(imageReference: JsonObject): JsonObject {
  return templateOf([machine({ storageProfile: { imageReference } })], SIZE);
}
