/**
 * A tree with two components of DC/OS, built, and an image definition whose base is a shell's root made in a moment in
 * place of Debian. Debian itself is baked in real-bake.test.ts.
 */
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { baseId } from '../../src/bake/base-stage.ts';
import { filesOf, writeEntries } from '../../src/bake/entries-file.ts';
import { stageFolder } from '../../src/bake/stage.ts';
import { listPlain } from '../../src/host/plain-root.ts';
import { builderDigest, parseBuilderLock } from '../../src/recipe/builder.ts';
import { foldersBelow } from '../../src/tree/folders.ts';
import { kernelHead, type OsFiles } from './os-files.ts';
import { putFiles } from './put-files.ts';
import { Rig } from './rig.ts';
import { SHELL_BUILDER } from './shell-root.ts';

const KERNEL = '6.1.0-1-cloud-amd64';

export const LOCK_FILE = 'pipelines/images/tiny.lock.json';

export const DEFINITION = {
  suite: 'test',
  packages: ['shell'],
  apt_sources: ['deb http://debian.example.org/debian test main'],
  generation: '2',
  disk_gib: 1,
  roles: ['master', 'slave'],
  kernel_parameters: ['console=ttyS0'],
} as const;

/**
 * What a disk of generation 2 takes from packages, what no image may be without by the rules of Azure that are errors, and
 * what is worth a look in an image.
 */
export const SYSTEM: OsFiles = {
  [`boot/vmlinuz-${KERNEL}`]: kernelHead(),
  [`boot/initrd.img-${KERNEL}`]: 'an initrd',
  'usr/lib/shim/shimx64.efi.signed': 'a shim',
  'usr/lib/grub/x86_64-efi-signed/grubx64.efi.signed': 'a GRUB',
  'etc/passwd': 'root:x:0:0:root:/root:/bin/bash\n',
  'etc/group': 'root:x:0:\n',
  'etc/shadow': 'root:*:1:0:99999:7:::\n',
  'etc/gshadow': 'root:*::\n',
  'etc/waagent.conf': 'AutoUpdate.Enabled=n\n',
  'etc/machine-id': '0123456789abcdef0123456789abcdef\n',
  'var/log/dpkg.log': 'a log\n',
  'usr/lib/systemd/system/extra.service': '[Install]\nWantedBy=multi-user.target\n',
  [`lib/modules/${KERNEL}/modules.builtin`]: ['vfat', 'udf', 'isofs'].map((name) => `kernel/fs/${name}.ko\n`).join(''),
  'usr/bin/python3': '->python3.11',
  'usr/bin/python3.11': 'python',
  'usr/bin/cloud-init': 'cloud-init',
  'usr/sbin/sshd': 'sshd',
  'usr/lib/python3/dist-packages/azurelinuxagent/common/version.py': "AGENT_VERSION = '2.7.3.0'\n",
  'etc/ssh/sshd_config': 'Include /etc/ssh/sshd_config.d/*.conf\n',
  'etc/systemd/system/multi-user.target.wants/ssh.service': '->/lib/systemd/system/ssh.service',
};

export async function imageRig(changes: object = {}): Promise<Rig> {
  const rig = Rig.withBuilder();
  const lock = `builders/${SHELL_BUILDER}.lock.json`;
  rig.write('pipelines/images/tiny.json', JSON.stringify({ ...DEFINITION, ...changes }, undefined, 2));
  // A clock of 0 is none to the programs that write file systems.
  const text = readFileSync(rig.path(lock), 'utf8').replace('"timestamp":0', '"timestamp":1700000000');
  rig.write(LOCK_FILE, text);
  rig.write('release.json', JSON.stringify({ name: 'Test', version: '1.2.3' }));
  rig.component('tool', {
    script: 'mkdir -p "$PKG_PATH/bin"\nprintf "#!/bin/sh\\necho tool\\n" >"$PKG_PATH/bin/tool"',
  });
  rig.component('service', {
    buildinfo: { requires: ['tool'], username: 'dcos_service', state_directory: true },
    script: SERVICE,
  });
  const built = await rig.run('build', '--quiet');
  if (built.status !== 0) throw new Error(built.stderr);
  await makeBase(rig);
  return rig;
}

/** A unit for all, one for masters, a program that masters alone have, and a folder for a role of its own. */
const SERVICE = `units="$PKG_PATH/dcos.target.wants"
mkdir -p "$units" "$units"_master "$PKG_PATH/bin_master" "$PKG_PATH/etc_master/more" "$PKG_PATH/lib_lonely"
printf '[Service]\\nExecStart=/opt/mesosphere/bin/tool\\n' >"$units/dcos-all.service"
printf '[Service]\\nExecStart=/opt/mesosphere/bin/lead\\n' >"\${units}_master/dcos-lead.service"
printf '#!/bin/sh\\necho lead\\n' >"$PKG_PATH/bin_master/lead"
chmod +x "$PKG_PATH/bin_master/lead"
printf 'x' >"$PKG_PATH/etc_master/more/lead.conf"`;

async function makeBase(rig: Rig): Promise<void> {
  const folders = foldersBelow(rig.path('out'));
  const read = (path: string) => parseBuilderLock(readFileSync(rig.path(path), 'utf8'), path);
  const lock = read(LOCK_FILE);
  const shell = join(folders.builders, builderDigest(read(`builders/${SHELL_BUILDER}.lock.json`)), 'root');
  const stage = stageFolder(folders, 'base', baseId(lock));
  const root = filesOf(stage);
  mkdirSync(dirname(root), { recursive: true });
  cpSync(shell, root, { recursive: true, verbatimSymlinks: true });
  putFiles(root, SYSTEM);
  const entries = await listPlain(root, '', new AbortController().signal);
  await writeEntries(
    stage,
    entries.filter(({ path }) => path !== ''),
  );
}
