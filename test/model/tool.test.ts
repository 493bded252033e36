import { expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { TOOL_NAME, TOOL_VERSION } from '../../src/model/tool.ts';

test('the program names the version that package.json publishes', () => {
  expect([TOOL_NAME, TOOL_VERSION]).toEqual([packageJson.name, packageJson.version]);
});
