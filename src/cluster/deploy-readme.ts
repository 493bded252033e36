/** The README that goes with a template: how to deploy it, and what can be said. */
import { isJsonArray, isJsonObject, type Json, type JsonObject } from '../model/json.ts';
import type { ClusterDefinition } from '../recipe/cluster-definition.ts';
import { missingParameters } from './parameter-files.ts';
import type { TemplateParameter } from './parameters.ts';
import { portalLink } from './portal-link.ts';
import type { TemplateContext } from './template-context.ts';

interface ReadmeSource {
  readonly definition: ClusterDefinition;
  readonly context: TemplateContext;
  readonly parameters: readonly TemplateParameter[];
  readonly template: JsonObject;
}

export function deployReadme(source: ReadmeSource): string {
  const { definition, context, parameters, template } = source;
  const parts = [
    `# ${definition.name}`,
    introduction(definition, context),
    '![What is made](cluster.svg)',
    ...(isClosed(definition) ? [CLOSED] : []),
    '## Deploy',
    ...deployment(source),
    '## Parameters',
    table(['Parameter', 'Type', 'Default', 'Meaning'], parameters.map(parameterRow)),
    '## Outputs',
    table(['Output', 'Type'], outputRows(template['outputs'])),
  ];
  return `${parts.join('\n\n')}\n`;
}

const CLOSED =
  'Nobody may come to the masters from outside: the definition has neither `access.ssh_from` nor `access.web_from`.';

function isClosed({ access }: ClusterDefinition): boolean {
  return access.ssh_from.length + access.web_from.length === 0;
}

function introduction({ summary, masters, pools }: ClusterDefinition, { release }: TemplateContext): string {
  const agents = pools.map(({ name, kind, count }) => `${count} ${kind} in pool ${code(name)}`);
  const version = release === undefined ? '' : ` It runs DC/OS ${release.version}, release ${code(release.id)}.`;
  const intro = summary === undefined ? '' : `${summary}\n\n`;
  return `${intro}A cluster of DC/OS on Azure: ${masters.count} master${masters.count === 1 ? '' : 's'}, agents: ${
    agents.length === 0 ? 'none' : agents.join(', ')
  }.${version}`;
}

function deployment({ definition, context, parameters }: ReadmeSource): readonly string[] {
  const group = `${definition.name}-rg`;
  const region = definition.location ?? 'REGION';
  const missing = missingParameters(parameters);
  const said = missing.map(({ name, question }) => ` \\\n    ${name}=${sampleOf(name, question?.as)}`).join('');
  const run = (verb: string): string =>
    [
      `az deployment group ${verb} --resource-group ${group} --name azuredeploy \\`,
      `  --template-file azuredeploy.json --parameters @azuredeploy.parameters.json${said}`,
    ].join('\n');
  const replaced = missing.length === 0 && definition.location !== undefined ? '' : ' Put your own values in.';
  return [
    `With the [Azure CLI](https://learn.microsoft.com/cli/azure/install-azure-cli).${replaced}`,
    fenced([
      `az group create --name ${group} --location ${region}`,
      ...termsOf(context),
      '# What would be made:',
      run('what-if'),
      run('create'),
      `az deployment group show --resource-group ${group} --name azuredeploy --query properties.outputs`,
    ]),
    linkText(context),
  ];
}

/** Azure starts a machine with a purchase plan only once somebody of the subscription has read its terms. */
function termsOf({ image: { plan } }: TemplateContext): readonly string[] {
  if (plan === undefined) return [];
  return [`az vm image terms accept --publisher ${plan.publisher} --offer ${plan.product} --plan ${plan.name}`];
}

function sampleOf(name: string, as: string | undefined): string {
  if (as === 'key') return '"$(cat ~/.ssh/id_ed25519.pub)"';
  return as === 'label' ? `my-${name.replace(/EndpointDNSNamePrefix$/, '')}` : 'VALUE';
}

function linkText({ templateUrl }: TemplateContext): string {
  if (templateUrl !== undefined) return `Or in the portal: [Deploy to Azure](${portalLink(templateUrl)}).`;
  return [
    'For a link that deploys it in the portal, put `azuredeploy.json` where everybody can fetch it, and',
    `its address, percent-encoded, behind ${code(portalLink(''))}.`,
  ].join('\n');
}

function parameterRow({ name, type, description, defaultValue, value }: TemplateParameter): readonly string[] {
  const inFile = value === undefined ? '' : ' (in the parameters file)';
  const shown = defaultValue === undefined ? `must be given${inFile}` : `${code(jsonText(defaultValue))}${inFile}`;
  return [code(name), type, shown, description];
}

function outputRows(outputs: Json | undefined): readonly (readonly string[])[] {
  return Object.entries(isJsonObject(outputs) ? outputs : {}).map(([name, output]) => {
    const type = isJsonObject(output) ? output['type'] : undefined;
    return [code(name), typeof type === 'string' ? type : ''];
  });
}

function jsonText(value: Json): string {
  if (isJsonArray(value) || typeof value !== 'string') return JSON.stringify(value);
  return value === '' ? '""' : value;
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n');
}

function code(text: string): string {
  return `\`${text.replaceAll('`', "'")}\``;
}

function fenced(lines: readonly string[]): string {
  return ['```sh', ...lines, '```'].join('\n');
}
