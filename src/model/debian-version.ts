/**
 * Versions of Debian's packages, `[epoch:]upstream[-revision]`, in dpkg's order.
 *
 * @see https://www.debian.org/doc/debian-policy/ch-controlfields.html#version
 */

export interface DebianVersion {
  readonly epoch: number;
  /** What Debian made of upstream's version: `25.2.3+dfsg`. */
  readonly upstream: string;
  /** Empty for a package that is Debian's own. */
  readonly revision: string;
}

/** undefined: the text is no Debian version. */
export function parseDebianVersion(text: string): DebianVersion | undefined {
  const [, epoch = '0', upstream, revision = ''] =
    /^(?:(\d{1,9}):)?([A-Za-z0-9.+~:-]*?)(?:-([A-Za-z0-9.+~]*))?$/.exec(text) ?? [];
  return upstream === undefined || upstream === '' ? undefined : { epoch: Number(epoch), upstream, revision };
}

/** dpkg's order: negative, zero or positive. */
export function compareDebian(a: DebianVersion, b: DebianVersion): number {
  return a.epoch - b.epoch || comparePart(a.upstream, b.upstream) || comparePart(a.revision, b.revision);
}

/** The same without a look at the revision: whether two packages are made from one upstream tarball. */
export function compareDebianUpstream(a: DebianVersion, b: DebianVersion): number {
  return a.epoch - b.epoch || comparePart(a.upstream, b.upstream);
}

/** Upstream's own version: without what Debian adds to tell its tarball from upstream's. */
export function upstreamVersion({ upstream }: DebianVersion): string {
  const [, really = upstream] = /\+really(.+)$/.exec(upstream) ?? [];
  return really
    .replace(/[.+~-]?(?:dfsg|repack|ds)(?=[.\d]|$).*$/, '')
    .replace(/~(?:deb|bpo|ubuntu)\d.*$/, '')
    .replace(/\+.*$/, '')
    .replace(/[-.](?:stable|final|ga|release|lts)$/i, '');
}

/** Texts and numbers in turn; a text that ends sorts after `~`, before letters, and these before all else. */
function comparePart(a: string, b: string): number {
  const [left, right] = [pieces(a), pieces(b)];
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    const [one, other] = [left[at] ?? '', right[at] ?? ''];
    const difference = at % 2 === 0 ? compareTexts(one, other) : compareNumbers(one, other);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** At even places what is no digit, maybe nothing; at odd ones digits. */
function pieces(text: string): string[] {
  return text.split(/(\d+)/);
}

function compareTexts(a: string, b: string): number {
  for (let at = 0; at < Math.max(a.length, b.length); at += 1) {
    const difference = weight(a[at]) - weight(b[at]);
    if (difference !== 0) return difference;
  }
  return 0;
}

function weight(character: string | undefined): number {
  if (character === undefined) return 0;
  if (character === '~') return -1;
  return /[A-Za-z]/.test(character) ? character.charCodeAt(0) : character.charCodeAt(0) + 256;
}

/** Of any length. */
function compareNumbers(a: string, b: string): number {
  const [left, right] = [a.replace(/^0+/, ''), b.replace(/^0+/, '')];
  if (left.length !== right.length) return left.length - right.length;
  return left < right ? -1 : Number(left > right);
}
