/** The rig that holds templates against Microsoft's schemas: that it sees what is wrong, and takes what is right. */
import { describe, expect, test } from 'vitest';
import { hasSchemas } from '../rig/bicep-types.ts';
import { resourceMistakes, templateMistakes } from '../rig/template-schemas.ts';

const card = {
  type: 'Microsoft.Network/networkInterfaces',
  apiVersion: '2025-07-01',
  name: "[concat('nic-', copyIndex())]",
  location: "[parameters('location')]",
  copy: { name: 'cards', count: 3 },
  properties: { ipConfigurations: [{ name: 'ip', properties: { subnet: { id: "[variables('subnet')]" } } }] },
};
const template = {
  $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#',
  contentVersion: '1.0.0.0',
  resources: [card],
};

describe.runIf(hasSchemas)('published schemas', () => {
  test('take a template with expressions and loops', () => {
    expect(templateMistakes(template)).toEqual([]);
    const looped = { copy: [{ name: 'ipConfigurations', count: 2, input: { name: 'ip', properties: {} } }] };
    expect(resourceMistakes({ ...card, properties: looped })).toEqual([]);
  });

  test('name what a resource does wrong, also within a loop', () => {
    const looped = { copy: [{ name: 'ipConfigurations', count: 2, input: { Name: 'ip' } }] };
    const found = templateMistakes({ ...template, resources: [{ ...card, properties: looped }] });
    expect(found).toEqual([
      'resources[0] Microsoft.Network/networkInterfaces/properties/ipConfigurations[0]/Name: unknown',
    ]);
  });

  test('name a missing part of a template and a version that nobody knows', () => {
    const { contentVersion: _, ...rest } = template;
    expect(templateMistakes(rest)).not.toEqual([]);
    expect(resourceMistakes({ ...card, apiVersion: '2015-06-15' })).toHaveLength(1);
  });

  test('a text that only begins like an expression is a text', () => {
    const properties = { ipConfigurations: '[[no expression' };
    expect(resourceMistakes({ ...card, properties })).not.toEqual([]);
  });
});
