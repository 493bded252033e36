/**
 * `#cloud-config` as JSON, which is YAML too. YAML 1.1 reads some of what JSON may hold in another way, such as U+2028 and
 * pairs of surrogates: therefore whatever a person has typed is in files, and files are packed.
 */
import { Buffer } from 'node:buffer';
import { gzipSync } from 'node:zlib';
import type { JsonObject } from '../model/json.ts';
import type { NodeData } from './node-data.ts';

export interface CloudFile {
  readonly path: string;
  readonly content: string;
  /** As chmod takes it, such as `0644`. */
  readonly permissions?: string;
}

/** Where the operating system that packed it stands in the header of gzip; 255: nobody says. */
const GZIP_OS = 9;

/** One of `write_files`. */
function cloudFile({ path, content, permissions = '0644' }: CloudFile): JsonObject {
  if (content === '') return { path, permissions };
  return { path, permissions, encoding: 'gz+b64', content: packed(content) };
}

/** The same bytes on every machine. */
function packed(content: string): string {
  const bytes = gzipSync(Buffer.from(content), { level: 9 });
  bytes[GZIP_OS] = 255;
  return bytes.toString('base64');
}

/**
 * A cloud-config with a file whose content is known only when the template is deployed.
 *
 * @param settings everything but `write_files`
 */
export function cloudConfigAround(
  late: Omit<CloudFile, 'content'>,
  files: readonly CloudFile[],
  settings: JsonObject,
): NodeData {
  const lateFile = { path: late.path, permissions: late.permissions ?? '0644', encoding: 'b64', content: '' };
  const text = JSON.stringify({ ...settings, write_files: [...files.map(cloudFile), lateFile] });
  if (/[^\x20-\x7e]/.test(text)) throw new Error('A cloud-config holds more than ASCII outside of its files.');
  // The quote that ends the content, and what it closes.
  const tail = '"}]}';
  return { head: `#cloud-config\n${text.slice(0, -tail.length)}`, tail: `${tail}\n` };
}
