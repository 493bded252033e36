/** acs-engine's API model of a DC/OS cluster to a cluster definition of ours. */
import { throwCollected, UserError, UserErrors } from '../../model/errors.ts';
import type { Json, JsonObject } from '../../model/json.ts';
import { parseAcsEngineModel, type AcsEngineModel } from '../../recipe/acs-engine.ts';
import type { JsonPath } from '../../recipe/json-reader.ts';
import { parseClusterDefinition } from '../../recipe/parse-cluster.ts';
import type { RecipeFile } from '../../recipe/recipe-file.ts';
import { convertPool } from './convert-pool.ts';
import { droppedKeys } from './dropped-keys.ts';
import { convertNetwork, type NetworkMistake } from './network.ts';
import { convertNodes, dnsPrefixOf, given } from './nodes.ts';
import type { ConversionNote } from './note.ts';
import { sourcePath } from './source-path.ts';

export interface ConversionOptions {
  /** What nodes boot from: `image` of a cluster definition. */
  readonly image: JsonObject;
  /** Name of a release or channel; left out: what the image holds. */
  readonly release?: string;
  /** Of the cluster; left out: that of the model, else its prefix. */
  readonly name?: string;
  /** Ranges of existing subnets by name, which a model does not tell. */
  readonly subnets?: ReadonlyMap<string, string>;
}

export interface Conversion {
  /** The content of cluster.json, which can be parsed. */
  readonly definition: JsonObject;
  /** What was kept in another way, replaced or left out, in the order of the model. */
  readonly notes: readonly ConversionNote[];
  /** Of the definition. */
  readonly warnings: readonly string[];
}

const CODE = 'CLUSTER_INVALID';

/**
 * Converts the text of an API model.
 *
 * @param shown the path for messages
 * @throws UserError, UserErrors CLUSTER_INVALID: all mistakes at once, each with its place in the model
 */
export function convertAcsEngine(shown: string, content: string, options: ConversionOptions): Conversion {
  const { file, model } = parseAcsEngineModel(shown, content);
  const { definition, notes, mistakes } = convert(model, options);
  const own = [...orchestratorMistakes(model), ...windowsMistakes(model), ...mistakes].map(({ path, message, hint }) =>
    file.mistake(path, `${shown}: ${message}`, { hint, code: CODE }),
  );
  const text = JSON.stringify(definition);
  // Where the network has a mistake, that of the definition has it as well.
  const others = mistakesOfDefinition(file, text).filter(
    ({ place }) => mistakes.length === 0 || place?.key?.startsWith('network') !== true,
  );
  throwCollected([...own, ...others]);
  const { warnings } = parseClusterDefinition(shown, text);
  return {
    definition,
    notes: [...notes, ...droppedKeys(file.value)],
    warnings: warnings.map(({ message }) => message),
  };
}

interface Draft {
  readonly definition: JsonObject;
  readonly notes: readonly ConversionNote[];
  readonly mistakes: readonly NetworkMistake[];
}

function convert(model: AcsEngineModel, { image, release, name, subnets = new Map() }: ConversionOptions): Draft {
  const { masterProfile, agentPoolProfiles, linuxProfile, diagnosticsProfile } = model.properties;
  const path = ['properties', 'masterProfile'];
  const masters = convertNodes(masterProfile, path);
  const pools = agentPoolProfiles.map((pool, index) => convertPool(pool, ['properties', 'agentPoolProfiles', index]));
  const { network, firstIp, notes, mistakes } = convertNetwork(model, subnets);
  const keys = linuxProfile.ssh.publicKeys.map(({ keyData }) => keyData).filter((key) => key !== '');
  const location = model.location?.replaceAll(' ', '').toLowerCase();
  const definition: Record<string, Json> = {
    name: name ?? nameOf(model),
    ...given('location', location === '' ? undefined : location),
    ...dnsPrefixOf(masterProfile),
    admin: { user: linuxProfile.adminUsername, ssh_keys: keys },
    image,
    ...given('release', release === undefined ? undefined : { name: release }),
    masters: { count: masterProfile.count, ...masters.value, ...given('first_ip', firstIp) },
    pools: pools.map(({ value }) => value),
    network,
    ...given('tags', model.tags),
    ...given('diagnostics', diagnosticsProfile?.vmDiagnostics?.enabled),
  };
  return {
    definition,
    notes: [
      ...orchestratorNotes(model, release),
      ...accessNotes(model),
      ...masters.notes,
      ...notes,
      ...pools.flatMap((pool) => pool.notes),
    ],
    mistakes,
  };
}

