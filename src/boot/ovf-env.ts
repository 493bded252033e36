/** ovf-env.xml: what Azure tells a new machine on a CD. */
import type { Guest } from './guest.ts';
import { escapeXml } from './xml.ts';

export const OVF_ENV_NAME = 'ovf-env.xml';

/** @see cloud-init, DataSourceAzure.py and sources/helpers/azure.py: OvfEnvXml */
export function ovfEnvironment({ hostName, userName, publicKey, customData }: Guest): string {
  const customDataBase64 = Buffer.from(customData).toString('base64');
  return `<?xml version="1.0" encoding="utf-8"?>
<ns0:Environment xmlns="http://schemas.dmtf.org/ovf/environment/1" xmlns:ns0="http://schemas.dmtf.org/ovf/environment/1" xmlns:ns1="http://schemas.microsoft.com/windowsazure" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
  <ns1:ProvisioningSection>
    <ns1:Version>1.0</ns1:Version>
    <ns1:LinuxProvisioningConfigurationSet>
      <ns1:ConfigurationSetType>LinuxProvisioningConfiguration</ns1:ConfigurationSetType>
      <ns1:HostName>${escapeXml(hostName)}</ns1:HostName>
      <ns1:UserName>${escapeXml(userName)}</ns1:UserName>
      <ns1:DisableSshPasswordAuthentication>true</ns1:DisableSshPasswordAuthentication>
      <ns1:SSH>
        <ns1:PublicKeys>
          <ns1:PublicKey>
            <ns1:Fingerprint></ns1:Fingerprint>
            <ns1:Path>/home/${escapeXml(userName)}/.ssh/authorized_keys</ns1:Path>
            <ns1:Value>${escapeXml(publicKey)}</ns1:Value>
          </ns1:PublicKey>
        </ns1:PublicKeys>
      </ns1:SSH>
      <ns1:CustomData>${customDataBase64}</ns1:CustomData>
    </ns1:LinuxProvisioningConfigurationSet>
  </ns1:ProvisioningSection>
  <ns1:PlatformSettingsSection>
    <ns1:Version>1.0</ns1:Version>
    <ns1:PlatformSettings>
      <ns1:KmsServerHostname>kms.core.windows.net</ns1:KmsServerHostname>
      <ns1:ProvisionGuestAgent>true</ns1:ProvisionGuestAgent>
      <ns1:GuestAgentPackageName xsi:nil="true" />
      <ns1:PreprovisionedVm>false</ns1:PreprovisionedVm>
    </ns1:PlatformSettings>
  </ns1:PlatformSettingsSection>
</ns0:Environment>
`;
}
