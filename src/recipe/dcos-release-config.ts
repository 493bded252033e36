/**
 * dcos-release.config.yaml, which DC/OS's own release tool reads: its storages, as those of our own config.
 *
 * @see dcos/dcos dcos-release.config.yaml, release/storage/
 */
import { isMap, isScalar, LineCounter, parseDocument, type YAMLMap } from 'yaml';
import { nearest } from '../model/did-you-mean.ts';
import { throwCollected, UserError, type Place } from '../model/errors.ts';
import type { Setting, SettingName, Storage, StorageConfig, StorageKind } from './storage-config.ts';

const DCOS_CONFIG_FILE = 'dcos-release.config.yaml';

interface Kind {
  readonly kind: StorageKind;
  /** DC/OS's keys with ours; undefined: known, and of no use to us. */
  readonly keys: Readonly<Record<string, SettingName | undefined>>;
  readonly required: readonly string[];
}

const KINDS: Readonly<Record<string, Kind>> = {
  azure_block_blob: {
    kind: 'azure',
    keys: { account_name: 'account', account_key: 'accountKey', container: 'container', download_url: undefined },
    required: ['account_name', 'container'],
  },
  local_path: { kind: 'directory', keys: { path: 'path' }, required: ['path'] },
  http_read: { kind: 'http', keys: { url: 'url' }, required: ['url'] },
  aws_s3: {
    kind: 'aws_s3',
    keys: Object.fromEntries(
      ['bucket', 'object_prefix', 'download_url', 'access_key_id', 'secret_access_key', 'region_name'].map((key) => [
        key,
        undefined,
      ]),
    ),
    required: [],
  },
};

/** @throws UserError, UserErrors CONFIG_INVALID: all mistakes at once, each with its line */
export function readDcosReleaseConfig(text: string): StorageConfig {
  const reader = new YamlReader(text);
  const config = reader.read();
  throwCollected(reader.mistakes);
  return config;
}

class YamlReader {
  readonly mistakes: UserError[] = [];
  readonly #lines = new LineCounter();
  readonly #root: unknown;

  constructor(text: string) {
    const document = parseDocument(text, { lineCounter: this.#lines });
    for (const { message, pos } of document.errors) {
      const what = message.split('\n', 1)[0]?.replace(/ at line \d+, column \d+:?$/, '') ?? '';
      this.#mistake(`is not valid YAML: ${what}`, 'Correct the text at that place.', this.#at(pos[0]));
    }
    this.#root = document.contents;
  }

  read(): StorageConfig {
    const storages = new Map<string, Storage>();
    const root = this.#root;
    const listed = isMap(root) ? root.get('storage', true) : undefined;
    if (isMap(listed)) {
      for (const { key, value } of listed.items) {
        const name = isScalar(key) ? String(key.value) : '';
        const storage = isMap(value) ? this.#storage(name, value) : undefined;
        if (storage !== undefined) storages.set(name, storage);
      }
    } else if (this.mistakes.length === 0) {
      this.#mistake('has no "storage"', 'Give each storage a name and a kind below "storage".', {
        file: DCOS_CONFIG_FILE,
      });
    }
    return {
      ...{ shown: DCOS_CONFIG_FILE, storages, variables: 'whole', signing: undefined, trust: undefined },
      ...{ gallery: undefined, marketplace: undefined },
      preferred: this.#preferred(storages),
    };
  }

  #storage(name: string, map: YAMLMap): Storage | undefined {
    const place = this.#placeOf(map, `storage.${name}`);
    const kindName = map.get('kind');
    const kind = typeof kindName === 'string' ? KINDS[kindName] : undefined;
    if (kind === undefined) {
      const guess = typeof kindName === 'string' ? nearest(kindName, Object.keys(KINDS)) : undefined;
      const what = kindName === undefined ? 'no kind' : `the kind ${JSON.stringify(kindName)}`;
      this.#mistake(
        `has a storage "${name}" with ${what}`,
        guess === undefined ? `The kinds are ${Object.keys(KINDS).join(', ')}.` : `Did you mean "${guess}"?`,
        place,
      );
      return undefined;
    }
    const settings = this.#settings(name, map, kind);
    return { name, kind: kind.kind, settings, isReadOnly: map.get('read_only') === true, place };
  }

  #settings(name: string, map: YAMLMap, { keys, required }: Kind): Storage['settings'] {
    const settings: Partial<Record<SettingName, Setting>> = {};
    for (const { key, value } of map.items) {
      const text = isScalar(key) ? String(key.value) : '';
      const place = this.#placeOf(value, `storage.${name}.${text}`);
      const ours = keys[text];
      if (text === 'kind' || text === 'read_only') continue;
      if (!Object.hasOwn(keys, text)) {
        const guess = nearest(text, Object.keys(keys));
        this.#mistake(
          `has the unknown key "${text}" in the storage "${name}"`,
          guess === undefined ? `The keys are ${Object.keys(keys).join(', ')}.` : `Did you mean "${guess}"?`,
          place,
        );
      } else if (ours !== undefined && isScalar(value) && typeof value.value === 'string') {
        settings[ours] = { text: value.value, place };
      } else if (ours !== undefined) {
        this.#mistake(
          `has no text as "${text}" of the storage "${name}"`,
          'Give a text, quoted if it looks like a number.',
          place,
        );
      }
    }
    for (const key of required.filter((each) => !map.has(each))) {
      this.#mistake(
        `lacks the key "${key}" in the storage "${name}"`,
        'Give a text.',
        this.#placeOf(map, `storage.${name}`),
      );
    }
    return settings;
  }

  #preferred(storages: ReadonlyMap<string, Storage>): string | undefined {
    const options = isMap(this.#root) ? this.#root.get('options', true) : undefined;
    const preferred = isMap(options) ? options.get('preferred', true) : undefined;
    if (!isScalar(preferred) || typeof preferred.value !== 'string') return undefined;
    const name = preferred.value;
    if (storages.has(name)) return name;
    const guess = nearest(name, storages.keys());
    const place = this.#placeOf(preferred, 'options.preferred');
    this.#mistake(
      `prefers the storage "${name}", which it does not have`,
      guess === undefined ? 'Give the name of one of the storages.' : `Did you mean "${guess}"?`,
      place,
    );
    return undefined;
  }

  #placeOf(node: unknown, key: string): Place {
    const range = isMap(node) || isScalar(node) ? node.range : undefined;
    return range === undefined || range === null ? { file: DCOS_CONFIG_FILE, key } : { ...this.#at(range[0]), key };
  }

  #at(offset: number): Place {
    const { line, col: column } = this.#lines.linePos(offset);
    return { file: DCOS_CONFIG_FILE, line, column };
  }

  #mistake(what: string, hint: string, place: Place): void {
    this.mistakes.push(new UserError('CONFIG_INVALID', `${DCOS_CONFIG_FILE} ${what}.`, { hint, place }));
  }
}
