/** The settings of one storage, with the environment in them. */
import { UserError } from '../model/errors.ts';
import { SETTING_NAMES, type SettingName, type Storage, type StorageConfig } from './storage-config.ts';

export type Environment = Readonly<Record<string, string | undefined>>;
export type Settings = Readonly<Partial<Record<SettingName, string>>>;

/**
 * Puts the variables in. Only of the storage that is used: others may name variables that only another machine has.
 *
 * @throws UserError CONFIG_INVALID for a variable that is not set, with the key that names it
 */
export function settingsOf(storage: Storage, { shown, variables }: StorageConfig, env: Environment): Settings {
  const settings: Partial<Record<SettingName, string>> = {};
  for (const name of SETTING_NAMES) {
    const setting = storage.settings[name];
    if (setting === undefined) continue;
    const valueOf = (variable: string): string => {
      const value = env[variable];
      if (value !== undefined && value !== '') return value;
      const what = `${shown} names the variable ${variable} in "${name}" of the storage "${storage.name}"`;
      throw new UserError('CONFIG_INVALID', `${what}, and it is not set.`, {
        hint: `Set ${variable} in the environment of dcos-build, or use another storage.`,
        place: setting.place,
      });
    };
    settings[name] = variables === 'braces' ? inBraces(setting.text, valueOf) : asWhole(setting.text, valueOf);
  }
  return settings;
}

function inBraces(text: string, valueOf: (variable: string) => string): string {
  return text.replaceAll(/\$\{([A-Za-z_]\w*)\}/g, (_all, variable: string) => valueOf(variable));
}

/** DC/OS's rule: `$NAME` is the variable, `$$x` is `$x`. @see dcos/dcos release/__init__.py */
function asWhole(text: string, valueOf: (variable: string) => string): string {
  if (text.startsWith('$$')) return text.slice(1);
  return text.startsWith('$') ? valueOf(text.slice(1)) : text;
}
