/** The components of a bill by licence: as data, as text and as one page of HTML. Pure. */
import { sorted } from '../model/order.ts';
import { formatTerm, licenceTerms, parseLicence } from '../recipe/licence-expression.ts';
import type { Bill, BillComponent } from './bill.ts';
import { subjectOf } from './document.ts';

/** Plain data: printed as JSON as it is. */
export interface LicenceList {
  readonly name: string;
  readonly version: string;
  /** Sorted by licence. A component with several licences stands under each. */
  readonly licences: readonly ListedLicence[];
  /** Labels of components that declare no licence. */
  readonly unknown: readonly string[];
}

export interface ListedLicence {
  /** An SPDX id, with its exception if there is one. */
  readonly licence: string;
  /** Where SPDX has its text; undefined for a licence of the user's own. */
  readonly url: string | undefined;
  readonly components: readonly ListedComponent[];
}

export interface ListedComponent {
  readonly component: string;
  readonly version: string | undefined;
  readonly summary: string | undefined;
  readonly homepage: string | undefined;
  /** The whole expression, of which this licence is a part. */
  readonly expression: string;
  readonly note: string | undefined;
}

export function listLicences(bill: Bill): LicenceList {
  const byLicence = new Map<string, { readonly url: string | undefined; readonly components: ListedComponent[] }>();
  const unknown: string[] = [];
  for (const component of bill.components) {
    const expression = component.licence === undefined ? undefined : parseLicence(component.licence);
    if (expression === undefined) {
      unknown.push(component.label);
      continue;
    }
    const terms = new Map(licenceTerms(expression).map((term) => [formatTerm(term), term.license]));
    for (const [licence, id] of terms) {
      const group = byLicence.get(licence) ?? { url: textUrl(id), components: [] };
      byLicence.set(licence, group);
      group.components.push(listed(component));
    }
  }
  const licences = sorted(byLicence.keys()).flatMap((licence): ListedLicence[] => {
    const group = byLicence.get(licence);
    return group === undefined ? [] : [{ licence, ...group }];
  });
  return { ...subjectOf(bill), licences, unknown };
}

function textUrl(id: string): string | undefined {
  return id.includes('LicenseRef-') ? undefined : `https://spdx.org/licenses/${id}.html`;
}

function listed({ label, version, summary, homepage, licence = '', licenceNote }: BillComponent): ListedComponent {
  return { component: label, version, summary, homepage, expression: licence, note: licenceNote };
}
