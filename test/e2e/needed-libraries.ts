/** Every library that a program or library of the bootstrap needs must come with it, or be one that each node has. */
import { inSandbox, type Sandbox } from './sandbox.ts';

/** The base system, as `builders/runtime.json` and every minimal Debian have it. */
const BASE_SYSTEM = new Set([
  'ld-linux-x86-64.so.2',
  'libbz2.so.1.0',
  'libc.so.6',
  'libcrypt.so.1',
  'libdl.so.2',
  'libffi.so.8',
  'libgcc_s.so.1',
  'liblzma.so.5',
  'libm.so.6',
  'libpthread.so.0',
  'libreadline.so.8',
  'librt.so.1',
  'libsqlite3.so.0',
  'libstdc++.so.6',
  'libtinfo.so.6',
  'libutil.so.1',
  'libuuid.so.1',
  'libz.so.1',
]);

/** Prints the path of each ELF file below the packages that ldd can look at, and what ldd says of it. */
const LDD_ALL = `
find /opt/mesosphere/packages -type f -size +63c -print0 |
  while IFS= read -r -d '' file; do
    IFS= read -r -n 4 -d '' magic <"$file" 2>/dev/null || true
    if [ "$magic" != $'\\x7fELF' ]; then continue; fi
    echo "file $file"
    ldd "$file" 2>&1 || true
  done 2>/dev/null
`;

/** One line for each library that is not found, or is found in a place where not every node has it. */
export async function missingLibraries(sandbox: Sandbox): Promise<readonly string[]> {
  const { output } = await inSandbox(sandbox, LDD_ALL);
  const wrong: string[] = [];
  let file = '';
  let files = 0;
  for (const line of output.split('\n')) {
    if (line.startsWith('file ')) {
      file = line.slice('file '.length);
      files += 1;
      continue;
    }
    const [, name = '', path = ''] = /^\s+(\S+) => (\S.*?)(?: \(0x[\da-f]+\))?$/.exec(line) ?? [];
    if (name === '' || path.startsWith('/opt/mesosphere/')) continue;
    if (path === 'not found') wrong.push(`${file} does not find ${name}`);
    else if (!BASE_SYSTEM.has(name)) wrong.push(`${file} takes ${name} from ${path}, which not every node has`);
  }
  return files === 0 ? ['The bootstrap has no program at all.'] : wrong;
}
