/**
 * The published program: our modules and the libraries they use in a few files. To find and read hundreds of small ones
 * is most of what a short command takes.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { defineConfig, type Plugin } from 'rolldown';

export default defineConfig({
  input: { 'cli/main': 'src/cli/main.ts', index: 'src/index.ts' },
  platform: 'node',
  // jsonc-parser has its modules under `module`; what is under `main` asks for its files by a require of its own.
  resolve: { mainFields: ['module', 'main'] },
  output: { dir: 'dist', format: 'esm', chunkFileNames: 'chunks/[name]-[hash].js', sourcemap: true, cleanDir: true },
  plugins: [licences()],
});

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
