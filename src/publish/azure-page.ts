/** `azure.html` of a channel: links that open Azure's portal with a template of the release. Pure. */
import { portalLink } from '../cluster/portal-link.ts';

export interface AzurePage {
  /** As pkgpanda calls what is released, such as `testing/master`. */
  readonly title: string;
  readonly tag: string;
  readonly commit: string;
  /** Where the templates lie, ending in `/`; undefined: at no address that Azure could read. */
  readonly address: string | undefined;
  /** Names of the templates, relative to the page and to the address. */
  readonly templates: readonly string[];
}

/** A document of its own: no script, no image, no font, nothing that is fetched. */
export function azurePage({ title, tag, commit, address, templates }: AzurePage): string {
  const heading = `DC/OS on Azure: ${title}`;
  const note =
    address === undefined
      ? '<p>Azure reads templates at https addresses only: copy the release to such a store, or give a file to ' +
        '<code>az deployment group create --template-file</code>.</p>\n'
      : '';
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(heading)}</title>
<style>
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem; }
</style>
</head>
<body>
<h1>${escape(heading)}</h1>
${note}<ul>
${templates.map((name) => `<li>${links(name, address)}</li>\n`).join('')}</ul>
<footer>
<p>Release <code>${escape(tag)}</code>, commit <code>${escape(commit)}</code></p>
</footer>
</body>
</html>
`;
}

function links(name: string, address: string | undefined): string {
  const file = `<a href="${escape(name)}">template</a>`;
  if (address === undefined) return `${escape(what(name))}: ${file}`;
  return `<a href="${escape(portalLink(`${address}${name}`))}">${escape(what(name))}</a> (${file})`;
}

/** `azure/x.acs-3master.azuredeploy.json` has 3 masters, and is of the variant x. */
function what(name: string): string {
  const [, variant, count = ''] = /^azure\/(?:(.+)\.)?acs-(\d+)master\./.exec(name) ?? [];
  const masters = count === '1' ? '1 master' : `${count} masters`;
  return variant === undefined ? masters : `${masters}, variant ${variant}`;
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
