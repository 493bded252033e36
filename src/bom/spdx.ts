/**
 * The bill as an SPDX 2.3 document in JSON. Pure.
 *
 * @see https://spdx.github.io/spdx-spec/v2.3/
 */
import type { Bill, BillComponent, BillDebianPackage, BillSource } from './bill.ts';
import {
  buildersOf,
  contentUuid,
  debianPurl,
  sha256Of,
  subjectOf,
  timestamp,
  type BillBuilder,
  type DocumentOptions,
} from './document.ts';
import { SpdxIds } from './spdx-ids.ts';
import {
  NOASSERTION,
  checksums,
  declaredLicence,
  downloadLocation,
  extractedLicences,
  purlReference,
  uri,
} from './spdx-values.ts';

const DOCUMENT = 'SPDXRef-DOCUMENT';

type Relation = 'DESCRIBES' | 'CONTAINS' | 'DEPENDS_ON' | 'GENERATED_FROM' | 'BUILD_TOOL_OF';

/** Plain data for JSON.stringify; members that are undefined fall out of it. */
interface SpdxPackage {
  readonly SPDXID: string;
  readonly name: string;
  readonly downloadLocation: string;
  readonly [key: string]: unknown;
}

/** The text of the document, the same for the same bill. */
export function formatSpdx(bill: Bill, options: DocumentOptions): string {
  const document = new SpdxWriter(bill, options).document();
  const uuid = contentUuid(JSON.stringify(document));
  const { name, version } = subjectOf(bill);
  const title = `${name} ${version}`.replaceAll(/[^A-Za-z0-9.]+/g, '-').replaceAll(/^-|-$/g, '');
  const documentNamespace = `https://spdx.org/spdxdocs/${title}-${uuid}`;
  return `${JSON.stringify({ ...document, documentNamespace }, undefined, 2)}\n`;
}

class SpdxWriter {
  readonly #bill: Bill;
  readonly #options: DocumentOptions;
  readonly #ids = new SpdxIds();
  readonly #packages: SpdxPackage[] = [];
  /** Comments by `<from> <relation> <to>`. */
  readonly #relations = new Map<string, string | undefined>();
  readonly #debian = new Map<string, string>();

  constructor(bill: Bill, options: DocumentOptions) {
    this.#bill = bill;
    this.#options = options;
  }

