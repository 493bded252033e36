/** The runtime root must not have what the checks are to prove: a program would run with the node's copy of it. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isMissing } from '../../src/host/files.ts';

const FOLDERS = ['usr/bin', 'usr/sbin', 'usr/local/bin', 'usr/lib', 'usr/lib/x86_64-linux-gnu', 'usr/local/lib'];

/** Programs and libraries that DC/OS brings. libtinfo is not among them: bash needs it, and ours has another name. */
const OURS =
  /^(?:(?:curl|openssl|python3?|java|erl|erlang|logrotate|nginx|strace|toybox|jvm)$|python3\.|lib(?:ssl|crypto|curl|event|ncurses|boost_|python|yaml)[-_.\dw])/;

/** Files of the root that stand in for something of ours, sorted. */
export async function ofOurs(root: string): Promise<readonly string[]> {
  const found = FOLDERS.map(async (folder) => {
    const names = await namesIn(join(root, folder));
    return names.filter((name) => OURS.test(name)).map((name) => `/${folder}/${name}`);
  });
  return (await Promise.all(found)).flat().toSorted();
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
