/**
 * What the files of a source say of its licence: the texts of well-known licences by their own words, and the tags by
 * which a file names its licence. It finds what is plain to see and nothing else; who has to be sure reads the texts.
 */
import { licenceTerms, parseLicence } from '../recipe/licence-expression.ts';
import { isCovered } from './licence-policy.ts';

/** A licence that files of a component name. */
export interface FoundLicence {
  /** An SPDX expression. */
  readonly licence: string;
  /** The first of the files, by source and path in it. */
  readonly file: string;
  /** How many there are. */
  readonly files: number;
}

/** Words of a licence's text, in lower case and with single blanks; each has to be there, none of `not` may. */
interface Fingerprint {
  readonly id: string;
  readonly words: readonly string[];
  readonly not?: readonly string[];
}

const REDISTRIBUTION = [
  'redistribution and use in source and binary forms',
  'redistributions in binary form must reproduce',
];
const NO_ENDORSEMENT = 'endorse or promote products';
const ADVERTISING = 'all advertising materials mentioning';
const PERMISSION = 'this software for any purpose with or without fee is hereby granted';
const NOTICE_KEPT = 'provided that the above copyright notice and this permission notice appear in all copies';

const FINGERPRINTS: readonly Fingerprint[] = [
  { id: 'Apache-2.0', words: ['apache license version 2.0, january 2004'] },
  { id: 'GPL-2.0-only', words: ['gnu general public license version 2, june 1991'] },
  { id: 'GPL-3.0-only', words: ['gnu general public license version 3, 29 june 2007'] },
  { id: 'LGPL-2.0-only', words: ['gnu library general public license version 2, june 1991'] },
  { id: 'LGPL-2.1-only', words: ['gnu lesser general public license version 2.1, february 1999'] },
  { id: 'LGPL-3.0-only', words: ['gnu lesser general public license version 3, 29 june 2007'] },
  { id: 'AGPL-3.0-only', words: ['gnu affero general public license version 3, 19 november 2007'] },
  { id: 'MPL-2.0', words: ['mozilla public license version 2.0', 'covered software'] },
  { id: 'BSL-1.0', words: ['boost software license - version 1.0 - august 17th, 2003'] },
  { id: 'Unlicense', words: ['this is free and unencumbered software released into the public domain'] },
  {
    id: 'MIT',
    words: [
      'permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated',
      'the above copyright notice and this permission notice shall be included in all copies or substantial portions',
    ],
    not: ['except as contained in this notice'],
  },
  { id: 'BSD-4-Clause', words: [...REDISTRIBUTION, NO_ENDORSEMENT, ADVERTISING] },
  { id: 'BSD-3-Clause', words: [...REDISTRIBUTION, NO_ENDORSEMENT], not: [ADVERTISING] },
  { id: 'BSD-2-Clause', words: REDISTRIBUTION, not: [NO_ENDORSEMENT, ADVERTISING] },
  { id: 'ISC', words: [PERMISSION, NOTICE_KEPT, 'the author disclaims all warranties'] },
  { id: '0BSD', words: [PERMISSION, 'the author disclaims all warranties'], not: [NOTICE_KEPT] },
];

/** SPDX ids of the licences whose text a file holds. */
export function recogniseTexts(text: string): readonly string[] {
  const words = text
    .replaceAll(/[\s*#/]+/g, ' ')
    .replaceAll(/[“”]/g, '"')
    .toLowerCase();
  return FINGERPRINTS.filter(
    ({ words: all, not = [] }) => all.every((one) => words.includes(one)) && !not.some((one) => words.includes(one)),
  ).map(({ id }) => id);
}

const TAG = /SPDX-License-Identifier:[ \t]*([^\r\n]+)/g;

/** The expressions of `SPDX-License-Identifier` tags, without what closes a comment; what is none is left out. */
export function licenceTags(text: string): readonly string[] {
  return Array.from(text.matchAll(TAG), ([, rest = '']) =>
    rest.replace(/\s*(?:\*\/|-->|\*\)|#\}|"|').*$/, '').trim(),
  ).filter((expression) => parseLicence(expression) !== undefined);
}

/** What was found and is not covered by the declared expression. One that is none covers nothing and is told elsewhere. */
export function undeclared(found: readonly FoundLicence[], declared: string | undefined): readonly FoundLicence[] {
  const expression = declared === undefined ? undefined : parseLicence(declared);
  if (expression === undefined) return [];
  const terms = licenceTerms(expression);
  return found.filter(({ licence }) => {
    const named = parseLicence(licence);
    return named !== undefined && !isCovered(named, terms);
  });
}

const LICENCE_NAME = /^(?:licen[cs]es?|copying|copyright|notices?|unlicense)(?:[-._].*)?$/i;
/** Source files and others that only begin with such a word. */
const OTHER_CONTENT =
  /\.(?:[chjmo]|cc|cpp|cs|css|go|hpp|html?|in|java|js|json|lua|m4|mk|pl|png|py|rb|rs|s?o|sh|svg|ts|xml|ya?ml)$/i;

/** Of Debian's packaging, which the component is not made of. */
const PACKAGING = /(?:^|\/)debian[^/]*\/copyright$/;

/** Whether a file of a source, by its path, is one that carries licences: `LICENSE`, `COPYING.LIB`, `LICENSES/MIT.txt`. */
export function isLicenceFile(path: string): boolean {
  if (PACKAGING.test(path)) return false;
  const [name = '', folder = ''] = path.split('/').toReversed();
  return (LICENCE_NAME.test(name) && !OTHER_CONTENT.test(name)) || (folder === 'LICENSES' && name.endsWith('.txt'));
}
