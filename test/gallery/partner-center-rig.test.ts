/** The stand-in of Partner Center itself: that it refuses what the service would, each rule for its own reason. */
import { afterAll, beforeEach, expect, test } from 'vitest';
import { hasSchemas } from '../rig/bicep-types.ts';
import { selfSigned } from '../rig/entra.ts';
import { PartnerCenter, PLAN, PRODUCT } from '../rig/partner-center.ts';
import { Scratch } from '../rig/scratch.ts';
import { askArm, goodToken, type Answered } from './arm-client.ts';

const SCHEMA = 'https://schema.mp.microsoft.com/schema';
const scratch = new Scratch();
const tls = selfSigned(scratch.folder);
let center: PartnerCenter | undefined;

beforeEach(async () => {
  await center?.[Symbol.asyncDispose]();
  center = await PartnerCenter.start(tls);
});
afterAll(async () => {
  await center?.[Symbol.asyncDispose]();
  scratch[Symbol.dispose]();
});

const ask = (
  method: string,
  path: string,
  body?: unknown,
  audience = 'https://graph.microsoft.com',
): Promise<Answered> =>
  askArm({ url: `${center?.url}/`, cert: tls.cert, token: goodToken(audience) }, method, { path, body });

/** Has something changed, and asks until the job has ended. @returns `succeeded`, or its errors */
async function configure(resource: object): Promise<string> {
  const body = { $schema: `${SCHEMA}/configure/2022-03-01-preview2`, resources: [resource] };
  const { body: begun } = await ask('POST', 'configure?$version=1', body);
  expect(begun).toMatchObject({ jobStatus: 'notStarted', jobResult: 'pending' });
  const at = `configure/${Object(begun).jobId}/status?$version=1`;
  expect((await ask('GET', at)).body).toMatchObject({ jobStatus: 'running', jobResult: 'pending' });
  const { body: ended } = await ask('GET', at);
  expect(ended).toMatchObject({ jobStatus: 'completed' });
  const { jobResult, errors } = Object(ended);
  return jobResult === 'succeeded'
    ? 'succeeded'
    : errors
        .map((each: { readonly code: string; readonly message: string }) => `${each.code}: ${each.message}`)
        .join('; ');
}

const version = (versionNumber: string, imageType = 'x64Gen2') => ({
  versionNumber,
  vmImages: [
    {
      imageType,
      source: {
        sourceType: 'sharedImageGallery',
        sharedImage: {
          tenantId: 't',
          resourceId:
            '/subscriptions/s/resourceGroups/r/providers/Microsoft.Compute/galleries/g/images/i/versions/1.0.0',
        },
      },
    },
  ],
});
const configuration = (change: object = {}) => ({
  $schema: `${SCHEMA}/virtual-machine-plan-technical-configuration/2026-04-01-preview1`,
  ...{ product: PRODUCT, plan: PLAN, operatingSystem: { family: 'linux', type: 'debian', friendlyName: 'Debian' } },
  skus: [{ imageType: 'x64Gen2', skuId: 'node' }],
  vmImageVersions: [version('1.0.0')],
  ...change,
});

test('what is right is taken, as a job that is asked for', async () => {
  expect(await configure(configuration())).toBe('succeeded');
  expect(
    (await ask('GET', `${PLAN.replace('plan/', 'virtual-machine-plan-technical-configuration/')}?$version=1`)).body,
  ).toMatchObject({
    id: expect.stringContaining('virtual-machine-plan-technical-configuration/'),
    vmImageVersions: [{ versionNumber: '1.0.0' }],
  });
});

test('tokens have to be for it, versions named, and things there', async () => {
  expect(await ask('GET', 'product?$version=1', undefined, 'https://management.azure.com')).toMatchObject({
    status: 401,
  });
  expect(await ask('GET', 'product')).toMatchObject({ status: 400, code: 'invalidRequest' });
  expect(await ask('GET', 'nothing?$version=1')).toMatchObject({ status: 404, code: 'resourceNotFound' });
  expect(await ask('POST', 'submission?$version=1', {})).toMatchObject({ status: 404 });
  expect(await ask('POST', 'configure?$version=1', { resources: [] })).toMatchObject({ status: 400 });
  expect((await ask('GET', 'product?$version=1&externalId=other')).body).toEqual({ value: [] });
  expect((await ask('GET', 'plan?$version=1&externalId=node&product=other')).body).toEqual({ value: [] });
});

