/**
 * What an SPDX 2.3 document in JSON may be, written from the specification: no package of the registry carries the
 * official JSON schema. It knows what bills use and refuses every other key, and checks what a schema cannot: that ids
 * are unique, that what is referred to is there, and that licences are expressions and those of our own explained. What
 * passes here passes the official schema (compared with that of 2.3 on 29 November 2026), not the other way round.
 *
 * @see https://spdx.github.io/spdx-spec/v2.3/
 */
import { Ajv } from 'ajv';
import { licenceTerms, parseLicence } from '../../src/recipe/licence-expression.ts';

const text = { type: 'string', minLength: 1 };
const spdxId = { type: 'string', pattern: '^SPDXRef-[A-Za-z0-9.-]+$' };
/** One line: the same fields are lines in SPDX's other formats. */
const line = { type: 'string', pattern: '^[^\\r\\n]+$' };
const uri = '[^\\s"<>\\\\^`{|}]+';
const time = { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ$' };
/** 7.7.1: a URI, version control with its transport, or no assertion. */
const location = {
  type: 'string',
  pattern: `^(?:NONE|NOASSERTION|(?:(?:git|hg|svn|bzr)\\+)?[a-z][a-z0-9+.-]*://${uri})$`,
};
const agent = { type: 'string', pattern: '^(?:NOASSERTION|(?:Person|Organization): [^\\r\\n]+)$' };

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
      referenceLocator: { type: 'string', pattern: '^cpe:2\\.3:[aho*-](?::[^:\\s]+(?:\\\\:[^:\\s]*)*){10}$' },
    }),
  ],
};

const packageSchema = object(['SPDXID', 'name', 'downloadLocation'], {
  SPDXID: spdxId,
  name: line,
  versionInfo: line,
  packageFileName: { type: 'string', pattern: '^[^/\\r\\n]+$' },
  supplier: agent,
  downloadLocation: location,
  // Without it packageVerificationCode and files would be mandatory (7.8).
  filesAnalyzed: { const: false },
  checksums: { type: 'array', minItems: 1, uniqueItems: true, items: checksum },
  homepage: { type: 'string', pattern: `^https?://${uri}$` },
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
  externalRefs: { type: 'array', uniqueItems: true, items: externalReference },
});

const documentSchema = object(
  ['spdxVersion', 'dataLicense', 'SPDXID', 'name', 'documentNamespace', 'creationInfo', 'packages', 'relationships'],
  {
    spdxVersion: { const: 'SPDX-2.3' },
    dataLicense: { const: 'CC0-1.0' },
    SPDXID: { const: 'SPDXRef-DOCUMENT' },
    name: line,
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
    packages: { type: 'array', minItems: 1, items: packageSchema },
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
      uniqueItems: true,
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

interface SpdxPackage {
  readonly SPDXID: string;
  readonly licenseDeclared?: string;
  readonly licenseConcluded?: string;
}

interface SpdxDocument {
  readonly packages: readonly SpdxPackage[];
  readonly hasExtractedLicensingInfos?: readonly { readonly licenseId: string }[];
  readonly relationships: readonly {
    readonly spdxElementId: string;
    readonly relationshipType: string;
    readonly relatedSpdxElement: string;
  }[];
}

/** What is wrong with a document, as sentences; none for a good one. */
export function spdxMistakes(document: unknown): readonly string[] {
  if (!isDocument(document)) {
    return (isDocument.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  }
  return [...wrongReferences(document), ...wrongLicences(document)];
}

function wrongReferences({ packages, relationships }: SpdxDocument): readonly string[] {
  const ids = packages.map(({ SPDXID }) => SPDXID);
  const known = new Set(['SPDXRef-DOCUMENT', ...ids]);
  const twice = ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `${id} is there twice`);
  const astray = relationships
    .flatMap(({ spdxElementId, relatedSpdxElement }) => [spdxElementId, relatedSpdxElement])
    .filter((id) => !known.has(id))
    .map((id) => `${id} is nowhere`);
  // 11.1: with more than one package in it, a document has to say which it is about.
  const isDescribed = relationships.some(
    ({ spdxElementId, relationshipType }) => spdxElementId === 'SPDXRef-DOCUMENT' && relationshipType === 'DESCRIBES',
  );
  return [...twice, ...astray, ...(isDescribed ? [] : ['The document describes nothing'])];
}

function wrongLicences({ packages, hasExtractedLicensingInfos = [] }: SpdxDocument): readonly string[] {
  const written = packages.flatMap(({ licenseDeclared, licenseConcluded }) => [licenseDeclared, licenseConcluded]);
  const expressions = written.filter((each) => each !== undefined && each !== 'NOASSERTION' && each !== 'NONE');
  const used = new Set<string>();
  const wrong = expressions.flatMap((each = '') => {
    const expression = parseLicence(each);
    for (const { license } of expression === undefined ? [] : licenceTerms(expression)) used.add(license);
    return expression === undefined ? [`${each}?`] : [];
  });
  const explained = hasExtractedLicensingInfos.map(({ licenseId }) => licenseId);
  const own = [...used].filter((id) => id.includes('Ref-'));
  return [
    ...wrong,
    ...own.filter((id) => !explained.includes(id)).map((id) => `${id} is not explained`),
    ...explained.filter((id) => !used.has(id)).map((id) => `${id} is explained, but no licence`),
  ];
}
