/** What makes a small Debian pass every rule on the system inside of an image. */

/** Folders without an entry are made; a text that begins with `->` is a link. */
export type OsFiles = Readonly<Record<string, string | Uint8Array>>;

export const RELEASE = '6.1.0-9-cloud-amd64';
export const KERNEL_MODULES = [
  ...['drivers/hv/hv_vmbus', 'drivers/scsi/hv_storvsc', 'drivers/net/hyperv/hv_netvsc', 'drivers/hid/hid-hyperv'],
  ...['drivers/input/serio/hyperv-keyboard', 'drivers/block/virtio_blk', 'drivers/net/virtio_net', 'drivers/ata/ahci'],
];
const CONFIG = [
  ...['HYPERV=y', 'HYPERV_STORAGE=m', 'HYPERV_NET=m', 'HYPERV_UTILS=m', 'HYPERV_BALLOON=m', 'HYPERV_KEYBOARD=m'],
  ...['HID_HYPERV_MOUSE=m', 'WATCHDOG=y', 'CIFS=m', 'LOCALVERSION=""'],
].map((line) => `CONFIG_${line}`);
const PARAMETERS =
  'root=UUID=0 ro console=tty0 console=ttyS0,115200 earlyprintk=ttyS0,115200 rootdelay=300 net.ifnames=0';

export function grubConfig(parameters = PARAMETERS): string {
  return `# no update-grub was run here
set timeout=0
set more="${parameters}"
menuentry 'Debian GNU/Linux' --class debian {
  linux /boot/vmlinuz-${RELEASE} $more
  initrd /boot/initrd.img-${RELEASE}
}
menuentry 'Debian GNU/Linux (recovery mode)' {
  linux /boot/vmlinuz-${RELEASE} root=UUID=0 ro single quiet
}
`;
}

export const DPKG_STATUS = [
  ['openssl', '3.0.17-1~deb12u2'],
  ['libc6', '2.36-9+deb12u10'],
  ['waagent', '2.7.3.0-2'],
  [`linux-image-${RELEASE}`, '6.1.140-1'],
]
  .map(
    ([name, version]) => `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: ${version}\n`,
  )
  .join('\n');

export const PASSWD = `root:x:0:0:root:/root:/bin/bash
daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
dcos_mesos:x:997:997::/nonexistent:/usr/sbin/nologin
`;
export const WAAGENT = `# Azure Linux Agent
Provisioning.Agent=auto
ResourceDisk.Format=n
ResourceDisk.EnableSwap=n
AutoUpdate.Enabled=y
OS.EnableFirewall=y
`;

export const OS_FILES: OsFiles = {
  '/bin': '->usr/bin',
  '/sbin': '->usr/sbin',
  '/lib': '->usr/lib',
  '/usr/bin/sh': '->dash',
  '/usr/bin/python3': '->python3.11',
  '/usr/bin/python3.11': 'python',
  '/usr/bin/cloud-init': '#!/usr/bin/python3\n',
  '/usr/sbin/sshd': 'sshd',
  '/usr/sbin/hv_kvp_daemon': 'daemon',
  '/usr/lib/python3/dist-packages/azurelinuxagent/common/version.py': "AGENT_VERSION = '2.7.3.0'\n",
  [`/usr/lib/modules/${RELEASE}/modules.dep`]: 'kernel/fs/fat/vfat.ko: kernel/fs/fat/fat.ko\nkernel/fs/udf/udf.ko:\n',
  [`/usr/lib/modules/${RELEASE}/modules.builtin`]: 'kernel/fs/isofs/isofs.ko\n',
  [`/boot/config-${RELEASE}`]: `${CONFIG.join('\n')}\n`,
  '/boot/grub/grub.cfg': grubConfig(),
  '/etc/os-release': 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\nVERSION_ID="12"\n',
  '/etc/passwd': PASSWD,
  '/etc/shadow': 'root:*:19000:0:99999:7:::\ndaemon:*:19000:0:99999:7:::\ndcos_mesos:!:19000::::::\n',
  '/etc/sudoers': 'Defaults env_reset\n# Defaults targetpw\nroot ALL=(ALL:ALL) ALL\n',
  '/etc/sudoers.d/README': '# nothing\n',
  '/etc/ssh/sshd_config': '# Debian\nInclude /etc/ssh/sshd_config.d/*.conf\nUsePAM yes\nClientAliveInterval 5000\n',
  '/etc/ssh/sshd_config.d/50-azure.conf': 'ClientAliveInterval 180\n',
  '/etc/systemd/system/multi-user.target.wants/ssh.service': '->/lib/systemd/system/ssh.service',
  '/etc/waagent.conf': WAAGENT,
  '/etc/cloud/cloud.cfg': 'datasource_list: [ NoCloud, None ]\n',
  '/etc/cloud/cloud.cfg.d/90-azure.cfg': 'datasource_list: [ Azure ]\n',
  '/etc/chrony/chrony.conf': 'confdir /etc/chrony/conf.d\nmakestep 1 3\n',
  '/etc/chrony/conf.d/azure.conf': 'refclock PHC /dev/ptp_hyperv poll 3 dpoll -2 offset 0\nmakestep 1.0 -1\n',
  '/etc/fstab': 'UUID=0 / ext4 defaults 0 1\nUUID=1 /boot/efi vfat umask=0077 0 1\n',
  '/etc/apt/sources.list': 'deb [signed-by=/etc/key.gpg] http://archive.debian.org/debian bookworm main\n',
  '/etc/hostname': 'localhost\n',
  '/etc/machine-id': '',
  '/etc/network/interfaces': '# by cloud-init\nsource /etc/network/interfaces.d/*\n',
  '/root/.profile': '# nothing\n',
  '/var/lib/dpkg/status': DPKG_STATUS,
  '/var/log/README': 'logs\n',
};

/** The head of a kernel for x86-64, as UEFI knows it by. */
export function kernelHead(machine = 0x8664): Buffer {
  const head = Buffer.alloc(4096);
  head.write('MZ', 0, 'latin1');
  head.writeUInt32LE(0x40, 0x3c);
  head.write('PE\0\0', 0x40, 'latin1');
  head.writeUInt16LE(machine, 0x44);
  return head;
}
