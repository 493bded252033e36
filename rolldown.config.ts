/**
 * The published program: our modules and the libraries they use in a few files. To find and read hundreds of small ones
 * is most of what a short command takes.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { defineConfig, type Plugin, type RolldownOptions } from 'rolldown';

const LIGHT_ASSERT = 'light-assert';
const LIGHT_ASSERT_MODULE = `
  const fail = (message) => { throw message instanceof Error ? message : new Error(message); };
  export const strictEqual = (one, other, message) => { if (!Object.is(one, other)) fail(message); };
  export const notStrictEqual = (one, other, message) => { if (Object.is(one, other)) fail(message); };`;

const COMMON = {
  platform: 'node',
  // jsonc-parser has its modules under `module`; what is under `main` asks for its files by a require of its own.
  resolve: { mainFields: ['module', 'main'] },
  // yargs would look for a file that its `extends` option names; we give it no such option.
  transform: { define: { 'import.meta.resolve': 'undefined' } },
  plugins: [withoutXml(), withLightAssert()],
} as const satisfies RolldownOptions;

/**
 * Modules that a command loads together, with all that they import: one file for each set, since to find and read a file
 * costs as much as to run what is in it. The first set that a module belongs to has it.
 */
const SETS: Readonly<Record<string, readonly string[]>> = {
  start: ['cli/run'],
  locate: ['cli/load', 'cli/command', 'build/up-to-date'],
  plan: ['tree/load-plan', 'tree/component-notes'],
  bill: ['cli/load-bill', 'audit/read-bill', 'audit/read-builders', 'bom/document'],
};

/** The program is CommonJS: Node loads it in two thirds of the time that ES modules take, and its own modules less eagerly. */
export const program = {
  ...COMMON,
  input: { 'cli/main': 'src/cli/main.ts' },
  // The library has nothing that the program has not.
  plugins: [...COMMON.plugins, lazyNode(), licences()],
  output: {
    dir: 'dist',
    format: 'cjs',
    entryFileNames: '[name].cjs',
    chunkFileNames: 'cli/chunks/[name]-[hash].cjs',
    dynamicImportInCjs: false,
    comments: false,
    sourcemap: true,
    cleanDir: true,
    codeSplitting: {
      groups: Object.entries(SETS).map(([name, files], index, all) => ({
        name,
        test: (id: string) => files.some((file) => id.endsWith(`/src/${file}.ts`)),
        priority: all.length - index,
      })),
    },
  },
} as const satisfies RolldownOptions;

const library: RolldownOptions = {
  ...COMMON,
  input: { index: 'src/index.ts' },
  output: { dir: 'dist', format: 'esm', chunkFileNames: 'chunks/[name]-[hash].js', sourcemap: true },
};

export default defineConfig([program, library]);

/**
 * CycloneDX is written as JSON, with licences as expressions. The library has XML and a list of all licences beside that,
 * and CommonJS has no parts to leave out.
 */
function withoutXml(): Plugin {
  return {
    name: 'without-xml',
    load: {
      filter: { id: /cyclonedx-library.*[/](?:serialize[/]xml|spdx\.SNAPSHOT)/ },
      handler: (id) => (id.endsWith('.json') ? '{ "enum": [] }' : 'exports.__esModule = true;'),
    },
  };
}

/** Modules of Node that most commands name and few use: they are loaded when something of them is first asked for. */
const LAZY =
  /let (\w+) = require\(("node:(?:child_process|fs\/promises|https?|net|sqlite|stream\/\w+|timers\/promises|zlib)")\);/g;

const LAZY_NODE =
  'const lazyNode = (name) => new Proxy({}, { get: (known, key) => (known.module ??= require(name))[key] }); ';

function lazyNode(): Plugin {
  return {
    name: 'lazy-node',
    renderChunk: (code) => {
      const changed = code.replaceAll(LAZY, (line: string, name: string, module: string) =>
        isTakenApart(code, name) ? `let ${name} = lazyNode(${module});` : line,
      );
      // In front of the first line, so that the lines of the source map stay right.
      return changed === code ? undefined : { code: LAZY_NODE + changed, map: null };
    },
  };
}

/** Whether nothing but members of a module is used: as a whole, or as its default export, it has to be the module itself. */
function isTakenApart(code: string, name: string): boolean {
  return [...code.matchAll(new RegExp(`\\b${name}\\b(?! = require\\()(.{0,9})`, 'gs'))].every(
    ([, after = '']) => after.startsWith('.') && !/^\.default\b/.test(after),
  );
}

/**
 * yargs asserts what programs hand to it: each of its functions takes its own signature apart, and `assert` opens standard
 * error and loads the comparison of texts for its messages. The compiler has checked the same.
 */
function withLightAssert(): Plugin {
  return {
    name: 'with-light-assert',
    resolveId: {
      filter: { id: /^assert$/ },
      handler: (_id, importer) => (importer?.includes('/node_modules/yargs/') === true ? LIGHT_ASSERT : undefined),
    },
    load: {
      filter: { id: new RegExp(`^${LIGHT_ASSERT}$|/node_modules/yargs/build/lib/argsert\\.js$`) },
      handler: (id) => (id === LIGHT_ASSERT ? LIGHT_ASSERT_MODULE : 'export function argsert() {}'),
    },
  };
}

/** Writes `dist/THIRD-PARTY-LICENCES`: whose code is in the bundle, and under which terms. */
function licences(): Plugin {
  return {
    name: 'licences',
    generateBundle(_options, bundle) {
      const modules = Object.values(bundle).flatMap((output) => (output.type === 'chunk' ? output.moduleIds : []));
      const folders = new Set(modules.filter((id) => id.includes('/node_modules/')).map(packageFolder));
      const source = [...new Set([...folders].sort().map(termsOf))].join('\n');
      this.emitFile({ type: 'asset', fileName: 'THIRD-PARTY-LICENCES', source });
    },
  };
}

/** The nearest folder above a module that has a package.json with a name. */
function packageFolder(module: string): string {
  for (let folder = dirname(module); folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json')) && manifestOf(folder).name !== undefined) return folder;
  }
  throw new Error(`${module} belongs to no package`);
}

function termsOf(folder: string): string {
  const { name, version, license, author } = manifestOf(folder);
  const file = readdirSync(folder).find((one) => /^(?:licen[cs]e|copying)/i.test(one));
  const by = typeof author === 'string' ? author : author?.name;
  const text =
    file === undefined ? `Copyright ${by ?? 'the authors'}` : readFileSync(join(folder, file), 'utf8').trim();
  return `${name} ${version} (${license})\n\n${text}\n`;
}

interface PackageManifest {
  readonly name?: string;
  readonly version?: string;
  readonly license?: string;
  readonly author?: string | { readonly name?: string };
}

function manifestOf(folder: string): PackageManifest {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}