/** The name of the resource, else the prefix, in the letters that a name may have. */
function nameOf({ name = '', properties }: AcsEngineModel): string {
  const text = name === '' ? properties.masterProfile.dnsPrefix : name;
  const clean = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-')
    .slice(0, 32)
    .replaceAll(/^[^a-z]+|-+$/g, '');
  return clean.length < 2 ? 'dcos' : clean;
}

function hasOauth({ properties }: AcsEngineModel): boolean {
  const { masterProfile, orchestratorProfile } = properties;
  return masterProfile.oauthEnabled ?? orchestratorProfile.dcosConfig?.bootstrapProfile?.oauthEnabled ?? false;
}

/** acs-engine opened 80 and 443 of the masters with OAuth alone, so that nobody had to log in elsewhere. */
function accessNotes(model: AcsEngineModel): readonly ConversionNote[] {
  const path = ['properties', 'masterProfile'];
  const ssh = 'acs-engine let everybody try ssh on the masters; here nobody may, until "access.ssh_from" says who.';
  const from = model.properties.masterProfile.HTTPSourceAddressPrefix ?? '*';
  const web =
    'OAuth is left out: its service was that of DC/OS\'s makers, and is gone. Name an issuer in "config", and then ' +
    `who may come to the web interface in "access.web_from"; that was ${from}.`;
  return [
    { path, kind: 'replaced', message: ssh },
    ...(hasOauth(model) ? [{ path, kind: 'dropped', message: web } as const] : []),
  ];
}

const VERSION = /^1\.(?:[7-9]|1[01])(?:\.|$)/;
/** In 2016 the version was a part of the type. */
const TYPE = /^DCOS(?:173|184|187|188|190)?$/i;

function orchestratorMistakes({ properties }: AcsEngineModel): readonly NetworkMistake[] {
  const { orchestratorType: type, orchestratorRelease, orchestratorVersion } = properties.orchestratorProfile;
  const path = ['properties', 'orchestratorProfile'];
  if (!TYPE.test(type)) {
    const message = `"orchestratorType" is "${type}".`;
    return [{ path: [...path, 'orchestratorType'], message, hint: 'Only clusters of DC/OS can be converted: "DCOS".' }];
  }
  return Object.entries({ orchestratorRelease, orchestratorVersion }).flatMap(([key, version = '']) => {
    if (version === '' || VERSION.test(version)) return [];
    const message = `"${key}" is "${version}", which acs-engine does not have for DC/OS.`;
    return [{ path: [...path, key], message, hint: 'It has 1.8, 1.9, 1.10 and 1.11.' }];
  });
}

function windowsMistakes({ properties }: AcsEngineModel): readonly NetworkMistake[] {
  return properties.agentPoolProfiles.flatMap(({ name, osType }, index) =>
    osType === 'Windows'
      ? [
          {
            path: ['properties', 'agentPoolProfiles', index, 'osType'],
            message: `The pool "${name}" is of Windows, and DC/OS is built for Linux alone here.`,
            hint: 'Remove the pool, or make it one of Linux.',
          },
        ]
      : [],
  );
}

function orchestratorNotes({ properties }: AcsEngineModel, release: string | undefined): readonly ConversionNote[] {
  const { orchestratorVersion, orchestratorRelease } = properties.orchestratorProfile;
  const version = orchestratorVersion ?? orchestratorRelease;
  const by = release === undefined ? 'what the image holds' : `the release "${release}"`;
  const message = `DC/OS${version === undefined ? '' : ` ${version}`} has become ${by}.`;
  return [{ path: ['properties', 'orchestratorProfile'], kind: 'replaced', message }];
}

/** What is wrong with the result is wrong with the model: it is told there. */
function mistakesOfDefinition(file: RecipeFile, text: string): readonly UserError[] {
  try {
    parseClusterDefinition(file.shown, text);
    return [];
  } catch (error) {
    if (!(error instanceof UserError || error instanceof UserErrors)) throw error;
    const errors = error instanceof UserErrors ? error.errors : [error];
    return errors.map(({ message, hint, place }) => {
      const path: JsonPath = sourcePath(place?.key ?? '');
      return file.mistake(path, message, { hint, code: CODE });
    });
  }
}
