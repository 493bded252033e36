/** The list of licences as a page: text, and HTML that needs nothing from anywhere else. Pure. */
import type { LicenceList, ListedComponent, ListedLicence } from './licence-list.ts';

export function licencesAsText(list: LicenceList): string {
  const title = `${list.name} ${list.version}: ${headline(list)}`;
  const groups = list.licences.map(({ licence, components }) => {
    const width = Math.max(...components.map((component) => titleOf(component).length));
    const lines = components.map((component) => {
      const also = component.expression === licence ? '' : component.expression;
      return `  ${titleOf(component).padEnd(width)}  ${also}`.trimEnd();
    });
    return [`${licence} (${components.length})`, ...lines].join('\n');
  });
  const unknown =
    list.unknown.length === 0
      ? []
      : [[`No licence is known (${list.unknown.length})`, ...list.unknown.map((label) => `  ${label}`)].join('\n')];
  return `${[title, ...groups, ...unknown].join('\n\n')}\n`;
}

/** A document of its own: no script, no image, no font, nothing that is fetched. */
export function licencesAsHtml(list: LicenceList): string {
  const title = `Licences of ${list.name} ${list.version}`;
  const unknown =
    list.unknown.length === 0
      ? ''
      : section(
          'No licence is known',
          'unknown',
          `<ul>\n${list.unknown.map((label) => `<li>${escape(label)}</li>\n`).join('')}</ul>`,
        );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)}</title>
<style>
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: start; padding-bottom: 0.25rem; }
th, td { text-align: start; vertical-align: top; padding: 0.25rem 1rem 0.25rem 0; border-top: 1px solid; }
nav ul { columns: 16rem; }
</style>
</head>
<body>
<header>
<h1>${escape(title)}</h1>
<p>${escape(headline(list))}</p>
</header>
<nav aria-label="Licences">
<ul>
${list.licences.map(indexEntry).join('\n')}
</ul>
</nav>
<main>
${list.licences.map(licenceSection).join('\n')}
${unknown}
</main>
</body>
</html>
`;
}

function headline({ licences, unknown }: LicenceList): string {
  const labels = new Set(licences.flatMap(({ components }) => components.map(({ component }) => component)));
  const total = labels.size + unknown.length;
  const several = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
  return `${several(total, 'component')} under ${several(licences.length, 'licence')}.`;
}

function titleOf({ component, version }: ListedComponent): string {
  return version === undefined ? component : `${component} ${version}`;
}

function indexEntry({ licence, components }: ListedLicence): string {
  return `<li><a href="#${anchor(licence)}">${escape(licence)}</a> (${components.length})</li>`;
}

function licenceSection({ licence, url, components }: ListedLicence): string {
  const text = url === undefined ? '' : `<p><a href="${escape(url)}">The text of ${escape(licence)}</a></p>\n`;
  const rows = components.map((component) => {
    const name = escape(titleOf(component));
    const linked = component.homepage === undefined ? name : `<a href="${escape(component.homepage)}">${name}</a>`;
    const expression =
      component.note === undefined ? component.expression : `${component.expression}. ${component.note}`;
    return `<tr><th scope="row">${linked}</th><td>${escape(component.summary ?? '')}</td><td>${escape(expression)}</td></tr>`;
  });
  const table = `<table>
<caption>Components under ${escape(licence)}</caption>
<thead><tr><th scope="col">Component</th><th scope="col">What it is</th><th scope="col">All of its licences</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>`;
  return section(licence, anchor(licence), `${text}${table}`);
}

function section(title: string, id: string, content: string): string {
  return `<section aria-labelledby="${id}">\n<h2 id="${id}">${escape(title)}</h2>\n${content}\n</section>`;
}

/** Ids of SPDX are letters, digits, dots, dashes and plus signs; with an exception come blanks. */
function anchor(licence: string): string {
  return `licence-${licence.replaceAll('+', '-or-later').replaceAll(/[^A-Za-z0-9.-]+/g, '-')}`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
