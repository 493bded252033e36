/** The virtual machine, as arguments of QEMU: as near to one of Azure's as QEMU comes. */
import type { Address } from './network/address.ts';

/** What cloud-init knows Azure's machines by. */
const AZURE_ASSET_TAG = '7783-7084-3265-9085-8269-3286-77';
/** An address that the guest sees ssh come from: in the network of which QEMU believes that the guest is in it. */
const HOST_IP = '168.63.129.2';

/**
 * Neither says who emulates it, so that the guest goes by what the firmware says: Debian's unit of waagent starts on
 * Hyper-V alone. Some hypervisors above ours refuse the register behind `arch-capabilities`, and QEMU ends then.
 */
const CPU = { kvm: 'host,kvm=off,-arch-capabilities', tcg: 'max,tcg-cpuid=off' } as const;

/** What Azure's firmware says of its machines. */
const SYSTEM = 'type=1,manufacturer=Microsoft Corporation,product=Virtual Machine,version=Hyper-V UEFI Release v4.1';

/** A BIOS writes to the screen alone, unless it is told that there is none; there is one all the same. */
const BIOS_MACHINE = 'pc,graphics=off';

/** Two files of firmware: code that is not written to, and a copy of the variables that is. */
export interface Firmware {
  readonly code: string;
  readonly variables: string;
  readonly isSecure: boolean;
}

export interface MachineOptions {
  /** Undefined: BIOS. */
  readonly firmware: Firmware | undefined;
  readonly accelerator: 'kvm' | 'tcg';
  readonly cpus: number;
  readonly memoryMib: number;
  /** A qcow2 image, which is written to. */
  readonly disk: string;
  /** Undefined: no CD. */
  readonly media: string | undefined;
  readonly vmId: string;
  readonly address: Address;
  /** Ports of the guest that are reached on ports of 127.0.0.1, which QEMU picks. */
  readonly forwardedPorts: readonly number[];
  readonly sockets: MachineSockets;
}

export interface MachineSockets {
  readonly qmp: string;
  readonly guest: string;
  readonly world: string;
  /** A Perl program: host/socket-forwarder.ts. */
  readonly forwarder: string;
  /** Servers behind addresses of the guest's network. */
  readonly forwards: readonly { readonly ip: string; readonly port: number; readonly socket: string }[];
}

export function qemuArguments(options: MachineOptions): readonly string[] {
  const { firmware, accelerator, cpus, memoryMib, disk, media, vmId, sockets } = options;
  return [
    ...['-name', 'dcos-build', '-nodefaults', '-no-user-config', '-display', 'none', '-vga', 'std'],
    ...['-machine', firmware === undefined ? BIOS_MACHINE : `q35,smm=${firmware.isSecure ? 'on' : 'off'}`],
    ...['-accel', accelerator, '-cpu', CPU[accelerator], '-smp', String(cpus), '-m', String(memoryMib)],
    ...(firmware === undefined ? [] : firmwareArguments(firmware)),
    ...['-smbios', SYSTEM, '-smbios', `type=3,asset=${AZURE_ASSET_TAG}`, '-uuid', vmId],
    ...['-device', 'virtio-scsi-pci,id=scsi', '-device', 'virtio-rng-pci'],
    ...drive('disk', disk, 'format=qcow2,cache=unsafe,discard=unmap'),
    ...['-device', 'scsi-hd,drive=disk,bootindex=1'],
    ...(media === undefined
      ? []
      : [...drive('media', media, 'format=raw,readonly=on'), '-device', 'scsi-cd,drive=media']),
    ...['-chardev', 'stdio,id=console,signal=off', '-serial', 'chardev:console'],
    ...['-chardev', `socket,id=qmp,path=${escape(sockets.qmp)},server=off`, '-mon', 'chardev=qmp,mode=control'],
    ...networkArguments(options),
  ];
}

function firmwareArguments({ code, variables, isSecure }: Firmware): readonly string[] {
  const flash = (file: string, access: string): string[] => [
    '-drive',
    `if=pflash,format=raw,file=${escape(file)},${access}`,
  ];
  // Without these, who runs in the guest could write the keys of Secure Boot, and the firmware does not start.
  const secure = ['-global', 'driver=cfi.pflash01,property=secure,value=on', '-global', 'ICH9-LPC.disable_s3=1'];
  return [...flash(code, 'readonly=on'), ...flash(variables, 'cache=unsafe'), ...(isSecure ? secure : [])];
}

function drive(id: string, file: string, more: string): readonly string[] {
  return ['-drive', `if=none,id=${id},file=${escape(file)},${more}`];
}

/**
 * QEMU's own network holds 168.0.0.0 to 169.255.255.255, so that both addresses of the platform are in it, and `restrict`
 * cuts it off from everything but these servers. The guest is in a network as Azure's; see network/gateway.ts.
 */
function networkArguments({ address, forwardedPorts, sockets }: MachineOptions): readonly string[] {
  const { guest, world, forwarder, forwards } = sockets;
  const servers = forwards.map(({ ip, port, socket }) => {
    return `guestfwd=tcp:${ip}:${port}-cmd:perl ${escape(quote(forwarder))} ${escape(quote(socket))}`;
  });
  const user = [
    'user,id=user,restrict=on,ipv6=off,net=168.0.0.0/7',
    `host=${HOST_IP},dns=168.63.129.3,dhcpstart=168.63.129.100`,
    ...forwardedPorts.map((port) => `hostfwd=tcp:127.0.0.1:0-${address.ip}:${port}`),
    ...servers,
  ];
  const stream = (id: string, path: string): string => {
    return `stream,id=${id},server=off,addr.type=unix,addr.path=${escape(path)}`;
  };
  const card = `virtio-net-pci,netdev=card,mac=${address.mac.replaceAll(/..(?=.)/g, '$&:')},romfile=`;
  return [
    ...['-netdev', user.join(','), '-netdev', stream('world', world)],
    ...['-netdev', 'hubport,id=user-port,hubid=0,netdev=user', '-netdev', 'hubport,id=world-port,hubid=0,netdev=world'],
    ...['-netdev', stream('card', guest), '-device', card],
  ];
}

/** QEMU's options end at a comma, unless it is doubled. */
function escape(value: string): string {
  return value.replaceAll(',', ',,');
}

/** As a shell takes it: QEMU splits that command line by itself. */
function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
