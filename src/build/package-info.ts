/** `pkginfo.json` of an unpacked package: what its build may have changed, and what activation goes by. Pure. */
import { UserError } from '../model/errors.ts';
import { isJsonArray, isJsonObject, member, PythonFloat, type Json, type JsonObject } from '../model/json.ts';
import { packageName, type PackageId } from '../model/package-id.ts';
import { byCodePoint } from '../model/order.ts';
import { parsePythonJson } from '../model/python-json.ts';

const INFO_FILE = 'pkginfo.json';

export interface PackageInfo {
  readonly id: PackageId;
  readonly name: string;
  /** Variables in code point order, with their values as they stand in the environment files. */
  readonly environment: ReadonlyMap<string, string>;
  /** Names of the packages that it needs; variants are not told apart here. */
  readonly requires: readonly string[];
  readonly username: string | undefined;
  readonly group: string | undefined;
  /** Whether a folder of its own is made for it below /var/lib/dcos. */
  readonly hasState: boolean;
  /** Service to setting to value. */
  readonly sysctl: JsonObject;
}

/**
 * Reads the file's text.
 *
 * @param text undefined: there is no such file
 * @throws UserError PACKAGE_REFUSED
 */
export function parsePackageInfo(id: PackageId, text: string | undefined): PackageInfo {
  const value = parse(id, text);
  const get = (key: string): Json | undefined => member(value, key);
  return {
    id,
    name: packageName(id),
    environment: readEnvironment(id, get('environment')),
    requires: readRequires(id, get('requires')),
    username: readString(id, 'username', get('username')),
    group: readString(id, 'group', get('group')),
    hasState: get('state_directory') === true,
    sysctl: readObject(id, 'sysctl', get('sysctl')),
  };
}

/**
 * Reads `buildinfo.full.json` of an unpacked package, which only has to be JSON.
 *
 * @param text undefined: there is no such file, as in configuration packages
 * @throws UserError PACKAGE_REFUSED
 */
export function parseFullBuildInfo(id: PackageId, text: string | undefined): Json {
  return text === undefined ? null : parseJson(id, text, 'buildinfo.full.json');
}

function parse(id: PackageId, text: string | undefined): JsonObject {
  if (text === undefined) throw refused(id, 'is missing');
  const value = parseJson(id, text, INFO_FILE);
  if (isJsonObject(value)) return value;
  throw refused(id, 'is no object');
}

function parseJson(id: PackageId, text: string, file: string): Json {
  try {
    return parsePythonJson(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw refused(id, `is no JSON: ${error.message}`, file);
    throw error;
  }
}

function readEnvironment(id: PackageId, value: Json | undefined): Map<string, string> {
  const entries = Object.entries(readObject(id, 'environment', value)).toSorted(([a], [b]) => byCodePoint(a, b));
  return new Map(entries.map(([name, item]) => [name, shown(id, name, item)]));
}

/** As Python prints it. Lists and objects it prints too, but no shell can read that back. */
function shown(id: PackageId, name: string, value: Json): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  throw refused(id, `has a value that is neither text nor a whole number at environment.${name}`);
}

function readRequires(id: PackageId, value: Json | undefined): string[] {
  if (value === undefined) return [];
  if (!isJsonArray(value)) throw refused(id, 'has no list at requires');
  return value.map((item) => {
    const name = isJsonObject(item) ? member(item, 'name') : item;
    if (typeof name === 'string') return name;
    throw refused(id, 'names no package in an entry of requires');
  });
}

function readString(id: PackageId, key: string, value: Json | undefined): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  throw refused(id, `has no text at ${key}`);
}

function readObject(id: PackageId, key: string, value: Json | undefined): JsonObject {
  if (value === undefined || value === null) return {};
  if (isJsonObject(value) && !(value instanceof PythonFloat)) return value;
  throw refused(id, `has no object at ${key}`);
}

function refused(id: PackageId, what: string, file = INFO_FILE): UserError {
  return new UserError('PACKAGE_REFUSED', `${file} of ${id} ${what}.`, {
    hint: `Look whether the build script of the component overwrites $PKG_PATH/${file}.`,
  });
}
