/**
 * What an SPDX 2.3 document in JSON may be, written from the specification: no package of the registry carries the
 * official JSON schema. It knows what bills use and refuses every other key, and checks what a schema cannot: that ids
 * are unique, and that what is referred to is there.
 *
 * @see https://spdx.github.io/spdx-spec/v2.3/
 */
import { Ajv } from 'ajv';
import { parseLicence } from '../../src/recipe/licence-expression.ts';

const text = { type: 'string', minLength: 1 };
const spdxId = { type: 'string', pattern: '^SPDXRef-[A-Za-z0-9.-]+$' };
const time = { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ$' };
/** 7.7.1: a URI, version control with its transport, or no assertion. */
const location = {
  type: 'string',
  pattern: '^(?:NONE|NOASSERTION|(?:(?:git|hg|svn|bzr)\\+)?[a-z][a-z0-9+.-]*://\\S+)$',
};
const agent = { type: 'string', pattern: '^(?:NOASSERTION|(?:Person|Organization): .+)$' };

function object(required: readonly string[], properties: Readonly<Record<string, object>>): object {
  return { type: 'object', required, properties, additionalProperties: false };
}

const checksum = {
  oneOf: [
    object(['algorithm', 'checksumValue'], {
      algorithm: { const: 'SHA256' },
      checksumValue: { type: 'string', pattern: '^[0-9a-f]{64}$' },
    }),
    object(['algorithm', 'checksumValue'], {
      algorithm: { const: 'SHA1' },
      checksumValue: { type: 'string', pattern: '^[0-9a-f]{40}$' },
    }),
  ],
};

const externalReference = {
  oneOf: [
    object(['referenceCategory', 'referenceType', 'referenceLocator'], {
      referenceCategory: { const: 'PACKAGE-MANAGER' },
      referenceType: { const: 'purl' },
      referenceLocator: { type: 'string', pattern: '^pkg:[a-z0-9.+-]+/\\S+$' },
    }),
    object(['referenceCategory', 'referenceType', 'referenceLocator'], {
      referenceCategory: { const: 'SECURITY' },
      referenceType: { const: 'cpe23Type' },
      referenceLocator: { type: 'string', pattern: '^cpe:2\\.3:\\S+$' },
    }),
  ],
};

const packageSchema = object(['SPDXID', 'name', 'downloadLocation'], {
  SPDXID: spdxId,
  name: text,
  versionInfo: text,
  packageFileName: text,
  supplier: agent,
  downloadLocation: location,
  // Without it packageVerificationCode and files would be mandatory (7.8).
  filesAnalyzed: { const: false },
  checksums: { type: 'array', minItems: 1, items: checksum },
  homepage: { type: 'string', pattern: '^https?://' },
  sourceInfo: text,
  licenseConcluded: text,
  licenseDeclared: text,
  licenseComments: text,
  copyrightText: text,
  summary: text,
  comment: text,
  primaryPackagePurpose: {
    enum: ['APPLICATION', 'ARCHIVE', 'CONTAINER', 'INSTALL', 'LIBRARY', 'OPERATING_SYSTEM', 'SOURCE'],
  },
  externalRefs: { type: 'array', items: externalReference },
});

const documentSchema = object(
  ['spdxVersion', 'dataLicense', 'SPDXID', 'name', 'documentNamespace', 'creationInfo', 'packages', 'relationships'],
  {
    spdxVersion: { const: 'SPDX-2.3' },
    dataLicense: { const: 'CC0-1.0' },
    SPDXID: { const: 'SPDXRef-DOCUMENT' },
    name: text,
    // 6.5: absolute, and without the "#" that begins the ids in it.
    documentNamespace: { type: 'string', pattern: '^https://[^#\\s]+$' },
    creationInfo: object(['created', 'creators'], {
      created: time,
      creators: {
        type: 'array',
        minItems: 1,
        items: { type: 'string', pattern: '^(?:Tool|Person|Organization): .+$' },
      },
    }),
    packages: { type: 'array', items: packageSchema },
    hasExtractedLicensingInfos: {
      type: 'array',
      items: object(['licenseId', 'extractedText'], {
        licenseId: { type: 'string', pattern: '^LicenseRef-[A-Za-z0-9.-]+$' },
        name: text,
        extractedText: text,
      }),
    },
    relationships: {
      type: 'array',
      items: object(['spdxElementId', 'relationshipType', 'relatedSpdxElement'], {
        spdxElementId: spdxId,
        relationshipType: { enum: ['DESCRIBES', 'CONTAINS', 'DEPENDS_ON', 'GENERATED_FROM', 'BUILD_TOOL_OF'] },
        relatedSpdxElement: spdxId,
        comment: text,
      }),
    },
  },
);

const isDocument = new Ajv({ allErrors: true }).compile<SpdxDocument>(documentSchema);

interface SpdxDocument {
  readonly packages: readonly { readonly SPDXID: string; readonly licenseDeclared?: string }[];
  readonly hasExtractedLicensingInfos?: readonly { readonly licenseId: string }[];
  readonly relationships: readonly { readonly spdxElementId: string; readonly relatedSpdxElement: string }[];
}

/** What is wrong with a document, as sentences; none for a good one. */
export function spdxMistakes(document: unknown): readonly string[] {
  if (!isDocument(document)) {
    return (isDocument.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  }
  const ids = document.packages.map(({ SPDXID }) => SPDXID);
  const known = new Set(['SPDXRef-DOCUMENT', ...ids]);
  const twice = ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `${id} is there twice`);
  const astray = document.relationships
    .flatMap(({ spdxElementId, relatedSpdxElement }) => [spdxElementId, relatedSpdxElement])
    .filter((id) => !known.has(id))
    .map((id) => `${id} is nowhere`);
  const licences = document.packages.flatMap(({ licenseDeclared = 'NOASSERTION' }) =>
    licenseDeclared === 'NOASSERTION' || parseLicence(licenseDeclared) !== undefined ? [] : [`${licenseDeclared}?`],
  );
  return [...twice, ...astray, ...licences];
}
