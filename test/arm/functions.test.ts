import { expect, test } from 'vitest';
import fc from 'fast-check';
import { call, expressionText } from '../../src/arm/expression.ts';
import { addressText, parseNetwork } from '../../src/arm/network.ts';
import { mistakesOf, valueOf } from './arm-rig.ts';

const SUBSCRIPTION = '/subscriptions/00000000-0000-0000-0000-000000000000';
const GROUP = `${SUBSCRIPTION}/resourceGroups/resource-group`;

test.each([
  // texts
  ["concat('a', 1, true(), 'b')", 'a1Trueb'],
  ["concat(createArray(1), createArray('b'))", [1, 'b']],
  ["toLower('ÄB')", 'äb'],
  ["toUpper('ab')", 'AB'],
  ["trim('  a ')", 'a'],
  ["substring('abcdef', 1, 3)", 'bcd'],
  ["substring('abcdef', 4)", 'ef'],
  ["replace('a.b.c', '.', '-')", 'a-b-c'],
  ["split('a,b;c', createArray(',', ';'))", ['a', 'b', 'c']],
  ["split('a.b', '.')", ['a', 'b']],
  ["join(createArray('a', 1), '-')", 'a-1'],
  ["padLeft(7, 3, '0')", '007'],
  ["startsWith('abc', 'AB')", true],
  ["endsWith('abc', 'BC')", true],
  ["indexOf('abcABC', 'C')", 2],
  ["lastIndexOf('abcABC', 'c')", 5],
  ["indexOf('abc', 'x')", -1],
  // forms
  ["format('{0}-{1:D3}-{2}-{{}}', 'a', 7, true())", 'a-007-True-{}'],
  ["format('{0,5}|{0,-5}|{1:N0}|{1:X4}|{1:x}', 'ab', 1234567)", '   ab|ab   |1,234,567|12D687|12d687'],
  ['string(5)', '5'],
  ['string(true())', 'True'],
  ["string(createObject('a', createArray(1, 'b', true())))", '{"a":[1,"b",true]}'],
  ["int('12')", 12],
  ["bool('True')", true],
  ['bool(0)', false],
  ['json(\'{"a": [1, null]}\').a[0]', 1],
  ["json('null')", null],
  ["json('{''one'': ''a \"b\"'', \"two\": \"it''s\"}')", { one: 'a "b"', two: "it's" }],
  ["base64('one, two, three')", 'b25lLCB0d28sIHRocmVl'],
  ["base64ToString('b25lLCB0d28sIHRocmVl')", 'one, two, three'],
  ['base64ToJson(base64(\'{"a": 1}\'))', { a: 1 }],
  ["dataUri('Hello')", 'data:text/plain;charset=utf8;base64,SGVsbG8='],
  ["dataUriToString('data:;base64,SGVsbG8sIFdvcmxkIQ==')", 'Hello, World!'],
  ["uri('http://contoso.org/firstpath/myscript.sh', 'next.sh')", 'http://contoso.org/firstpath/next.sh'],
  ["uri('http://contoso.org/firstpath/', 'myscript.sh')", 'http://contoso.org/firstpath/myscript.sh'],
  ["uriComponent('http://a/b c!')", 'http%3A%2F%2Fa%2Fb%20c%21'],
  ["uriComponentToString('a%20b')", 'a b'],
  // lists and objects
  ["array('a')", ['a']],
  ["createObject('a', 1, 'b', null())", { a: 1, b: null }],
  ["length('abc')", 3],
  ["length(createObject('a', 1))", 1],
  ["empty('')", true],
  ['empty(null())', true],
  ["contains('abc', 'b')", true],
  ["contains('abc', 'B')", false],
  ["contains(createObject('One', 1), 'one')", true],
  ['contains(createArray(1, 2), 2)', true],
  ["first('abc')", 'a'],
  ['last(createArray(1, 2))', 2],
  ['skip(createArray(1, 2, 3), 1)', [2, 3]],
  ["take('abc', 2)", 'ab'],
  ['range(5, 3)', [5, 6, 7]],
  ['union(createArray(1, 2), createArray(2, 3))', [1, 2, 3]],
  ['union(json(\'{"a": {"b": 1}}\'), json(\'{"a": {"c": 2}, "d": 3}\'))', { a: { b: 1, c: 2 }, d: 3 }],
  ['intersection(createArray(1, 2, 3), createArray(3, 2))', [2, 3]],
  ['intersection(json(\'{"a": 1, "b": 2}\'), json(\'{"a": 1, "b": 3}\'))', { a: 1 }],
  ['shallowMerge(createArray(json(\'{"a": {"b": 1}}\'), json(\'{"a": 2}\')))', { a: 2 }],
  ['items(json(\'{"b": 1, "a": 2}\'))[0]', { key: 'a', value: 2 }],
  ['objectKeys(json(\'{"b": 1, "a": 2}\'))', ['a', 'b']],
  ["tryGet(createObject('a', createArray(1)), 'a', 0)", 1],
  ["tryGet(createObject('a', 1), 'b', 'c')", null],
  ["createObject('One', createArray('x')).one[0]", 'x'],
  ["createObject('a b', 1)['a b']", 1],
  // numbers and logic
  ['add(1, 2)', 3],
  ['sub(1, 2)', -1],
  ['mul(3, -2)', -6],
  ['div(-7, 2)', -3],
  ['mod(-7, 2)', -1],
  ['div(-1, 2)', 0],
  ['min(createArray(3, 1))', 1],
  ['max(3, 1)', 3],
  ["equals('a', 'A')", false],
  ["equals(createObject('a', 1), createObject('a', 1))", true],
  ["less('a', 'b')", true],
  ['lessOrEquals(2, 2)', true],
  ['greater(1, 2)', false],
  ['greaterOrEquals(2, 2)', true],
  ["if(equals(1, 1), 'yes', div(1, 0))", 'yes'],
  ['and(true(), not(false()), true())', true],
  ['or(false(), false())', false],
  ["coalesce(null(), 'a')", 'a'],
  // networks, as in Microsoft's reference
  ["cidrSubnet('10.144.0.0/20', 24, 0)", '10.144.0.0/24'],
  ["cidrSubnet('10.144.0.0/20', 24, 4)", '10.144.4.0/24'],
  ["cidrHost('10.144.3.0/24', 0)", '10.144.3.1'],
  ["cidrHost('10.144.3.0/24', 4)", '10.144.3.5'],
  ["parseCidr('10.144.0.0/20').lastUsable", '10.144.15.254'],
  ["parseCidr('10.144.0.0/20').netmask", '255.255.240.0'],
  // lambdas
  ["map(range(0, 3), lambda('i', mul(lambdaVariables('i'), 2)))", [0, 2, 4]],
  ["filter(range(0, 4), lambda('i', greater(lambdaVariables('i'), 1)))", [2, 3]],
  ["reduce(range(1, 4), 0, lambda('sum', 'i', add(lambdaVariables('sum'), lambdaVariables('i'))))", 10],
  ["sort(createArray(3, 1, 2), lambda('a', 'b', less(lambdaVariables('a'), lambdaVariables('b'))))", [1, 2, 3]],
  ["toObject(createArray('a', 'b'), lambda('x', lambdaVariables('x')), lambda('x', 1))", { a: 1, b: 1 }],
  ["mapValues(createObject('a', 1), lambda('x', add(lambdaVariables('x'), 1)))", { a: 2 }],
  ["groupBy(createArray('ab', 'ac', 'b'), lambda('x', first(lambdaVariables('x'))))", { a: ['ab', 'ac'], b: ['b'] }],
  // the deployment
  ['resourceGroup().location', 'westeurope'],
  ['subscription().subscriptionId', '00000000-0000-0000-0000-000000000000'],
  ['environment().suffixes.storage', 'core.windows.net'],
  ['RESOURCEGROUP().Name', 'resource-group'],
  [
    "resourceId('Microsoft.Network/virtualNetworks/subnets', 'v', 's')",
    `${GROUP}/providers/Microsoft.Network/virtualNetworks/v/subnets/s`,
  ],
  ["resourceId('other', 'Microsoft.X/y', 'z')", `${SUBSCRIPTION}/resourceGroups/other/providers/Microsoft.X/y/z`],
  ["resourceId('1', 'other', 'Microsoft.X/y', 'z')", '/subscriptions/1/resourceGroups/other/providers/Microsoft.X/y/z'],
  ["subscriptionResourceId('Microsoft.X/y', 'z')", `${SUBSCRIPTION}/providers/Microsoft.X/y/z`],
  ["extensionResourceId(resourceGroup().id, 'Microsoft.X/y', 'z')", `${GROUP}/providers/Microsoft.X/y/z`],
  ["reference('x', '2020-01-01').a.b[0]", '{reference(x).a.b[0]}'],
  ["listKeys('x', '2020-01-01').keys[0].value", '{listKeys(x).keys[0].value}'],
  ["concat('http://', toLower(reference('x').fqdn))", 'http://{toLower(reference(x).fqdn)}'],
])('%s is %j', (expression, value) => {
  expect(valueOf(expression)).toEqual(value);
});

