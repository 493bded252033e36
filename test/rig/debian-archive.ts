/** A small archive in Debian's layout, in a folder, for apt to read through `file:`. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { sha256 } from '../../src/model/digest.ts';
import type { OsFiles } from './os-files.ts';
import { putFiles } from './put-files.ts';

export interface BinaryPackage {
  readonly name: string;
  readonly version: string;
  readonly architecture?: string;
  /** Further lines of the control file, such as `Depends: x` or `Essential: yes`. */
  readonly fields?: readonly string[];
  /** Content by path. */
  readonly files?: OsFiles;
  /** What dpkg runs, by name: `postinst` and the like. */
  readonly scripts?: Readonly<Record<string, string>>;
}

export interface SourceTarball {
  readonly package: string;
  readonly version: string;
  readonly file: string;
  readonly content: Uint8Array;
}

export class DebianArchive {
  readonly folder: string;
  readonly #packages: string[] = [];
  readonly #sources: string[] = [];

  constructor(folder: string) {
    this.folder = folder;
  }

  /**
   * A source list of the machine that names this archive alone, as `debian.sources` would. apt reads the indexes of a
   * `file:` archive where they are, and takes those of a `copy:` archive as it would over a network.
   */
  sourceList(suite: string, method: 'file' | 'copy' = 'file'): string {
    const path = join(this.folder, 'etc', 'debian.sources');
    const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
    const lines = [
      `URIs: ${method}:${this.folder}`,
      `Suites: ${suite}`,
      'Components: main',
      `Signed-By: ${keyring}`,
      'Trusted: yes',
    ];
    this.#write('etc/debian.sources', ['Types: deb', ...lines, ''].join('\n'));
    return path;
  }

  /** Builds a real .deb into the pool; returns its sha256. */
  addPackage({ name, version, architecture = 'all', fields = [], files = {}, scripts = {} }: BinaryPackage): string {
    const root = join(this.folder, 'build', `${name}-${version.replaceAll(/[^\w.]/g, '-')}`);
    const control = [`Package: ${name}`, `Version: ${version}`, `Architecture: ${architecture}`, ...fields];
    const maintainer = ['Maintainer: A <a@example.org>', 'Description: a package'];
    mkdirSync(join(root, 'DEBIAN'), { recursive: true });
    writeFileSync(join(root, 'DEBIAN/control'), [...control, ...maintainer, ''].join('\n'));
    putFiles(root, files);
    for (const [script, text] of Object.entries(scripts)) {
      writeFileSync(join(root, 'DEBIAN', script), text);
      chmodSync(join(root, 'DEBIAN', script), 0o755);
    }
    const path = `pool/main/${name[0]}/${name}/${name}_${version.replace(/^\d+:/, '')}_${architecture}.deb`;
    mkdirSync(dirname(join(this.folder, path)), { recursive: true });
    execFileSync('dpkg-deb', ['--root-owner-group', '-Zgzip', '--build', root, join(this.folder, path)], {
      stdio: 'ignore',
    });
    const bytes = execFileSync('cat', [join(this.folder, path)]);
    const index = [`Filename: ${path}`, `Size: ${bytes.length}`, `SHA256: ${sha256(bytes)}`];
    this.#packages.push([...control, ...index, ...maintainer].join('\n'));
    return sha256(bytes);
  }

  addSource({ package: name, version, file, content }: SourceTarball): string {
    this.#write(`pool/main/${name[0]}/${name}/${file}`, content);
    const line = ` ${sha256(content)} ${content.length} ${file}`;
    const md5 = createHash('md5').update(content).digest('hex');
    const files = ['Files:', ` ${md5} ${content.length} ${file}`, 'Checksums-Sha256:', line];
    const head = [
      `Package: ${name}`,
      `Binary: ${name}`,
      `Version: ${version}`,
      'Format: 3.0 (quilt)',
      'Architecture: all',
    ];
    this.#sources.push([...head, `Directory: pool/main/${name[0]}/${name}`, ...files].join('\n'));
    return sha256(content);
  }

  /** Writes the indexes of a suite with all that has been added. */
  publish(suite: string, architecture: string): void {
    const indexes = { [`main/binary-${architecture}/Packages`]: this.#packages, 'main/source/Sources': this.#sources };
    const lines = Object.entries(indexes).map(([path, paragraphs]) => {
      const text = paragraphs.map((paragraph) => `${paragraph}\n\n`).join('');
      this.#write(`dists/${suite}/${path}`, text);
      return ` ${sha256(text)} ${Buffer.byteLength(text)} ${path}`;
    });
    const release = [`Origin: Debian`, `Suite: ${suite}`, `Codename: ${suite}`, `Architectures: ${architecture}`];
    const date = 'Date: Sat, 01 Jan 2022 00:00:00 UTC';
    this.#write(`dists/${suite}/Release`, [...release, 'Components: main', date, 'SHA256:', ...lines, ''].join('\n'));
  }

  /** Takes a file out of the pool, as a point release does. */
  lose(path: string): void {
    execFileSync('rm', [join(this.folder, 'pool/main', path[0] ?? '', basename(dirname(path)), basename(path))]);
  }

  #write(path: string, content: string | Uint8Array): void {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true });
    writeFileSync(join(this.folder, path), content);
  }
}
