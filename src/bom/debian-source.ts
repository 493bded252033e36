/** Databases know Debian's source packages, bills its binary ones. Which is of which only an archive can tell for sure. */

/**
 * The source packages that a binary package may be of, the likeliest first: by the habits with which Debian names
 * binary packages. Which of them there are, the database shows.
 */
export function debianSources(binary: string): readonly string[] {
  const names = new Set([binary]);
  const [, python] = /^python3?-(.+)$/.exec(binary) ?? [];
  if (python !== undefined) for (const name of [`python-${python}`, python, `py${python}`]) names.add(name);
  // openjdk-17-jre-headless is of openjdk-17, libyaml-0-2 of libyaml.
  for (let name = python === undefined ? binary : ''; name.includes('-');) {
    name = name.slice(0, name.lastIndexOf('-'));
    names.add(name);
  }
  // libssl3 is of no source ssl, but libevent of libevent and libpython3.11-stdlib of python3.11.
  for (const name of [...names]) if (/^lib.{3}/.test(name)) names.add(name.slice(3));
  return [...names];
}
