import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromBase64, toBase64 } from '../../src/sign/base64.ts';
import { appendBundleLines, parseBundleLines } from '../../src/sign/bundle-lines.ts';
import { formatEnvelope, pae, readEnvelope } from '../../src/sign/dsse.ts';

const bytes = fc.uint8Array({ maxLength: 200 });

test('PAE is that of the example in the protocol', () => {
  const text = Buffer.from(pae('http://example.com/HelloWorld', Buffer.from('hello world'))).toString();
  expect(text).toBe('DSSEv1 29 http://example.com/HelloWorld 11 hello world');
  expect(Buffer.from(pae('é', new Uint8Array())).toString()).toBe('DSSEv1 2 é 0 ');
});

test('law: PAE is injective: two pairs of type and payload never give the same bytes', () => {
  const digits = fc.string({ unit: fc.constantFrom('1', '2', ' ', 'a'), maxLength: 6 });
  fc.assert(
    fc.property(digits, digits, digits, digits, (type, payload, otherType, otherPayload) => {
      const same = type === otherType && payload === otherPayload;
      const left = Buffer.from(pae(type, Buffer.from(payload)));
      expect(left.equals(pae(otherType, Buffer.from(otherPayload)))).toBe(same);
    }),
  );
});

test('law: base64 goes round, in both alphabets, and no other text of the same alphabet means the same', () => {
  fc.assert(
    fc.property(bytes, (value) => {
      const text = toBase64(value);
      expect(fromBase64(text)).toEqual(value);
      expect(fromBase64(Buffer.from(value).toString('base64url'))).toEqual(value);
    }),
  );
  for (const wrong of ['AB==', 'A', 'AAA*', 'AA A', 'AAAA====', '=']) expect(fromBase64(wrong)).toBeUndefined();
});

test('law: an envelope goes round', () => {
  const signature = fc.record({ keyid: fc.string(), sig: bytes });
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), bytes, fc.array(signature), (payloadType, payload, signatures) => {
      const envelope = { payloadType, payload, signatures };
      expect(readEnvelope(JSON.parse(formatEnvelope(envelope)))).toEqual(envelope);
    }),
  );
});

test('an envelope may lack ids of keys and have members that nobody knows; anything else is none', () => {
  const good = { payload: 'YQ==', payloadType: 't', signatures: [{ sig: 'Yg', cert: 'x' }], more: 1 };
  expect(readEnvelope(good)?.signatures).toEqual([{ keyid: '', sig: new Uint8Array([0x62]) }]);
  const wrong = [
    null,
    [],
    {},
    { ...good, payload: 'Y' },
    { ...good, payload: 1 },
    { ...good, payloadType: null },
    { ...good, signatures: {} },
    { ...good, signatures: [{}] },
    { ...good, signatures: [{ sig: 'Yg', keyid: 1 }] },
  ];
  for (const value of wrong) expect(readEnvelope(value)).toBeUndefined();
});

const line = (payload: string, keyid: string, sig = 'a'): string =>
  formatEnvelope({ payloadType: 't', payload: Buffer.from(payload), signatures: [{ keyid, sig: Buffer.from(sig) }] });

test('lines that nobody can read are passed over, and kept', () => {
  const text = `\nno json\n${line('x', 'k')}\r\n{"other": 1}\n`;
  expect(parseBundleLines(text)).toHaveLength(1);
  expect(appendBundleLines(text, [line('y', 'k')])).toBe(
    ['no json', line('x', 'k'), '{"other": 1}', line('y', 'k'), ''].join('\n'),
  );
});

test('what is there is not appended once more, though its signature is another', () => {
  const text = appendBundleLines(undefined, [line('x', 'k')]);
  expect(appendBundleLines(text, [line('x', 'k', 'another')])).toBe(text);
  expect(appendBundleLines(text, [line('x', 'other')])).toBe(`${text}${line('x', 'other')}\n`);
});

test('law: to append is idempotent', () => {
  const lines = fc.array(
    fc.tuple(fc.string(), fc.constantFrom('a', 'b')).map(([payload, keyid]) => line(payload, keyid)),
  );
  fc.assert(
    fc.property(lines, lines, (first, second) => {
      const once = appendBundleLines(appendBundleLines(undefined, first), second);
      expect(appendBundleLines(once, [...second, ...first])).toBe(once);
    }),
  );
});
