import { expect, test } from 'vitest';
import { isHopeless, likelyCause, type BootTrace } from '../../src/boot/cause.ts';
import { BootConsole } from '../../src/boot/console.ts';
import { kernelErrors } from '../../src/boot/kernel-messages.ts';
import { Scratch } from '../rig/scratch.ts';

const QUIET: BootTrace = {
  lines: [],
  isLeased: false,
  sshError: undefined,
  accelerator: 'kvm',
  timeoutMs: 300_000,
};
const KERNEL = '[    0.000000] Linux version 6.1.0-57-cloud-amd64';

test.each([
  ['BdsDxe: failed to load Boot0001 "UEFI QEMU HARDDISK " from PciRoot(0x0): Access Denied', /Secure Boot is on/],
  ['BdsDxe: No bootable option or device was found.', /no bootloader for generation 2/],
  ['No bootable device.', /no bootloader for generation 1/],
  ['grub rescue> ', /does not find its own files/],
  ['grub> ', /without a configuration/],
  ["error: file `/boot/vmlinuz' not found.", /did not find what its configuration names/],
  ['error: bad shim signature.', /not signed by a key/],
  ['[    1.1] Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)', /no root file system/],
  ['ALERT!  UUID=1-2 does not exist.  Dropping to a shell!', /initrd did not find the root/],
  ['[    2.0] Kernel panic - not syncing: No working init found.', /no init in it/],
  ['[    2.0] Kernel panic - not syncing: Attempted to kill init!', /kernel panicked/],
  ['You are in emergency mode. After logging in, type "journalctl -xb"', /emergency mode/],
  ['[   30.1] cloud-init[5]: Cloud-init v. 22.4.2 finished. Datasource DataSourceNone.', /no data source/],
  ['Debian GNU/Linux 12 node ttyS0 login:', /asked for no address/],
])('"%s" is understood', (line, cause) => {
  expect(likelyCause({ ...QUIET, lines: [KERNEL, line] }).cause).toMatch(cause);
});

test('a later stage outweighs what went wrong before it', () => {
  const lines = [
    'error: no such device: 1-2.',
    KERNEL,
    '[    2.0] Kernel panic - not syncing: Attempted to kill init!',
  ];
  expect(likelyCause({ ...QUIET, lines }).cause).toBe('The kernel panicked.');
  expect(isHopeless(lines)).toBe(true);
  expect(isHopeless(lines.slice(0, 2))).toBe(false);
});

test.each([
  ['azureuser@127.0.0.1: Permission denied (publickey).', /refused the key/],
  ['Connection closed by 127.0.0.1 port 40000', /no ssh server answered/],
  [undefined, /not done within 300 seconds/],
])('a guest with an address, of which ssh says "%s"', (sshError, cause) => {
  expect(likelyCause({ ...QUIET, lines: [KERNEL], isLeased: true, sshError }).cause).toMatch(cause);
});

test('a slow machine is told by how far it came, with more time as the hint where there is no KVM', () => {
  const slow = likelyCause({ ...QUIET, lines: [KERNEL], accelerator: 'tcg' });
  expect(slow.cause).toBe('The kernel runs, but was not done within 300 seconds.');
  expect(slow.hint).toContain('--boot-timeout');
  expect(likelyCause({ ...QUIET, lines: ['Welcome to GRUB!'] }).cause).toMatch(/no kernel wrote to the serial/);
  expect(likelyCause(QUIET).cause).toBe('Nothing was written to the serial console.');
});

test('the console keeps every byte in its file, and the clean lines of the boot that goes on', () => {
  using scratch = new Scratch();
  using console = new BootConsole(scratch.path('logs', 'console.log'));
  console.write(Buffer.from('one\r\n\u001b[32mtwo\u001b[0m\r\nqemu-system-x86_64: three\nlog'));
  console.write(Buffer.from('in: '));
  expect(console.lines()).toEqual(['one', 'two', 'qemu-system-x86_64: three', 'login:']);
  expect(console.complaints()).toEqual(['qemu-system-x86_64: three']);
  console.begin();
  console.write(Buffer.from('\nnew\n'));
  expect(console.lines()).toEqual(['login:', 'new']);
  expect(scratch.read('logs/console.log')).toContain('\u001b[32mtwo\u001b[0m');
});

test('what a kernel says of any virtual machine is passed over, once each of the rest', () => {
  const lines = [
    'RAPL PMU: API unit is 2^-32 Joules',
    '..MP-BIOS bug: 8254 timer not connected to IO-APIC',
    'piix4_smbus 0000:00:01.3: SMBus Host Controller not enabled!',
    'EXT4-fs error (device sda1): ext4_lookup: deleted inode referenced',
    'EXT4-fs error (device sda1): ext4_lookup: deleted inode referenced',
  ];
  expect(kernelErrors(lines)).toEqual(['EXT4-fs error (device sda1): ext4_lookup: deleted inode referenced']);
});
