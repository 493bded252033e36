import { expect, test } from 'vitest';
import { describeBuild, installedAt, INSTALL_ROOT, SOURCE_DATE_EPOCH } from '../../src/build/sandbox.ts';
import type { BuildDescription } from '../../src/executor/executor.ts';
import { parsePackageId } from '../../src/model/package-id.ts';
import type { PlannedComponent } from '../../src/resolve/plan.ts';
import { planMemory } from '../rig/memory-plan.ts';

const LIB = parsePackageId(`lib--${'1'.repeat(40)}`);
const ROOT = { kind: 'folder', path: '/root' } as const;
const LIMITS = { timeoutMs: 1000, memoryBytes: 2 ** 20 };

function describe(component: PlannedComponent): BuildDescription {
  const requirements = new Map([[LIB, '/cache/lib']]);
  const folders = { src: '/made/src', installRoot: '/made/root', result: '/made/result', requirements };
  return describeBuild(component, folders, { root: ROOT, cores: 3, limits: LIMITS });
}

function planned(files: Record<string, string | object>, key: string): PlannedComponent {
  const found = planMemory(files).plan.components.get(key);
  if (found === undefined) throw new Error(`${key} is not in the plan`);
  return found;
}

test('a build is described by its component alone: the same for every user, folder and machine', () => {
  const curl = planned({ 'curl/buildinfo.json': {}, 'curl/extra/curl.conf': 'x' }, 'curl|null');
  expect(describe(curl)).toEqual({
    id: curl.id,
    root: ROOT,
    command: ['/pkg/build/build'],
    environment: {
      PKG_NAME: 'curl',
      PKG_ID: curl.id,
      PKG_VERSION: curl.id.slice('curl--'.length),
      PKG_PATH: `/opt/mesosphere/packages/${curl.id}`,
      PKG_VARIANT: '<default>',
      NUM_CORES: '3',
      PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      HOME: '/root',
      LC_ALL: 'C.UTF-8',
      TZ: 'UTC',
      SOURCE_DATE_EPOCH: '1461024000',
    },
    mounts: [
      { from: '/made/src', to: '/pkg/src', mode: 'rw' },
      { from: curl.folder, to: '/pkg/build', mode: 'ro' },
      { from: `${curl.folder}/extra`, to: '/pkg/extra', mode: 'ro' },
      { from: '/made/root', to: '/opt/mesosphere', mode: 'ro' },
      { from: '/cache/lib', to: `/opt/mesosphere/packages/${LIB}`, mode: 'ro' },
      { from: '/made/result', to: `/opt/mesosphere/packages/${curl.id}`, mode: 'rw' },
    ],
    limits: LIMITS,
  });
});

test('a variant has its name and its own script, and no extra folder where there is none', () => {
  const files = {
    'curl/ee.buildinfo.json': { build_script: 'scripts/make-ee' },
    'curl/scripts/make-ee': '#!/bin/sh',
    'treeinfo.json': { variants: { curl: 'ee' } },
  };
  const { command, environment, mounts } = describe(planned(files, 'curl|ee'));
  expect(command).toEqual(['/pkg/build/scripts/make-ee']);
  expect(environment['PKG_VARIANT']).toBe('ee');
  expect(mounts.map(({ to }) => to)).not.toContain('/pkg/extra');
});

test('what enters no id, and so can never change', () => {
  expect(INSTALL_ROOT).toBe('/opt/mesosphere');
  expect(installedAt(LIB)).toBe(`/opt/mesosphere/packages/${LIB}`);
  expect(new Date(SOURCE_DATE_EPOCH * 1000).toISOString()).toBe('2016-04-19T00:00:00.000Z');
});
