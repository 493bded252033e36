/** Releases of Debian: code names as the security tracker has them, numbers as OSV does. */

const NUMBERS: Readonly<Record<string, string>> = {
  jessie: '8',
  stretch: '9',
  buster: '10',
  bullseye: '11',
  bookworm: '12',
  trixie: '13',
  forky: '14',
  duke: '15',
};

/** `12` for `bookworm`, `bookworm-security`, `debian-12` and `12`; what is not known stays as it is, as `sid` does. */
export function debianRelease(text: string): string {
  const plain = text
    .toLowerCase()
    .replace(/^debian[-:]?/, '')
    .replace(/-(?:security|updates|backports)$/, '');
  return Object.hasOwn(NUMBERS, plain) ? (NUMBERS[plain] ?? plain) : plain.replace(/\.\d+$/, '');
}

/** Suites that move from release to release, as the tracker and OSV name them. */
const MOVING = ['sid', 'unstable', 'testing', 'stable', 'oldstable', 'experimental'];

/** Names of releases, for whoever asks for one that there is not. */
export const DEBIAN_RELEASES: readonly string[] = [...Object.keys(NUMBERS), ...MOVING];

/** Whether Debian has, or may come to have, a release of that name or number. */
export function isDebianRelease(text: string): boolean {
  const release = debianRelease(text);
  return /^[1-9]\d*$/.test(release) || MOVING.includes(release);
}

/** `bookworm` for `12`, for people. */
export function debianCodename(release: string): string {
  return Object.entries(NUMBERS).find(([, number]) => number === release)?.[0] ?? release;
}

/** The release that a version was made for, as security uploads say: `7.88.1-10+deb12u15`. */
export function releaseOfVersion(version: string): string | undefined {
  return /[+~]deb(\d+)u\d/.exec(version)?.[1];
}
