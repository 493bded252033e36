/** A machine that is provisioned here: who it is, and what it is told to be. */
import { addressOf } from './network/address.ts';
import type { Member } from './network/virtual-network.ts';

export interface Guest extends Member {
  readonly userName: string;
  /** One line, as in authorized_keys. */
  readonly publicKey: string;
  /** What cloud-init gets: a cloud-config. */
  readonly customData: string;
  /** Of the virtual machine; its firmware says it, too. */
  readonly vmId: string;
  readonly containerId: string;
  readonly instanceId: string;
  /** Which of the racks it is said to be in, and in which of the groups that are updated at once. */
  readonly faultDomain: number;
  readonly updateDomain: number;
}

/** Another machine of the guest's network, which is never switched on: a name that is to be had from its name server alone. */
export const NEIGHBOUR: Member = { hostName: 'neighbour', address: addressOf(1, { ip: '10.0.0.5', prefixLength: 24 }) };

/** Where customData leaves its mark, and what it writes there. */
export const MARKER = { path: '/etc/dcos-build-boot-test', text: 'customData was applied' } as const;

const ROLE_NAME = /^[a-z0-9_]+$/;

/** Whether it can be the name of a role: it becomes the name of a file. */
export function isRoleName(role: string): boolean {
  return ROLE_NAME.test(role);
}

/** The cloud-config of the test: a marker, and the role where DC/OS's first boot looks for it. */
export function cloudConfigOf(role: string | undefined): string {
  const marker = { path: MARKER.path, content: `${MARKER.text}\n` };
  const files = role === undefined ? [marker] : [marker, { path: `/etc/mesosphere/roles/${role}`, content: '' }];
  return `#cloud-config\n${JSON.stringify({ write_files: files }, undefined, 2)}\n`;
}
