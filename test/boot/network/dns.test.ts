import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addressOf } from '../../../src/boot/network/address.ts';
import { answerDns } from '../../../src/boot/network/dns.ts';
import { VirtualNetwork } from '../../../src/boot/network/virtual-network.ts';
import { dnsQuery } from '../../rig/dhcp-client.ts';

const A = 1;
const PTR = 12;
const AAAA = 28;
const ANY = 255;

const NETWORK = new VirtualNetwork([
  { hostName: 'dcos-master-0', address: addressOf(0, { ip: '172.16.0.5', prefixLength: 24 }) },
  { hostName: 'Agent-0', address: addressOf(1, { ip: '10.32.0.4', prefixLength: 11 }) },
]);

/** Status, number of answers, and what the only answer holds. */
function asked(name: string, type: number): readonly [status: number, answers: number, data: string] {
  const query = dnsQuery(name, type);
  const answer = answerDns(query, NETWORK) ?? Buffer.alloc(0);
  expect(answer.subarray(12, query.length).equals(query.subarray(12))).toBe(true);
  const record = answer.subarray(query.length);
  return [answer.readUInt16BE(2) & 0xf, answer.readUInt16BE(6), record.toString('latin1', 12)];
}

const bytes = (...values: readonly number[]): string => String.fromCodePoint(...values);

test.each([
  ['dcos-master-0.dcos.internal.cloudapp.net', A, [0, 1, bytes(172, 16, 0, 5)]],
  ['DCOS-Master-0.dcos.INTERNAL.cloudapp.net', A, [0, 1, bytes(172, 16, 0, 5)]],
  ['dcos-master-0', A, [0, 1, bytes(172, 16, 0, 5)]],
  ['agent-0', ANY, [0, 1, bytes(10, 32, 0, 4)]],
  ['4.0.32.10.in-addr.arpa', PTR, [0, 1, '\u0007Agent-0\u0004dcos\u0008internal\u0008cloudapp\u0003net\0']],
  ['dcos-master-0', AAAA, [0, 0, '']],
  ['4.0.32.10.in-addr.arpa', A, [0, 0, '']],
  ['dcos-master-1', A, [3, 0, '']],
  ['example.com', A, [3, 0, '']],
  ['5.0.32.10.in-addr.arpa', PTR, [3, 0, '']],
  ['0.0.1.10.in-addr.arpa', PTR, [3, 0, '']],
])('%s, type %i: %j', (name, type, expected) => {
  expect(asked(name, type)).toEqual(expected);
});

test('an answer has the id of its query, says that it is one, and leaves out what it was asked besides', () => {
  const query = Buffer.concat([
    dnsQuery('example.com', A, { id: 0xbeef }),
    Buffer.from('0000291000000000000000', 'hex'),
  ]);
  query.writeUInt16BE(1, 10);
  const answer = answerDns(query, NETWORK);
  expect(answer?.toString('hex', 0, 12)).toBe('beef81830001000000000000');
  expect(answer).toHaveLength(query.length - 11);
});

test('what is cut short, asks several questions or points elsewhere is told so, and an answer is not answered', () => {
  const query = dnsQuery('example.com', A);
  const two = Buffer.from(query);
  two.writeUInt16BE(2, 4);
  const pointer = Buffer.from(query);
  pointer[12] = 0xc0;
  for (const odd of [query.subarray(0, -1), query.subarray(0, 15), two, pointer]) {
    expect(answerDns(odd, NETWORK)?.toString('hex')).toBe('123481810000000000000000');
  }
  expect(answerDns(query.subarray(0, 11), NETWORK)).toBeUndefined();
  expect(answerDns(answerDns(query, NETWORK) ?? query, NETWORK)).toBeUndefined();
});

test('whatever is asked, answering throws nothing, and an answer belongs to its query', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (query) => {
      const id = Buffer.from(query).subarray(0, 2);
      expect((answerDns(Buffer.from(query), NETWORK) ?? id).subarray(0, 2)).toEqual(id);
    }),
  );
});

test('every machine of a network is found by its name, and its name by its address', () => {
  const label = fc.stringMatching(/^[a-z0-9]{1,15}(-[a-z0-9]{1,10})?$/);
  fc.assert(
    fc.property(fc.uniqueArray(label, { minLength: 1, maxLength: 20 }), (names) => {
      const network = new VirtualNetwork(
        names.map((hostName, index) => ({
          hostName,
          address: addressOf(index, { ip: `10.0.${index}.4`, prefixLength: 8 }),
        })),
      );
      for (const [index, name] of names.entries()) {
        const answer = answerDns(dnsQuery(name, A), network);
        expect([...(answer ?? []).slice(-4)]).toEqual([10, 0, index, 4]);
        const reverse = answerDns(dnsQuery(`4.${index}.0.10.in-addr.arpa`, PTR), network);
        expect(reverse?.toString('latin1')).toContain(`${name}\u0004dcos`);
      }
    }),
  );
});
