/**
 * The bill as a CycloneDX 1.6 document in JSON. Pure.
 *
 * @see https://cyclonedx.org/docs/1.6/json/
 */
import {
  ComponentType,
  ExternalReferenceType,
  HashAlgorithm,
  LicenseAcknowledgement,
} from '@cyclonedx/cyclonedx-library/Enums';
import {
  Bom,
  Component,
  ComponentRepository,
  ExternalReference,
  ExternalReferenceRepository,
  HashDictionary,
  LicenseExpression,
  LicenseRepository,
  NamedLicense,
  OrganizationalEntity,
  Property,
  PropertyRepository,
} from '@cyclonedx/cyclonedx-library/Models';
import { JSON as CycloneDxJson } from '@cyclonedx/cyclonedx-library/Serialize';
import { Spec1dot6 } from '@cyclonedx/cyclonedx-library/Spec';
import { byCodePoint } from '../model/order.ts';
import { parseLicence } from '../recipe/licence-expression.ts';
import type { Bill, BillComponent, BillSource } from './bill.ts';
import {
  buildersOf,
  contentUuid,
  debianPurl,
  isDigest,
  sha256Of,
  subjectOf,
  type BillBuilder,
  type BillImage,
  type BuilderPackage,
  type DocumentOptions,
  type SystemPackage,
} from './document.ts';

const HASHES = { sha1: HashAlgorithm['SHA-1'], sha256: HashAlgorithm['SHA-256'] } as const;

/** The text of the document, the same for the same bill. */
export function formatCycloneDx(bill: Bill, options: DocumentOptions): string {
  const normalizer = new CycloneDxJson.Normalize.Factory(Spec1dot6).makeForBom();
  const normalized = normalizer.normalize(bomOf(bill, options), {});
  const document = { ...normalized, formulation: [formula(bill, options)] };
  const serialNumber = `urn:uuid:${contentUuid(JSON.stringify(document))}`;
  return `${JSON.stringify({ ...document, serialNumber }, undefined, 2)}\n`;
}

function bomOf(bill: Bill, { epoch, tool, image }: DocumentOptions): Bom {
  const bom = new Bom();
  const { metadata } = bom;
  metadata.timestamp = new Date(epoch * 1000);
  metadata.tools.components.add(
    new Component(ComponentType.Application, tool.name, { version: tool.version, bomRef: `tool:${tool.name}` }),
  );
  const root = image === undefined ? rootOf(bill) : imageOf(bill, image);
  metadata.component = root;
  const components = new Map(bill.components.map((one) => [one.label, componentOf(one)]));
  for (const { label, requires } of bill.components) {
    const component = components.get(label);
    if (component === undefined) continue;
    bom.components.add(component);
    root.dependencies.add(component.bomRef);
    for (const need of requires) {
      const needed = components.get(need);
      if (needed !== undefined) component.dependencies.add(needed.bomRef);
    }
  }
  for (const one of image?.system ?? []) {
    const component = systemComponent(one);
    bom.components.add(component);
    root.dependencies.add(component.bomRef);
  }
  return bom;
}

function imageOf(bill: Bill, { name, version }: BillImage): Component {
  const { release, bootstrap, variant } = bill;
  return new Component(ComponentType.OperatingSystem, name, {
    bomRef: 'image',
    version,
    properties: properties({ release: release?.version, variant, bootstrap }),
  });
}

function systemComponent({ name, version, architecture, sha256, licences }: SystemPackage): Component {
  return new Component(ComponentType.Library, name, {
    bomRef: `deb:${name}:${architecture}`,
    version,
    purl: debianPurl({ package: name, version, architecture }),
    hashes: new HashDictionary([[HASHES.sha256, sha256]]),
    licenses: new LicenseRepository(licences.map((licence) => new NamedLicense(licence))),
  });
}

function rootOf(bill: Bill): Component {
  const { release, bootstrap, variant } = bill;
  return new Component(ComponentType.Platform, subjectOf(bill).name, {
    bomRef: 'release',
    version: subjectOf(bill).version,
    properties: properties({
      channel: release?.channel,
      codename: release?.codename,
      variant,
      bootstrap,
    }),
  });
}

