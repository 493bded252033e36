/** What a definition and late values may hold, and how it comes out of the text that cloud-init reads. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { composeNodeData } from '../../src/cluster/compose-node-data.ts';
import { joinNodeData, type LateValues } from '../../src/cluster/node-data.ts';
import { python } from '../rig/python.ts';
import { Scratch } from '../rig/scratch.ts';
import { config, filesOf, jsonOf, late, master, parse, release } from './node-data.ts';

const anything = fc.string({ unit: 'binary', maxLength: 40 });
const awkward = fc.constantFrom(
  "it's",
  '"',
  '\\',
  '\u2028',
  '\u0085',
  '\u007F',
  '\uFEFF',
  '😀',
  '#cloud-config\n',
  '[[[',
  '}}',
);
const anyText = fc.oneof(
  anything,
  awkward,
  fc.tuple(anything, awkward).map((parts) => parts.join('')),
);
const anyLate: fc.Arbitrary<LateValues> = fc.record({
  cluster_name: anyText,
  master_list: anyText,
  master_fqdn: anyText,
  agent_fqdn: anyText,
  repository_url: anyText,
});
const anyNode = fc.record({
  role: fc.constantFrom('master', 'private', 'public'),
  attributes: fc.dictionary(
    anyText.filter((key) => key !== '__proto__'),
    anyText,
    { maxKeys: 4 },
  ),
  clientId: anyText,
  late: anyLate,
});

function textOf({
  role,
  attributes,
  clientId,
  late: values,
}: typeof anyNode extends fc.Arbitrary<infer T> ? T : never) {
  const given = { ...config, oauth_enabled: true, oauth_client_id: clientId };
  const data = composeNodeData({ role, attributes, configuration: { config: given, masterCount: 1 }, release });
  return joinNodeData(data, values);
}

test('any character survives in values of the definition and in late ones', () => {
  fc.assert(
    fc.property(anyNode, (node) => {
      const files = filesOf(parse(textOf(node)));
      expect(jsonOf(files, '/etc/dcos-node/late.json')).toEqual(node.late);
      const {
        os: _os,
        public_ip: _publicIp,
        ...attributes
      } = Object(jsonOf(files, '/etc/dcos-node/node.json')).attributes;
      expect(attributes).toEqual({ ...node.attributes });
    }),
  );
});

test('YAML, as cloud-init reads it, says the same as JSON', async () => {
  const texts = fc.sample(anyNode, { numRuns: 20, seed: 5 }).map(textOf);
  texts.push(joinNodeData(composeNodeData({ ...master, hasResourceDisk: true, dataDisks: [{}] }), late));
  using scratch = new Scratch();
  const program =
    'import json, sys, yaml; print(json.dumps([yaml.safe_load(text) for text in json.load(open(sys.argv[1]))]))';
  const end = await python([], ['-c', program, scratch.write('texts.json', JSON.stringify(texts))]);
  expect(end.stderr).toBe('');
  expect(JSON.parse(end.stdout)).toEqual(texts.map(parse));
});
