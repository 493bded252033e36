/** What becomes of answers of Azure Resource Manager that are no answers, and of the words in its refusals. */
import { readFileSync } from 'node:fs';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ResourceManager } from '../../src/gallery/resource-manager.ts';
import { cloudNamed } from '../../src/model/azure-cloud.ts';
import { UserError } from '../../src/model/errors.ts';
import { GROUP, SUBSCRIPTION } from '../rig/arm.ts';
import { GalleryRig } from './gallery-rig.ts';

let rig: GalleryRig;

beforeEach(async () => {
  rig = await GalleryRig.start();
  for (const [name, value] of Object.entries(rig.identity.env)) vi.stubEnv(name, value);
  setDefaultCACertificates([...getCACertificates('default'), readFileSync(rig.tls.cert, 'utf8')]);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rig[Symbol.asyncDispose]();
});

async function makeGallery(): Promise<unknown> {
  const { signal } = new AbortController();
  const asked = { cloud: cloudNamed(), subscription: SUBSCRIPTION, endpoint: rig.arm.url, signal };
  const manager = await ResourceManager.open({ ...asked, isDryRun: false, pollMs: 0, stallMs: 500 });
  return await manager.change('The gallery dcos cannot be made', () =>
    manager.compute.galleries.createOrUpdate(GROUP, 'dcos', { location: 'westeurope', description: 'x' }, manager.call),
  );
}

test('a request that is never answered is sent again', async () => {
  let silences = 0;
  rig.arm.script = ({ method }) => (method === 'PUT' && (silences += 1) === 1 ? 'silent' : undefined);
  expect(await makeGallery()).toMatchObject({ name: 'dcos' });
  expect(silences).toBe(2);
});

test('a refusal is told with its details, each in one line, and with what to do', async () => {
  const details = [
    { code: 'QuotaExceeded', message: 'No room for\r\nmore.' },
    { message: 'https://a.blob.core.windows.net/b?sig=c2VjcmV0' },
  ];
  rig.arm.script = () => ({ status: 409, code: 'Conflict', details });
  const error: unknown = await makeGallery().catch((thrown: unknown) => thrown);
  const { message, hint } = error instanceof UserError ? error : { message: String(error), hint: '' };
  expect({ message, hint }).toEqual({
    message:
      'The gallery dcos cannot be made: the service refuses it (409 Conflict: The test says so; ' +
      'QuotaExceeded: No room for; https://a.blob.core.windows.net/b?sig=***).',
    hint: expect.stringMatching(/^Something else is under way there/),
  });
});
