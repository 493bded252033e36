/** What Azure's instance metadata service at 169.254.169.254 says of a machine. */
import type { HttpAnswer, HttpRequest } from '../host/http-server.ts';
import type { Guest } from './guest.ts';
import { subnetOf } from './network/address.ts';

/** Versions that are known here; an unknown one is refused with 400, as there. */
const VERSION = /^20(1[7-9]|2[0-5])-\d\d-\d\d$/;

/** Answers one request. @see cloud-init, DataSourceAzure.py; waagent, common/protocol/imds.py */
export function answerImds({ method, url, headers }: HttpRequest, guest: Guest): HttpAnswer {
  if (headers['metadata'] !== 'true') return json(400, { error: 'Bad request: header Metadata:true is required' });
  if (method !== 'GET') return json(405, { error: 'Method not allowed' });
  if (url.pathname === '/metadata/versions') return json(200, { apiVersions: ['2019-06-01', '2021-08-01'] });
  if (!VERSION.test(url.searchParams.get('api-version') ?? '')) return json(400, { error: 'Bad request: api-version' });
  const [root, kind, ...path] = url.pathname.split('/').filter((part) => part !== '');
  const value = root === 'metadata' && kind === 'instance' ? path.reduce(memberOf, instanceOf(guest)) : undefined;
  if (value === undefined) return json(404, { error: 'Not found' });
  if (url.searchParams.get('format') !== 'text') return json(200, value);
  return { status: 200, type: 'text/plain; charset=utf-8', body: typeof value === 'string' ? value : '' };
}

function memberOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null
    ? new Map<string, unknown>(Object.entries(value)).get(key)
    : undefined;
}

function instanceOf({ hostName, userName, publicKey, vmId, address, faultDomain, updateDomain }: Guest): unknown {
  return {
    compute: {
      azEnvironment: 'AzurePublicCloud',
      location: 'local',
      name: hostName,
      osProfile: { adminUsername: userName, computerName: hostName, disablePasswordAuthentication: 'true' },
      osType: 'Linux',
      platformFaultDomain: String(faultDomain),
      platformUpdateDomain: String(updateDomain),
      publicKeys: [{ keyData: publicKey, path: `/home/${userName}/.ssh/authorized_keys` }],
      resourceGroupName: 'dcos-build',
      subscriptionId: '00000000-0000-0000-0000-000000000000',
      tags: '',
      tagsList: [],
      userData: '',
      vmId,
      vmSize: 'Standard_D2s_v5',
      zone: '',
    },
    network: {
      interface: [
        {
          ipv4: {
            ipAddress: [{ privateIpAddress: address.ip, publicIpAddress: '' }],
            subnet: [{ address: subnetOf(address), prefix: String(address.prefixLength) }],
          },
          ipv6: { ipAddress: [] },
          macAddress: address.mac.toUpperCase(),
        },
      ],
    },
  };
}

function json(status: number, value: unknown): HttpAnswer {
  return { status, type: 'application/json; charset=utf-8', body: JSON.stringify(value) };
}
