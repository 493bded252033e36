/** What a booted image has to show, in the order in which it happens. */
import { askedBy, type Rule } from '../image/rules.ts';
import { formatBytes } from '../report/format.ts';
import { inFirst, inSecond, noneOf, NOT_AGAIN, NOT_UP, same, type BootFacts } from './boot-facts.ts';
import { DCOS_AGAIN, DCOS_RULES } from './dcos-rules.ts';
import type { GuestLook } from './guest-look.ts';
import { kernelErrors } from './kernel-messages.ts';
import { PROVISION_RULES } from './provision-rules.ts';

const BOOT_LOG = askedBy({ lisa: 'verify_boot_error_fail_warnings' });
const CLOUD_INIT = askedBy({ lisa: 'verify_cloud_init_error_status' });
const OURS = askedBy({}, 'dcos-build');

/** The root may lack this of the disk: partitions before it, and what the file system needs for itself. */
const ROOT_OVERHEAD = 0.1;

const FIRST_BOOT: readonly Rule<BootFacts>[] = [
  {
    ...{ id: 'boot.comes-up', severity: 'error', required: 'answers ssh and is done in time' },
    ...askedBy({ policy: '200.3.3' }),
    judge: ({ ends: [first] }) => ({ ok: first?.look !== undefined, actual: first?.failure?.cause ?? 'it does' }),
  },
  {
    ...{ id: 'boot.console', severity: 'error', required: 'kernel and login on ttyS0' },
    ...askedBy({ testId: 40, lisa: 'verify_serial_console_is_enabled' }),
    judge: ({ ends: [first] }) => (first === undefined ? NOT_UP : consoleVerdict(first.lines)),
  },
  inFirst(
    { id: 'boot.firmware', severity: 'error', required: 'the firmware of its generation', ...OURS },
    (look, { generation }) => same(look.line('firmware'), generation === 'V2' ? 'UEFI' : 'BIOS'),
  ),
  inFirst(
    { id: 'boot.secure', severity: 'error', required: 'Secure Boot on', ...askedBy({}, 'Azure docs, trusted-launch') },
    (look, { isSecure, generation }) => {
      if (!isSecure) return { skipped: generation === 'V1' ? 'a BIOS has none' : 'it was switched off' };
      const isOn = look.line('secure-boot') === '1';
      return { ok: isOn, actual: isOn ? 'on' : 'off' };
    },
  ),
  inFirst({ id: 'boot.units', severity: 'error', required: 'no failed unit', ...BOOT_LOG }, (look) =>
    noneOf(look.failedUnits()),
  ),
  inFirst({ id: 'boot.jobs', severity: 'warning', required: 'no unit still starting', ...OURS }, (look) =>
    noneOf(look.lines('jobs').flatMap((line) => line.trim().split(/\s+/)[1] ?? [])),
  ),
  inFirst({ id: 'boot.kernel', severity: 'error', required: 'no error of the kernel', ...BOOT_LOG }, (look) =>
    noneOf(kernelErrors(look.lines('kernel'))),
  ),
  inFirst({ id: 'boot.root-grown', severity: 'error', required: 'root as large as the disk', ...OURS }, rootVerdict),
  inFirst({ id: 'cloud-init.status', severity: 'error', required: 'done, without errors', ...CLOUD_INIT }, (look) =>
    cloudInitVerdict(look),
  ),
];

const SECOND_BOOT: readonly Rule<BootFacts>[] = [
  {
    ...{ id: 'reboot.comes-up', severity: 'error', required: 'answers ssh and is done in time', ...OURS },
    judge: ({ ends: [, second] }) =>
      second === undefined ? NOT_AGAIN : { ok: second.look !== undefined, actual: second.failure?.cause ?? 'it does' },
  },
  inSecond(
    { id: 'reboot.new-boot', severity: 'error', required: 'another boot of the kernel', ...OURS },
    (look, _facts, first) => {
      const isOther = look.line('boot-id') !== first.line('boot-id');
      return { ok: isOther, actual: isOther ? 'another' : 'the same' };
    },
  ),
  inSecond({ id: 'reboot.units', severity: 'error', required: 'no failed unit', ...BOOT_LOG }, (look) =>
    noneOf(look.failedUnits()),
  ),
  inSecond({ id: 'reboot.kernel', severity: 'error', required: 'no error of the kernel', ...BOOT_LOG }, (look) =>
    noneOf(kernelErrors(look.lines('kernel'))),
  ),
  inSecond({ id: 'reboot.cloud-init', severity: 'error', required: 'done, without errors', ...CLOUD_INIT }, (look) =>
    cloudInitVerdict(look),
  ),
  inSecond(
    { id: 'reboot.instance', severity: 'error', required: 'the instance of the first boot', ...OURS },
    (look, _facts, first) => {
      const instances = look.lines('instances').length;
      const isSame = look.line('instance') === first.line('instance') && instances === 1;
      return { ok: isSame, actual: isSame ? 'the same' : `another: provisioned ${instances} times` };
    },
  ),
  inSecond(
    { id: 'reboot.host-keys', severity: 'error', required: 'the host keys of the first boot', ...OURS },
    (look, _facts, first) => {
      const keys = look.lines('host-keys');
      const isSame = keys.length > 0 && keys.join('\n') === first.lines('host-keys').join('\n');
      return { ok: isSame, actual: isSame ? 'the same' : keys.length === 0 ? 'none' : 'others' };
    },
  ),
];

/** Ids are public, and never renamed. */
export const BOOT_RULES: readonly Rule<BootFacts>[] = [
  ...FIRST_BOOT,
  ...PROVISION_RULES,
  ...DCOS_RULES,
  ...SECOND_BOOT,
  DCOS_AGAIN,
];

function consoleVerdict(lines: readonly string[]): { readonly ok: boolean; readonly actual: string } {
  const kernel = lines.some((line) => /\bLinux version \d/.test(line));
  const login = lines.some((line) => /\blogin:/.test(line));
  const missing = [kernel ? [] : 'no kernel', login ? [] : 'no login'].flat();
  return { ok: missing.length === 0, actual: missing.length === 0 ? 'both' : missing.join(', ') };
}

function rootVerdict(look: GuestLook, { diskBytes }: BootFacts): { readonly ok: boolean; readonly actual: string } {
  const root = Number(look.line('root'));
  const actual = `${formatBytes(root)} of ${formatBytes(diskBytes)}`;
  return { ok: root >= diskBytes * (1 - ROOT_OVERHEAD), actual };
}

/** cloud-init says `done` also where a module failed: its result has the errors. */
function cloudInitVerdict(look: GuestLook): { readonly ok: boolean; readonly actual: string } {
  const status = /^status:\s*(.*)$/.exec(
    look.lines('cloud-init').find((line) => line.startsWith('status:')) ?? '',
  )?.[1];
  const errors = look.errors();
  return { ok: status === 'done' && errors.length === 0, actual: [status ?? 'not known', ...errors].join('; ') };
}
