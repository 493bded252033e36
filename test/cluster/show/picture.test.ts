/** The picture of docs/clusters.md is that of its definition. `vitest -u` draws it anew. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { expandTemplate } from '../../../src/arm/expand.ts';
import { lintTemplate } from '../../../src/arm/lint.ts';
import { inventoryOf } from '../../../src/cli/cluster/inventory.ts';
import { parameterValues } from '../../../src/cli/cluster/cluster-file.ts';
import { composeClusterNodeData } from '../../../src/cluster/compose-node-data.ts';
import { drawCluster } from '../../../src/cluster/show/drawing.ts';
import { composeTemplate, type ResolvedImage } from '../../../src/cluster/template.ts';
import { parseClusterDefinition } from '../../../src/recipe/parse-cluster.ts';

const [, TEXT = ''] = /^```json\n([^]*?)^```$/m.exec(readFileSync('docs/clusters.md', 'utf8')) ?? [];

test('the definition of docs/clusters.md has no mistake, its template no finding, and the picture shows it', async () => {
  const { definition, warnings } = parseClusterDefinition('docs/clusters.md', TEXT);
  const id = 'id' in definition.image ? definition.image.id : '';
  const image: ResolvedImage = { kind: 'gallery', id, generation: '2', trustedLaunch: true };
  const nodeData = composeClusterNodeData(definition);
  const { template, parameters: file } = composeTemplate(definition, { image, nodeData });
  const parameters = parameterValues(file);
  const drawing = drawCluster(inventoryOf(expandTemplate(template, { parameters }).resources), definition.name);
  expect([warnings, lintTemplate(template, { parameters })]).toEqual([[], []]);
  await expect(drawing).toMatchFileSnapshot('../../../docs/pictures/cluster.svg');
});