  document(): object {
    const { components } = this.#bill;
    const root = this.#root();
    const builders = new Map(buildersOf(this.#bill).map((builder) => [builder.name, this.#builder(builder)]));
    const ids = new Map(components.map(({ label }) => [label, this.#ids.make('Package', label)]));
    const idOf = (label: string): string => ids.get(label) ?? NOASSERTION;
    for (const component of components) {
      const id = idOf(component.label);
      this.#packages.push(spdxComponent(id, component));
      this.#relate(root, 'CONTAINS', id);
      for (const need of component.requires) this.#relate(id, 'DEPENDS_ON', idOf(need));
      for (const source of component.sources) this.#source(id, component, source);
      this.#relate(builders.get(component.builder.name) ?? NOASSERTION, 'BUILD_TOOL_OF', id);
    }
    const { tool, epoch } = this.#options;
    const { name, version } = subjectOf(this.#bill);
    return {
      spdxVersion: 'SPDX-2.3',
      dataLicense: 'CC0-1.0',
      SPDXID: DOCUMENT,
      name: `${name} ${version}`,
      creationInfo: { created: timestamp(epoch), creators: [`Tool: ${tool.name}-${tool.version}`] },
      packages: this.#packages,
      hasExtractedLicensingInfos: extractedLicences(components),
      relationships: Array.from(this.#relations, ([relation, comment]) => {
        const [spdxElementId, relationshipType, relatedSpdxElement] = relation.split(' ');
        return { spdxElementId, relationshipType, relatedSpdxElement, comment };
      }),
    };
  }

  #root(): string {
    const id = this.#ids.make('Release', '');
    const { name, version } = subjectOf(this.#bill);
    this.#packages.push({
      SPDXID: id,
      name,
      versionInfo: version,
      downloadLocation: NOASSERTION,
      filesAnalyzed: false,
      licenseConcluded: NOASSERTION,
      licenseDeclared: NOASSERTION,
      copyrightText: NOASSERTION,
      primaryPackagePurpose: 'OPERATING_SYSTEM',
      comment: rootComment(this.#bill),
    });
    this.#relate(DOCUMENT, 'DESCRIBES', id);
    return id;
  }

  #builder({ name, kind, id }: BillBuilder): string {
    const spdxId = this.#ids.make('Builder', name);
    const content = this.#options.builders?.get(name);
    const digest = sha256Of(id);
    this.#packages.push({
      SPDXID: spdxId,
      name,
      versionInfo: id,
      downloadLocation: NOASSERTION,
      filesAnalyzed: false,
      primaryPackagePurpose: kind === 'image' ? 'CONTAINER' : 'OPERATING_SYSTEM',
      ...(digest === undefined ? {} : { checksums: [{ algorithm: 'SHA256', checksumValue: digest }] }),
      comment:
        content === undefined
          ? 'The image that components are built in; the checksum is its id.'
          : `The root file system that components are built in: ${content.packages.length} locked packages of Debian ` +
            `${content.suite}, ${content.architecture}. The checksum is that of its lock.`,
    });
    return spdxId;
  }

  #source(owner: string, { label }: BillComponent, source: BillSource): void {
    // By which our own reader knows the source again.
    const comment = `Source ${source.name}, of kind ${source.kind}.`;
    if (source.kind === 'deb') {
      for (const of of source.packages) this.#relate(owner, 'GENERATED_FROM', this.#debianPackage(of), comment);
      return;
    }
    const id = this.#ids.make('Source', `${label}-${source.name}`);
    const [from] = source.packages;
    this.#packages.push({
      SPDXID: id,
      name: source.name,
      versionInfo: source.commit ?? from?.version,
      downloadLocation: downloadLocation(source),
      sourceInfo: source.urls.length === 0 ? undefined : source.urls.join(' '),
      filesAnalyzed: false,
      primaryPackagePurpose: 'SOURCE',
      checksums: checksums(source),
      ...(from === undefined ? {} : { externalRefs: [purlReference(debianPurl(from))] }),
    });
    this.#relate(owner, 'GENERATED_FROM', id, comment);
  }

  /** The same file may be a source of several components. */
  #debianPackage(of: BillDebianPackage): string {
    const known = this.#debian.get(of.sha256);
    if (known !== undefined) return known;
    const id = this.#ids.make('Debian', `${of.package}-${of.architecture}`);
    this.#debian.set(of.sha256, id);
    this.#packages.push({
      SPDXID: id,
      name: of.package,
      versionInfo: of.version,
      downloadLocation: NOASSERTION,
      filesAnalyzed: false,
      primaryPackagePurpose: 'ARCHIVE',
      checksums: [{ algorithm: 'SHA256', checksumValue: of.sha256 }],
      supplier: 'Organization: Debian',
      externalRefs: [purlReference(debianPurl(of))],
    });
    return id;
  }

  #relate(from: string, relation: Relation, to: string, comment?: string): void {
    this.#relations.set(`${from} ${relation} ${to}`, comment);
  }
}

function spdxComponent(id: string, component: BillComponent): SpdxPackage {
  const { supplier, cpe, purl, package: built, availability } = component;
  const privately = availability === 'private' ? 'Its sources stand on a private mirror.' : undefined;
  return {
    SPDXID: id,
    name: component.label,
    versionInfo: component.version,
    packageFileName: built?.file,
    supplier: supplier === undefined ? NOASSERTION : `Organization: ${supplier}`,
    downloadLocation: NOASSERTION,
    filesAnalyzed: false,
    checksums: built === undefined ? undefined : [{ algorithm: 'SHA256', checksumValue: built.sha256 }],
    homepage: component.homepage === undefined ? undefined : uri(component.homepage),
    sourceInfo: `Package id ${component.id}.`,
    licenseConcluded: NOASSERTION,
    ...declaredLicence(component),
    copyrightText: NOASSERTION,
    summary: component.summary,
    comment:
      [privately, built === undefined ? undefined : `The package has ${built.bytes} bytes.`]
        .filter((sentence) => sentence !== undefined)
        .join(' ') || undefined,
    primaryPackagePurpose: 'INSTALL',
    externalRefs: [
      ...(purl === undefined ? [] : [purlReference(purl)]),
      ...(cpe === undefined
        ? []
        : [{ referenceCategory: 'SECURITY', referenceType: 'cpe23Type', referenceLocator: cpe }]),
    ],
  };
}

function rootComment({ release, bootstrap }: Bill): string | undefined {
  const sentences = [
    release?.channel === undefined ? undefined : `Channel ${release.channel}.`,
    release?.codename === undefined ? undefined : `Codename ${release.codename}.`,
    bootstrap === undefined ? undefined : `Bootstrap ${bootstrap}.`,
  ];
  return sentences.filter((sentence) => sentence !== undefined).join(' ') || undefined;
}