test.each([
  ["conct('a')", 'There is no function conct().'],
  ['add(1)', 'add() takes 2 arguments, not 1.'],
  ["add('a', 1)", 'add(): argument 1 must be a whole number; it is a text.'],
  ['div(1, 0)', 'div(): nothing can be divided by 0.'],
  ["int('a')", 'int(): "a" is no whole number.'],
  ["substring('abc', 2, 5)", 'substring(): 5 characters from 2 are not within the 3 of the text.'],
  ["createObject('a')", 'createObject(): a name has no value.'],
  ["createObject('a', 1).b", 'There is no member "b".'],
  ['createArray(1)[1]', 'There is no index 1.'],
  ["parameters('x')", 'There is no parameter "x".'],
  ["variables('x')", 'There is no variable "x".'],
  ['copyIndex()', 'copyIndex(): no copy loop is around it.'],
  ["resourceId('Microsoft.X/y/z', 'a')", 'resourceId(): "Microsoft.X/y/z" needs 2 names, not 1.'],
  ['newGuid()', 'newGuid() may only be called in the default value of a parameter.'],
  ["cidrSubnet('10.0.0.0/24', 16, 0)", 'cidrSubnet(): /16 does not fit into /24.'],
  ["json('{')", 'json(): the text is no JSON.'],
  ["format('{1}', 'a')", 'format(): there is no value for {1}.'],
  ["if('a', 1, 2)", 'if() needs a bool, not a text.'],
])('%s: %s', (expression, message) => {
  expect(mistakesOf(expression)).toEqual([message]);
});

