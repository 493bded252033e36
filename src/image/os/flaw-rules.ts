/** Programs that have to be there, and versions that are known to be broken. */
import { askedBy, type Rule, type Verdict } from '../rules.ts';
import type { ImageFacts } from './image-facts.ts';
import { isAtLeast } from './package-facts.ts';
import { everyKernel } from './verdicts.ts';

/** Kernels that have the mends of CVE-2019-11477, -11478 and -11479, by system; of each, one for every line of versions. */
const SACK_MENDED: Readonly<Record<string, readonly string[]>> = {
  'ubuntu 16.04': ['4.15.0-1049'],
  'ubuntu 18.04': ['4.18.0-1023', '5.0.0-1025'],
  'rhel 7.6': ['3.10.0-957.21.3'],
  'rhel 7.7': ['3.10.0-1062.1.1'],
  'rhel 8.0': ['4.18.0-80.4.2'],
  'centos 7': ['3.10.0-957.21.3'],
  'debian 9': ['4.9.168-1+deb9u3'],
  'sles 15': ['4.12.14-5.30.1'],
};
/** The same as kernel.org released them. */
const SACK_UPSTREAM = ['4.4.182', '4.9.182', '4.14.127', '4.19.52', '5.1.11'];
/** All lines that began later. */
const SACK_OVER = '5.2';
/** C libraries that have the mend of CVE-2015-0235; upstream's has it since 2.18. */
const GHOST_MENDED: readonly (readonly [line: RegExp, least: string])[] = [
  [/^2\.11\.3-4\+deb6/, '2.11.3-4+deb6u4'],
  [/^2\.13-38\+deb7/, '2.13-38+deb7u7'],
  [/^2\.15-0ubuntu10/, '2.15-0ubuntu10.10'],
];
const OPENSSL_PACKAGES = ['openssl', 'libssl3t64', 'libssl3', 'libssl1.1', 'libssl1.0.2'];

export const FLAW_RULES: readonly Rule<ImageFacts>[] = [
  {
    ...{ id: 'openssl', severity: 'error', required: '3.0.0 or later, or a 1.1.1 or 1.0.2' },
    ...askedBy({ testId: 44, lisa: 'verify_openssl_version' }),
    judge: (facts) =>
      ofPackage(
        facts,
        OPENSSL_PACKAGES,
        (version) => isAtLeast(version, '3.0.0~') || /^(?:\d+:)?(?:1\.1\.1|1\.0\.2)/.test(version),
      ),
  },
  {
    ...{ id: 'python', severity: 'error', required: '3.9 or later' },
    ...askedBy({ testId: 45, lisa: 'verify_python_version' }),
    judge: ({ software: { pythonVersion } }) => python(pythonVersion, '3.9'),
  },
  {
    ...{ id: 'python.advice', severity: 'warning', required: '3.10 or later' },
    ...askedBy({ lisa: 'verify_python_version' }),
    judge: ({ software: { pythonVersion } }) => python(pythonVersion, '3.10'),
  },
  {
    ...{ id: 'kernel.sack', severity: 'error', required: 'mended of CVE-2019-11477, 11478, 11479' },
    ...askedBy({ testId: 52 }),
    judge: (facts) => everyKernel(facts.kernels, ({ release }) => sackProblem(facts, release)),
  },
  {
    ...{ id: 'glibc.ghost', severity: 'error', required: 'mended of CVE-2015-0235', ...askedBy({ testId: 50 }) },
    judge: (facts) =>
      ofPackage(facts, ['libc6'], (version) => {
        const least = GHOST_MENDED.find(([line]) => line.test(version))?.[1];
        return isAtLeast(version, least ?? '2.18');
      }),
  },
  {
    ...{
      id: 'omi',
      severity: 'error',
      required: 'none, or 1.6.8.1 or later',
      ...askedBy({ lisa: 'verify_omi_version' }),
    },
    judge: (facts) => {
      const isThere = facts.software.managementAgents.includes('/opt/omi') || facts.packages.installed.has('omi');
      return isThere
        ? ofPackage(facts, ['omi'], (version) => isAtLeast(version, '1.6.8.1'))
        : { ok: true, actual: 'none' };
    },
  },
];

/** Skipped where packages are not dpkg's. */
function ofPackage({ packages }: ImageFacts, names: readonly string[], isRight: (version: string) => boolean): Verdict {
  if (packages.manager !== 'dpkg') {
    return { skipped: packages.manager === 'rpm' ? 'packages of rpm are not read here' : 'no packages were found' };
  }
  const name = names.find((each) => packages.installed.has(each));
  const version = packages.installed.get(name ?? '');
  if (name === undefined || version === undefined) return { ok: false, actual: `no package ${names[0] ?? ''}` };
  return { ok: isRight(version), actual: `${name} ${version}` };
}

function python(version: string | undefined, least: string): Verdict {
  if (version === undefined) return { ok: false, actual: 'no /usr/bin/python3' };
  return { ok: isAtLeast(version, least), actual: version };
}

function sackProblem(
  { system, packages }: ImageFacts,
  release: string,
): string | undefined | { readonly skipped: string } {
  const version = packages.installed.get(`linux-image-${release}`) ?? release;
  const least = [
    ...(SACK_MENDED[`${system.id} ${system.versionId}`] ?? []).filter((each) => isSameLine(each, version)),
    ...SACK_UPSTREAM.filter((each) => isSameLine(each, version)),
  ];
  if (isKernelAtLeast(version, SACK_OVER) || least.some((each) => isKernelAtLeast(version, each))) return undefined;
  return least.length === 0 ? { skipped: `nothing is known of ${release}` } : `version ${version}`;
}

/** By their numbers, as many as the least has: what stands behind them is the name of a build. */
function isKernelAtLeast(version: string, least: string): boolean {
  const [own, due] = [version, least].map((each) => (each.match(/\d+/g) ?? []).map(Number));
  const at = due?.findIndex((number, index) => number !== (own?.[index] ?? 0)) ?? -1;
  return at === -1 || (own?.[at] ?? 0) > (due?.[at] ?? 0);
}

/** Whether the first two numbers are the same. */
function isSameLine(a: string, b: string): boolean {
  const line = (version: string): string => /^\d+\.\d+\./.exec(version)?.[0] ?? version;
  return line(a) === line(b);
}
