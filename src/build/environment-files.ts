/** `environment` for systemd units and `environment.export` for shells: how programs find what is active. Pure. */
import type { PackageInfo } from './package-info.ts';
import { INSTALL_ROOT } from './sandbox.ts';

/** @param packages in the order in which they are to stand, which is that of their ids */
export function formatEnvironment(packages: readonly PackageInfo[]): string {
  const header = [
    '# Read by units as EnvironmentFile=. Made by activation: changes here are lost.',
    `LD_LIBRARY_PATH=${INSTALL_ROOT}/lib`,
    `PATH=${INSTALL_ROOT}/bin:/usr/bin:/bin:/sbin`,
  ];
  return format(header, '', packages);
}

/** The same for a shell to source; what is on its PATH already stays there. */
export function formatEnvironmentExport(packages: readonly PackageInfo[]): string {
  const header = [
    '# Sourced by shells. Made by activation: changes here are lost.',
    `export LD_LIBRARY_PATH=${INSTALL_ROOT}/lib`,
    `export PATH="${INSTALL_ROOT}/bin:$PATH"`,
  ];
  return format(header, 'export ', packages);
}

function format(header: readonly string[], prefix: string, packages: readonly PackageInfo[]): string {
  const blocks = packages.map(({ id, environment }) => [
    `# package: ${id}`,
    ...[...environment].map(([name, value]) => `${prefix}${name}=${value}`),
    '',
  ]);
  return [...header, '', ...blocks.flat()].map((line) => `${line}\n`).join('');
}
