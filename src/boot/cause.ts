/** Why an image did not boot, as far as its console and the stand-ins tell. */

/** What was seen of a boot that failed. */
export interface BootTrace {
  readonly lines: readonly string[];
  /** The guest has taken an address. */
  readonly isLeased: boolean;
  /** What ssh said last; undefined if it was not tried. */
  readonly sshError: string | undefined;
  readonly accelerator: 'kvm' | 'tcg';
  readonly timeoutMs: number;
}

export interface Cause {
  /** A whole sentence. */
  readonly cause: string;
  /** What to do: one sentence. */
  readonly hint: string;
}

interface Sign extends Cause {
  readonly pattern: RegExp;
  /** The boot goes no further: there is nothing to wait for. */
  readonly isFinal: boolean;
}

/** The latest stage first: what went wrong before it did not keep the boot from getting there. */
const SIGNS: readonly Sign[] = [
  {
    pattern: /You are in (emergency|rescue) mode|Give root password for maintenance/,
    cause: 'systemd stopped in its emergency mode.',
    hint: 'Look above for the unit or the mount that failed: often /etc/fstab names a disk that is not there.',
    isFinal: true,
  },
  {
    pattern: /No working init found|Requested init \S+ failed/,
    cause: 'The kernel found the root file system, but no init in it.',
    hint: 'Look whether systemd-sysv is among the packages of the image.',
    isFinal: true,
  },
  {
    pattern: /ALERT!.* does not exist|Gave up waiting for root|^\(initramfs\)/,
    cause: 'The initrd did not find the root file system.',
    hint: 'The initrd lacks the driver of the disk (virtio_scsi here, hv_storvsc on Azure), or root= names another disk.',
    isFinal: true,
  },
  {
    pattern: /Unable to mount root fs|Cannot open root device/,
    cause: 'The kernel found no root file system.',
    hint: 'The initrd is missing or lacks the driver of the disk, or root= on the kernel command line is wrong.',
    isFinal: true,
  },
  {
    pattern: /Kernel panic - not syncing/,
    cause: 'The kernel panicked.',
    hint: 'Look above for what it says of the reason.',
    isFinal: true,
  },
  {
    pattern: /bad shim signature|you need to load the kernel first|Verification failed: /i,
    cause: 'Secure Boot refused GRUB or the kernel: it is not signed by a key that the firmware trusts.',
    hint: "Use Debian's signed packages (shim-signed, grub-efi-amd64-signed), or test with --no-secure-boot.",
    isFinal: false,
  },
  {
    pattern: /grub rescue>|^error: unknown filesystem/,
    cause: 'GRUB started, but does not find its own files.',
    hint: 'Look whether its prefix names the right partition, and its core has the modules of that file system.',
    isFinal: true,
  },
  {
    pattern: /^error: (?:file|no such device|disk|no server)\b.*|^error: .*not found/,
    cause: 'GRUB did not find what its configuration names.',
    hint: 'Compare grub.cfg with the UUID of the root file system and the names in /boot.',
    isFinal: false,
  },
  {
    pattern: /^grub>/,
    cause: 'GRUB started without a configuration.',
    hint: 'Look whether /boot/grub/grub.cfg, and EFI/debian/grub.cfg on the EFI system partition, are there.',
    isFinal: true,
  },
  {
    pattern: /failed to load Boot\S+ .*Access Denied/,
    cause: 'The firmware refused the bootloader: Secure Boot is on, and it is not signed.',
    hint: 'Put the shim of shim-signed at EFI/BOOT/BOOTX64.EFI, or test with --no-secure-boot.',
    isFinal: false,
  },
  {
    pattern: /No bootable option or device was found|^>>Start PXE|UEFI Interactive Shell/,
    cause: 'The firmware found no bootloader for generation 2.',
    hint: 'There has to be an EFI system partition with EFI/BOOT/BOOTX64.EFI in it.',
    isFinal: true,
  },
  {
    pattern: /No bootable device|not a bootable disk|Boot failed: /,
    cause: 'The BIOS found no bootloader for generation 1.',
    hint: 'There has to be boot code in the first sector, and in a GPT a BIOS boot partition for the rest of it.',
    isFinal: true,
  },
];

/** Whether the boot has come to an end that it does not leave. */
export function isHopeless(lines: readonly string[]): boolean {
  return SIGNS.some(({ isFinal, pattern }) => isFinal && lines.some((line) => pattern.test(line)));
}

/** What most likely kept the image from booting in time. */
export function likelyCause(trace: BootTrace): Cause {
  const { lines } = trace;
  const sign = SIGNS.find(({ pattern }) => lines.some((line) => pattern.test(line)));
  if (sign !== undefined) return sign;
  if (lines.some(isNoDatasource)) {
    const hint = 'Look at datasource_list in /etc/cloud: it has to hold Azure, and nothing may disable cloud-init.';
    return { cause: 'cloud-init found no data source.', hint };
  }
  if (trace.isLeased) return sshCause(trace);
  if (lines.some((line) => /\blogin:\s*$/.test(line))) {
    const hint = 'Look whether cloud-init or the image configures eth0 for DHCP, and whether virtio_net is there.';
    return { cause: 'The system came up, but asked for no address.', hint };
  }
  return slowCause(trace);
}

function isNoDatasource(line: string): boolean {
  return /Datasource DataSourceNone|No (?:instance )?datasource found|Used fallback datasource/i.test(line);
}

function sshCause({ sshError = '', accelerator, timeoutMs }: BootTrace): Cause {
  if (/permission denied/i.test(sshError)) {
    const hint = 'Look at what cloud-init says above, and at AllowUsers and PubkeyAuthentication in sshd_config.';
    return { cause: 'The system came up, but ssh refused the key of the user.', hint };
  }
  if (/refused|closed by|reset by|banner/i.test(sshError)) {
    const hint = 'Look whether openssh-server is installed and enabled, and whether cloud-init is at an end above.';
    return { cause: 'The system came up, but no ssh server answered.', hint };
  }
  return {
    cause: `The system has an address, but was not done within ${seconds(timeoutMs)}.`,
    hint: slowHint(accelerator),
  };
}

function slowCause({ lines, accelerator, timeoutMs }: BootTrace): Cause {
  if (lines.some((line) => /\] Linux version |^Linux version /.test(line))) {
    return { cause: `The kernel runs, but was not done within ${seconds(timeoutMs)}.`, hint: slowHint(accelerator) };
  }
  if (lines.some((line) => !/^(?:qemu-system|BdsDxe|SeaBIOS|iPXE|Booting from|c$)/.test(line))) {
    const hint = 'Look whether the kernel has console=ttyS0 on its command line, and at the picture of the screen.';
    return { cause: 'The bootloader ran, and no kernel wrote to the serial console.', hint };
  }
  const hint =
    'There is no bootloader, or it uses the screen alone: the serial console has to be one of its terminals.';
  return { cause: 'Nothing was written to the serial console.', hint };
}

function slowHint(accelerator: 'kvm' | 'tcg'): string {
  return accelerator === 'tcg'
    ? 'Without KVM a boot takes minutes: give it more time with --boot-timeout.'
    : 'Look at the last lines for what it waits for, or give it more time with --boot-timeout.';
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1000)} seconds`;
}
