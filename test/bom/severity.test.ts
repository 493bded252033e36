import { expect, test } from 'vitest';
import { cvssScore } from '../../src/bom/cvss.ts';
import { rate, severityOfWord } from '../../src/bom/severity.ts';

/** Scores that the authors of the standard give for their examples, and of the edges of the formula. */
test.each([
  ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', 9.8],
  ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H', 10],
  ['CVSS:3.0/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N', 6.1],
  ['CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N', 3.1],
  ['CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H', 7.8],
  ['CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N', 6.4],
  ['CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N', 0],
  ['CVSS:3.1/AV:P/AC:L/PR:N/UI:N/S:U/C:N/I:H/A:N/E:P/RL:O', 4.6],
  ['AV:N/AC:L/Au:N/C:N/I:N/A:C', 7.8],
  ['AV:N/AC:L/Au:N/C:C/I:C/A:C', 10],
  ['AV:L/AC:H/Au:N/C:C/I:C/A:C', 6.2],
  ['AV:N/AC:M/Au:N/C:N/I:P/A:N', 4.3],
])('%s has the score %d', (vector, score) => {
  expect(cvssScore(vector)).toBe(score);
});

test.each(['CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N', 'CVSS:3.1/AV:N', 'HIGH', ''])(
  'the score of "%s" is not computed',
  (vector) => {
    expect(cvssScore(vector)).toBeUndefined();
  },
);

test('the newest vector that can be computed counts, else the word', () => {
  const vectors = ['AV:N/AC:L/Au:N/C:C/I:C/A:C', 'CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N', 'CVSS:4.0/AV:N'];
  expect(rate(vectors, 'CRITICAL')).toEqual({ severity: 'low', score: 3.1 });
  expect(rate(['CVSS:4.0/AV:N'], 'MODERATE')).toEqual({ severity: 'medium', score: undefined });
  expect(rate([], undefined)).toEqual({ severity: 'unknown', score: undefined });
});

test("words of Debian's tracker, and some that are none", () => {
  expect(['low**', 'unimportant', 'not yet assigned', 'end-of-life', 'constructor'].map(severityOfWord)).toEqual([
    'low',
    'none',
    'unknown',
    'unknown',
    'unknown',
  ]);
});
