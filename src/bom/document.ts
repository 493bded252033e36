/** What the documents made of a bill have in common: names, references, the time, and ids that follow from content. Pure. */
import { Buffer } from 'node:buffer';
import { sha1 } from '../model/digest.ts';
import type { Bill, BillComponent, BillDebianPackage } from './bill.ts';

export interface DocumentOptions {
  /** The time of the document, in seconds since the epoch: SOURCE_DATE_EPOCH. */
  readonly epoch: number;
  /** Name and version of the program that writes it. */
  readonly tool: { readonly name: string; readonly version: string };
  /** What is known of the builders beside what the bill says, by name. */
  readonly builders?: ReadonlyMap<string, BuilderContent>;
  /** The disk image that holds the tree, with the system around it: the document is of that then. */
  readonly image?: BillImage;
}

export interface BillImage {
  readonly name: string;
  readonly version: string;
  readonly system: readonly SystemPackage[];
}

/** A Debian package of an image. */
export interface SystemPackage extends BuilderPackage {
  /** As its copyright file names them; none where it does not say it in a form that can be read. */
  readonly licences: readonly string[];
}

/** What a builder root is made of. */
export interface BuilderContent {
  /** Codename of the Debian release. */
  readonly suite: string;
  readonly architecture: string;
  readonly packages: readonly BuilderPackage[];
}

export interface BuilderPackage {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  readonly sha256: string;
}

export type BillBuilder = BillComponent['builder'];

/** The bill as a whole: `DC/OS 1.7.0`, or by the id of its bootstrap where no release is named. */
export function subjectOf({ release, variant, bootstrap }: Bill): { readonly name: string; readonly version: string } {
  const name = release?.name ?? 'DC/OS';
  return {
    name: variant === undefined ? name : `${name} (${variant})`,
    version: release?.version ?? bootstrap ?? 'unknown',
  };
}

/** Every builder that a component of the bill was, or will be, built with; sorted by name. */
export function buildersOf({ components }: Bill): readonly BillBuilder[] {
  const byName = new Map(components.map(({ builder }) => [builder.name, builder]));
  return [...byName.keys()].sort().flatMap((name) => byName.get(name) ?? []);
}

/** `2016-04-19T00:00:00Z` */
export function timestamp(epochSeconds: number): string {
  return new Date(epochSeconds * 1000).toISOString().replace('.000Z', 'Z');
}

/** The digest in a builder's id, if it is one: images may have ids of other forms. */
export function sha256Of(id: string): string | undefined {
  return /^sha256:([0-9a-f]{64})$/.exec(id)?.[1];
}

/** Whether the text can be a hash at all: pkgpanda takes any text as a sha1. */
export function isDigest(algorithm: 'sha1' | 'sha256', hex: string): boolean {
  return /^[0-9a-f]+$/i.test(hex) && hex.length === (algorithm === 'sha1' ? 40 : 64);
}

/** Package URL of a Debian package. @see https://github.com/package-url/purl-spec */
export function debianPurl({
  package: name,
  version,
  architecture,
}: Pick<BillDebianPackage, 'package' | 'version' | 'architecture'>): string {
  return `pkg:deb/debian/${purlPart(name)}@${purlPart(version)}?arch=${purlPart(architecture)}`;
}

/** Percent-encoded, but for what the specification leaves as it is. */
function purlPart(text: string): string {
  return encodeURIComponent(text).replaceAll('%3A', ':').replaceAll('%7E', '~');
}

/** The name space of our ids among all UUIDs: made once, at random. */
const NAMESPACE = Buffer.from('6f1d2c8e5b3a4f0796d1c4a7e8b2f053', 'hex');

/** A UUID that follows from content (version 5): the same bill has the same one everywhere. @see RFC 9562, 5.5 */
export function contentUuid(content: string): string {
  const hash = sha1(Buffer.concat([NAMESPACE, Buffer.from(content)]));
  const variant = ((Number.parseInt(hash.slice(16, 18), 16) & 0x3f) | 0x80).toString(16);
  const parts = [hash.slice(0, 8), hash.slice(8, 12), `5${hash.slice(13, 16)}`, `${variant}${hash.slice(18, 20)}`];
  return [...parts, hash.slice(20, 32)].join('-');
}
