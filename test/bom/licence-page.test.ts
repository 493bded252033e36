import { describe, expect, test } from 'vitest';
import { listLicences } from '../../src/bom/licence-list.ts';
import { licencesAsHtml, licencesAsText } from '../../src/bom/licence-page.ts';
import { billComponent, billOf, FULL } from '../rig/bills.ts';

const VOID = ['!doctype', 'meta'];

/** Every start tag has its end tag, in order: what is left open, or closed without being open. */
function unbalanced(html: string): readonly string[] {
  const open: string[] = [];
  const wrong: string[] = [];
  for (const [, slash, name = ''] of html.matchAll(/<(\/?)([a-z!][a-z0-9]*)[^<>]*>/gi)) {
    if (VOID.includes(name)) continue;
    if (slash === '') open.push(name);
    else if (open.pop() !== name) wrong.push(name);
  }
  return [...wrong, ...open];
}

describe('the page of licences', () => {
  const html = licencesAsHtml(listLicences(FULL));
  const attributes = (name: string): readonly string[] =>
    [...html.matchAll(new RegExp(`\\b${name}="([^"]*)"`, 'g'))].map(([, value = '']) => value);

  test('is a whole document, in which every tag is closed', () => {
    expect(html).toMatch(/^<!doctype html>\n<html lang="en">/);
    expect(unbalanced(html)).toEqual([]);
    expect(html).toContain('<title>Licences of DC/OS 1.7.0</title>');
  });

  test('loads nothing from anywhere', () => {
    expect(html).not.toMatch(/<(?:script|img|link|iframe|object|embed)\b|@import|url\(|\bsrc=|\bstyle=|\bon[a-z]+=/i);
  });

  test('can be read with a screen reader: a language, one h1, landmarks, captions and heads of rows and columns', () => {
    expect(html.match(/<h1>/g)).toHaveLength(1);
    for (const landmark of ['<header>', '<nav aria-label="Licences">', '<main>']) expect(html).toContain(landmark);
    const tables = html.match(/<table>/g)?.length;
    expect(html.match(/<caption>/g)).toHaveLength(tables ?? 0);
    expect(html.match(/<th scope="row">/g)?.length).toBeGreaterThanOrEqual(tables ?? 1);
    expect(html.match(/<th scope="col">/g)).toHaveLength(3 * (tables ?? 0));
  });

  test('every id is there once, and whatever refers to one finds it', () => {
    const ids = attributes('id');
    expect(new Set(ids).size).toBe(ids.length);
    const targets = attributes('href').filter((href) => href.startsWith('#'));
    expect(targets.length).toBe(3);
    expect(ids).toEqual(expect.arrayContaining(targets.map((href) => href.slice(1))));
    expect(ids).toEqual(expect.arrayContaining([...attributes('aria-labelledby')]));
  });

  test('what components say of themselves is text, whatever is in it', () => {
    expect(html).toContain('An &quot;application&quot; &lt;of&gt; ours &amp; theirs.');
  });

  test('links the texts of SPDX, and those components without a licence stand by themselves', () => {
    expect(attributes('href')).toContain('https://spdx.org/licenses/MIT.html');
    expect(attributes('href').join(' ')).not.toContain('LicenseRef-ours.html');
    expect(html).toContain('<h2 id="unknown">No licence is known</h2>\n<ul>\n<li>lib_x/small</li>');
  });
});

test('a list of nothing is a page and a text as well', () => {
  const list = listLicences({ ...FULL, components: [] });
  expect(unbalanced(licencesAsHtml(list))).toEqual([]);
  expect(licencesAsText(list)).toBe('DC/OS 1.7.0: 0 components under 0 licences.\n');
});

test('a licence with an exception is one of its own', () => {
  const licence = 'GPL-2.0-only WITH Classpath-exception-2.0 AND GPL-2.0-only';
  const { licences } = listLicences(billOf(billComponent({ name: 'a', licence })));
  expect(licences.map(({ licence: name, url }) => [name, url])).toEqual([
    ['GPL-2.0-only', 'https://spdx.org/licenses/GPL-2.0-only.html'],
    ['GPL-2.0-only WITH Classpath-exception-2.0', 'https://spdx.org/licenses/GPL-2.0-only.html'],
  ]);
});