test.each<readonly [string, object, RegExp]>([
  ['the id of the service', configuration({ id: 'x' }), /^schemaValidationError: The property id/],
  [
    'an older schema',
    configuration({ $schema: `${SCHEMA}/virtual-machine-plan-technical-configuration/2022-03-01-preview2` }),
    /^schemaValidationError: Only the schema/,
  ],
  [
    'a SKU without image',
    configuration({
      skus: [
        { imageType: 'x64Gen2', skuId: 'node' },
        { imageType: 'x64Gen1', skuId: 'node-gen1' },
      ],
    }),
    /^businessValidationError: The SKU 'node-gen1' has no active image/,
  ],
  [
    'a SKU whose only version was deleted',
    configuration({ vmImageVersions: [{ ...version('1.0.0'), lifecycleState: 'deleted' }] }),
    /^businessValidationError: The SKU 'node' has no active image/,
  ],
  [
    'an image without a SKU of its type',
    configuration({ vmImageVersions: [version('1.0.0'), version('1.1.0', 'x64Gen1')] }),
    /^businessValidationError: There is no SKU for images of type 'x64Gen1'/,
  ],
  [
    'two SKUs of one id',
    configuration({
      skus: [
        { imageType: 'x64Gen2', skuId: 'node' },
        { imageType: 'x64Gen1', skuId: 'node' },
      ],
      vmImageVersions: [version('1.0.0'), version('1.1.0', 'x64Gen1')],
    }),
    /^businessValidationError: Two SKUs have the same id/,
  ],
  [
    'no SKU that is called as the plan',
    configuration({ skus: [{ imageType: 'x64Gen2', skuId: 'other' }] }),
    /^businessValidationError: No SKU is called 'node'/,
  ],
])('a configuration with %s is refused', async (_what, resource, error) => {
  expect(await configure(resource)).toMatch(error);
  expect(center?.configuration).toBeUndefined();
});

test.skipIf(!hasSchemas).each<readonly [string, object]>([
  ['a version number of two parts', configuration({ vmImageVersions: [version('1.0')] })],
  ['an image type that is none', configuration({ vmImageVersions: [version('1.0.0', 'x64Gen3')] })],
  ['no SKU', configuration({ skus: [] })],
  ['a system that is none', configuration({ operatingSystem: { family: 'linux', type: 'arch', friendlyName: 'x' } })],
])('a configuration with %s is refused by the schema', async (_what, resource) => {
  expect(await configure(resource)).toMatch(/^schemaValidationError: \//);
});

test('versions are never taken away, and submissions go one after another, preview first', async () => {
  await configure(configuration());
  expect(await configure(configuration({ vmImageVersions: [version('1.1.0')] }))).toMatch(
    /The version 1\.0\.0 cannot be taken away/,
  );
  const submission = (targetType: string, id?: string) => ({
    $schema: `${SCHEMA}/submission/2022-03-01-preview2`,
    product: PRODUCT,
    target: { targetType },
    ...(id === undefined ? {} : { id }),
  });
  expect(await configure(submission('live'))).toMatch(/Only a certified preview goes live/);
  expect(await configure(submission('preview'))).toBe('succeeded');
  expect(await configure(submission('preview'))).toMatch(/A submission is running/);
  Object.assign(center?.submissions[0] ?? {}, { status: 'completed', result: 'succeeded' });
  expect(await configure(submission('live', 'submission/other'))).toMatch(/Only a certified preview goes live/);
  expect(await configure(submission('live', `submission/${PRODUCT.slice('product/'.length)}/1`))).toBe('succeeded');
});
