/** Names of the elements of an SPDX document. */

/** Letters, digits, dots and dashes are all that may be in an id (3.2.4), so that two names may come out the same. */
export class SpdxIds {
  readonly #taken = new Set<string>();

  make(kind: string, name: string): string {
    const wanted = ['SPDXRef', kind, name.replaceAll(/[^A-Za-z0-9.]+/g, '-')].filter((part) => part !== '').join('-');
    let id = wanted;
    for (let number = 2; this.#taken.has(id); number += 1) id = `${wanted}.${number}`;
    this.#taken.add(id);
    return id;
  }
}