function componentOf(component: BillComponent): Component {
  const { label, id, version, summary, licence, licenceNote, supplier, purl, cpe, builder } = component;
  return new Component(ComponentType.Application, label, {
    bomRef: id,
    ...(version === undefined ? {} : { version }),
    ...(summary === undefined ? {} : { description: summary }),
    ...(supplier === undefined ? {} : { supplier: new OrganizationalEntity({ name: supplier }) }),
    ...(purl === undefined ? {} : { purl }),
    ...(cpe === undefined ? {} : { cpe }),
    ...(licence === undefined ? {} : { licenses: new LicenseRepository([declared(licence)]) }),
    hashes: new HashDictionary(component.package === undefined ? [] : [[HASHES.sha256, component.package.sha256]]),
    externalReferences: new ExternalReferenceRepository(references(component)),
    components: new ComponentRepository(component.sources.flatMap((source) => debianComponents(id, source))),
    properties: properties({
      'package-id': id,
      builder: builder.name,
      'builder-id': builder.id,
      'licence-note': licenceNote,
      availability: component.availability === 'private' ? 'private' : undefined,
      'package-file': component.package?.file,
      'package-bytes': component.package === undefined ? undefined : String(component.package.bytes),
    }),
  });
}

/** What is no expression is a name: manifests of packages may come from other programs than ours. */
function declared(licence: string): LicenseExpression | NamedLicense {
  const acknowledgement = LicenseAcknowledgement.Declared;
  if (parseLicence(licence) === undefined) return new NamedLicense(licence, { acknowledgement });
  const expression = new LicenseExpression(licence);
  expression.acknowledgement = acknowledgement;
  return expression;
}

function references({ homepage, sources }: BillComponent): ExternalReference[] {
  const website = homepage === undefined ? [] : [new ExternalReference(homepage, ExternalReferenceType.Website)];
  return [...website, ...sources.flatMap(sourceReferences)];
}

/** Debian's binary packages are components; other sources are what the component was made of. */
function sourceReferences(source: BillSource): ExternalReference[] {
  const { name, kind, urls, commit, packages } = source;
  switch (kind) {
    case 'git':
      return urls.map(
        (url) => new ExternalReference(url, ExternalReferenceType.VCS, { comment: `${name}: commit ${commit ?? '?'}` }),
      );
    case 'git_local':
      // It has no address beside the tree's own; a relative one says as much.
      return [new ExternalReference('.', ExternalReferenceType.VCS, { comment: `${name}: commit ${commit ?? '?'}` })];
    case 'url':
    case 'url_extract':
      return urls.map((url) => archive(url, source, name));
    case 'deb_source':
      return packages.map((of) => archive(debianPurl(of), source, `${name}: upstream's archive in the source package`));
    case 'deb':
      return [];
    default:
      return kind satisfies never;
  }
}

function archive(url: string, { hashes }: BillSource, comment: string): ExternalReference {
  const known = hashes
    .filter(({ algorithm, hex }) => isDigest(algorithm, hex))
    .map(({ algorithm, hex }) => [HASHES[algorithm], hex.toLowerCase()] as const);
  return new ExternalReference(url, ExternalReferenceType.SourceDistribution, {
    hashes: new HashDictionary(known),
    comment,
  });
}

function debianComponents(owner: string, { kind, name, packages }: BillSource): Component[] {
  if (kind !== 'deb') return [];
  return packages.map(
    (of) =>
      new Component(ComponentType.Library, of.package, {
        bomRef: `${owner}/${name}/${of.package}`,
        version: of.version,
        purl: debianPurl(of),
        hashes: new HashDictionary([[HASHES.sha256, of.sha256]]),
      }),
  );
}

/** Names in a space of our own. @see https://github.com/CycloneDX/cyclonedx-property-taxonomy */
function properties(values: Readonly<Record<string, string | undefined>>): PropertyRepository {
  return new PropertyRepository(
    Object.entries(values).flatMap(([name, value]) =>
      value === undefined ? [] : [new Property(`dcos-build:${name}`, value)],
    ),
  );
}

/** How it was built. The library has no model of this part of the format. */
function formula(bill: Bill, { builders }: DocumentOptions): object {
  return {
    'bom-ref': 'formulation',
    components: buildersOf(bill).map((builder) => {
      const content = builders?.get(builder.name);
      const digest = sha256Of(builder.id);
      return {
        type: builder.kind === 'image' ? 'container' : 'operating-system',
        'bom-ref': `builder:${builder.name}`,
        name: builder.name,
        version: builder.id,
        ...(digest === undefined ? {} : { hashes: [{ alg: 'SHA-256', content: digest }] }),
        ...(content === undefined
          ? {}
          : {
              description: `Debian ${content.suite}, ${content.architecture}: the hash is that of the lock.`,
              components: content.packages
                .toSorted((a, b) => byCodePoint(a.name, b.name))
                .map((one) => lockedPackage(builder, one)),
            }),
      };
    }),
  };
}

function lockedPackage(builder: BillBuilder, { name, version, architecture, sha256 }: BuilderPackage): object {
  return {
    type: 'library',
    'bom-ref': `builder:${builder.name}/${name}`,
    name,
    version,
    purl: debianPurl({ package: name, version, architecture }),
    hashes: [{ alg: 'SHA-256', content: sha256 }],
  };
}
