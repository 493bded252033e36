/** The documentation agrees with what it describes. */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import yargs from 'yargs';
import { BOOT_RULES } from '../src/boot/boot-rules.ts';
import { COMMANDS } from '../src/cli/commands/index.ts';
import { OS_RULES } from '../src/image/os/index.ts';
import { ROOT_RULES } from '../src/image/os/root-rules.ts';
import type { Finding } from '../src/image/rules.ts';
import { VHD_RULES } from '../src/image/vhd-rules.ts';

const PAGES = ['README.md', 'src/README.md', 'packages/README.md', ...globSync('docs/*.md').toSorted()];

test.each(PAGES)('%s: every relative link leads to a file, and to a heading of it', (page) => {
  const links = [...proseOf(read(page)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  const broken = links.filter((link) => !/^[a-z]+:/.test(link) && !resolves(page, link));
  expect(broken).toEqual([]);
});

test.each(PAGES)('%s names no path of the machine that it was written on', (page) => {
  expect(read(page)).not.toMatch(/\/work\/|\/tmp\/\w|\/home\//);
});

test('README.md links every page of docs/', () => {
  const linked = new Set([...read('README.md').matchAll(/\]\((docs\/[^)#]+)/g)].map(([, page = '']) => page));
  expect([...linked].toSorted()).toEqual(globSync('docs/*.md').toSorted());
});

test('README.md describes exactly the commands of --help', () => {
  const cells = tableRows(read('README.md')).map(([first = '']) => first);
  const described = cells.filter((cell) => /^`[a-z]+`$/.test(cell)).map(unquoted);
  const commands = [...COMMANDS.map(({ name }) => name), 'completion'];
  expect(described.toSorted()).toEqual(commands.toSorted());
});

test.each(COMMANDS.map(({ name }) => name))('every option of %s is explained in the documentation', async (name) => {
  const pages = PAGES.map(read).join('\n');
  const missing = (await optionsOf(name)).filter((option) => !new RegExp(`--${option}\\b`).test(pages));
  expect(missing).toEqual([]);
});

test('docs/build-a-tree.md has the options of build in its tables, and no others', async () => {
  const described = tableRows(read('docs/build-a-tree.md')).flatMap(([first = '']) =>
    [...first.matchAll(/--([a-z][a-z-]*)/g)].map(([, option = '']) => option),
  );
  // `--only` stands beside the components that it is another way to name.
  const expected = (await optionsOf('build')).filter((option) => option !== 'only');
  expect(described.toSorted()).toEqual(expected.toSorted());
});

test('docs/exit-codes.md has every code of src/model/errors.ts with its exit status', () => {
  const table = [...read('src/model/errors.ts').matchAll(/^ {2}([A-Z_]+): (\d+),$/gm)];
  const codes = Object.fromEntries(table.map(([, code = '', status = '']) => [code, Number(status)]));
  const rows = tableRows(read('docs/exit-codes.md')).filter(([code = '']) => /^`[A-Z_]+`$/.test(code));
  const documented = Object.fromEntries(rows.map(([code = '', status = '']) => [unquoted(code), Number(status)]));
  expect(Object.keys(codes).length).toBeGreaterThan(20);
  expect(documented).toEqual(codes);
});

const COMPONENT_ROWS = tableRows(read('docs/components.md')).filter(([name = '']) => name.startsWith('`'));

test('docs/components.md has every component of packages/, with version and licence', () => {
  const documented = COMPONENT_ROWS.map(([name = '', version, , licence]) => [unquoted(name), version, licence]);
  const names = globSync('packages/*/buildinfo.json').map((path) => path.split('/')[1] ?? '');
  const expected = names.toSorted().map((name) => {
    const { version, licence } = JSON.parse(read(`packages/${name}/component.json`));
    return [name, version, licence];
  });
  expect(documented).toEqual(expected);
});

test('docs/components.md has the pins that the recipes have', () => {
  const wrong = COMPONENT_ROWS.filter(([name = '', , pin = '']) => {
    const recipe = read(`packages/${unquoted(name)}/buildinfo.json`);
    if (pin === '-') return /"(?:sources|single_source)"/.test(recipe);
    if (pin === 'none') return !recipe.includes('0'.repeat(64));
    return !recipe.includes(`"${pin}`);
  });
  expect(wrong).toEqual([]);
});

test('docs/components.md calls private what component.json calls private, and built here what is in the base tree', () => {
  const base: readonly string[] = JSON.parse(read('base.treeinfo.json')).core_package_list;
  for (const [name = '', , , , madeFrom, built = ''] of COMPONENT_ROWS) {
    const { availability } = JSON.parse(read(`packages/${unquoted(name)}/component.json`));
    expect([name, madeFrom === 'private']).toEqual([name, availability === 'private']);
    expect([name, built.startsWith('here, ')]).toEqual([name, base.includes(unquoted(name))]);
  }
});

test('docs/images.md has every rule for images, as it is', () => {
  const documented = tableRows(read('docs/images.md')).filter(([, severity = '']) =>
    /^(?:error|warning|info)$/.test(severity),
  );
  const rowsOf = (rules: readonly Omit<Finding, 'actual' | 'result'>[]): string[][] =>
    rules.map(({ id, severity, required, source }) => [`\`${id}\``, severity, required, source]);
  expect(documented).toEqual([VHD_RULES, ROOT_RULES, OS_RULES, BOOT_RULES].flatMap(rowsOf));
});

test.each([
  ['docs/recipes.md', 'packages/curl/buildinfo.json'],
  ['docs/recipes.md', 'quick.treeinfo.json'],
  ['docs/recipes.md', 'release.json'],
  ['docs/builders.md', 'builders/debian.json'],
])('%s shows %s as it is', (page, file) => {
  const shown = [...read(page).matchAll(/^```json\n([^]*?)^```$/gm)].map(([, text = '']): unknown => JSON.parse(text));
  expect(shown).toContainEqual(JSON.parse(read(file)));
});

function read(path: string): string {
  return readFileSync(path, 'utf8');
}

/** Without code, in which brackets mean something else. */
function proseOf(markdown: string): string {
  return markdown.replaceAll(/^```[^]*?^```$/gm, '').replaceAll(/`[^`\n]*`/g, '');
}

function resolves(page: string, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page : join(dirname(page), path);
  if (!existsSync(target)) return false;
  return anchor === undefined || headings(read(target)).includes(anchor);
}

/** Anchors as GitHub makes them. */
function headings(markdown: string): string[] {
  const titles = [...markdown.replaceAll(/^```[^]*?^```$/gm, '').matchAll(/^#+ (.+)$/gm)];
  return titles.map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
}

/** The cells of every table's rows, headings and rulers among them. A `\|` is no border. */
function tableRows(markdown: string): string[][] {
  const rows = markdown.split('\n').filter((line) => line.startsWith('|'));
  return rows.map((row) =>
    row
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** Names of the options of one command and of all, as its help has them. */
async function optionsOf(name: string): Promise<readonly string[]> {
  const command = await COMMANDS.find((each) => each.name === name)?.load();
  const parser = yargs([])
    .option('tree', { type: 'string' })
    .option('out', { type: 'string' })
    .option('json', { type: 'boolean', default: false })
    .help(false)
    .version(false);
  const help = (await command?.options(parser).getHelp()) ?? '';
  return [...help.matchAll(/^ +(?:-\w, +)?--([a-z][a-z-]*)/gm)].map(([, option = '']) => option);
}

function unquoted(cell: string): string {
  return cell.replaceAll('`', '');
}
