import { expect, test } from 'vitest';
import { ciRun } from '../../src/cli/release/ci-run.ts';

test('a run of GitHub Actions is named by its workflow and its attempt', () => {
  const env = {
    GITHUB_ACTIONS: 'true',
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_REPOSITORY: 'acme/dcos',
    GITHUB_WORKFLOW_REF: 'acme/dcos/.github/workflows/release.yml@refs/heads/main',
    GITHUB_RUN_ID: '7',
    GITHUB_RUN_ATTEMPT: '2',
  };
  expect(ciRun({ env })).toEqual({
    builderId: 'https://github.com/acme/dcos/.github/workflows/release.yml@refs/heads/main',
    invocationId: 'https://github.com/acme/dcos/actions/runs/7/attempts/2',
  });
});

test('a run of Azure Pipelines is named by its definition and its build', () => {
  const env = {
    TF_BUILD: 'True',
    SYSTEM_COLLECTIONURI: 'https://dev.azure.com/acme/',
    SYSTEM_TEAMPROJECT: 'dc os',
    SYSTEM_DEFINITIONID: '3',
    BUILD_BUILDID: '99',
  };
  expect(ciRun({ env })).toEqual({
    builderId: 'https://dev.azure.com/acme/dc%20os/_build?definitionId=3',
    invocationId: 'https://dev.azure.com/acme/dc%20os/_build/results?buildId=99',
  });
});

test('elsewhere nothing is said of who runs it', () => {
  expect(ciRun({ env: { GITHUB_ACTIONS: 'true' } })).toEqual({});
  expect(ciRun({ env: {} })).toEqual({});
});