test('a unique string is thirteen letters and digits, the same each time', () => {
  expect(valueOf("uniqueString('a', 'b')")).toMatch(/^[a-z0-9]{13}$/);
  expect(valueOf("uniqueString('a', 'b')")).toBe(valueOf("uniqueString('a', 'b')"));
  expect(valueOf("uniqueString('a')", {}, { uniqueString: (texts) => texts.join('+') })).toBe('a');
});

test('any text goes through quotes, base64 and JSON unchanged', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const through = call('base64ToJson', call('base64', call('string', call('createObject', 'a', text))));
      expect(valueOf(expressionText(through).slice(1, -1))).toEqual({ a: text });
    }),
  );
});

test('a text that doubles itself over and over is refused before it fills the memory', () => {
  const variables = Object.fromEntries(
    Array.from({ length: 40 }, (_, at) => [`v${at}`, at === 0 ? 'xxxxxxxx' : twice(`variables('v${at - 1}')`)]),
  );
  expect(valueOf("variables('v39')", { variables })).toMatchObject({
    mistakes: expect.arrayContaining(['concat() makes more than 4 MB.']),
  });
});

function twice(inner: string): string {
  return `[concat(${inner}, ${inner})]`;
}

test('an address is read as it is written', () => {
  fc.assert(
    fc.property(fc.nat({ max: 2 ** 32 - 1 }), (address) => {
      expect(parseNetwork(addressText(address))).toEqual({ first: address, size: 1, bits: 32 });
    }),
  );
});

test('functions of the template itself see their own parameters', () => {
  const functions = [
    {
      namespace: 'own',
      members: {
        greet: {
          parameters: [{ name: 'whom', type: 'string' }],
          output: { type: 'string', value: "[concat('hello ', parameters('whom'))]" },
        },
      },
    },
  ];
  expect(valueOf("own.greet('you')", { functions })).toBe('hello you');
});
