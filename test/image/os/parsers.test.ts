/** The small languages that facts on a system are read from, and laws that hold for every text. */
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readPasswd, readShadow } from '../../../src/image/os/account-facts.ts';
import { parseYaml } from '../../../src/image/os/agent-facts.ts';
import { grubWords, isRescue, readGrubConfig, readLoaderEntry } from '../../../src/image/os/boot-entries.ts';
import { keyValues } from '../../../src/image/os/config-lines.ts';
import { readCpio } from '../../../src/image/os/cpio.ts';
import { readInitrd } from '../../../src/image/os/initrd.ts';
import { decompressLz4 } from '../../../src/image/os/lz4.ts';
import { readDeb822, readOneLine } from '../../../src/image/os/apt-sources.ts';
import { readDpkgStatus } from '../../../src/image/os/package-facts.ts';
import { matchesWildcard } from '../../../src/image/os/ssh-facts.ts';
import { readSshdConfig } from '../../../src/image/os/sshd-config.ts';
import { machineOfElf } from '../../../src/image/os/system-facts.ts';
import { makeInitrd } from '../../rig/os-image.ts';
import { Scratch } from '../../rig/scratch.ts';

const signal = new AbortController().signal;
const word = fc.stringMatching(/^[\w./=,:@%+-]{1,12}$/);
const none = new Map<string, string>();

test.each(['zstd', 'gzip', 'xz', 'lzma', 'bzip2', 'lz4'])('an initrd compressed by %s is read', async (compressor) => {
  using scratch = new Scratch();
  const reading = await readInitrd(
    makeInitrd(scratch, compressor, ['drivers/hv/hv_vmbus', 'drivers/hid/hid-hyperv']),
    signal,
  );
  expect(reading).toEqual({ modules: new Set(['hv_vmbus', 'hid_hyperv']) });
});

test('an initrd that is cut short or compressed in an unknown way says so', async () => {
  using scratch = new Scratch();
  const whole = makeInitrd(scratch, 'zstd');
  expect(await readInitrd(whole.subarray(0, -20), signal)).toEqual({ unread: expect.stringContaining('cannot be') });
  expect(await readInitrd(whole.subarray(0, 200), signal)).toEqual({ unread: 'a cpio archive in it is broken' });
  const odd = { unread: 'it is compressed in a way that is not known here' };
  expect(await readInitrd(Buffer.from('what is this, please?'), signal)).toEqual(odd);
  expect(await readInitrd(Buffer.alloc(0), signal)).toEqual({ modules: new Set() });
});

test('names of any archive that cpio makes come back, and nothing that is no archive fails', () => {
  const name = fc.stringMatching(/^[a-z][a-z0-9_-]{0,20}$/);
  const content = fc.uint8Array({ maxLength: 50 });
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.tuple(name, content), { minLength: 1, maxLength: 5, selector: ([each]) => each }),
      (files) => {
        using scratch = new Scratch();
        for (const [path, bytes] of files) scratch.write(path, bytes);
        const names = files.map(([path]) => path);
        const archive = execFileSync('cpio', ['-o', '-H', 'newc', '--quiet'], {
          cwd: scratch.folder,
          input: names.join('\n'),
        });
        const { names: found, end } = readCpio(archive);
        expect(found).toEqual(names);
        expect(end).toBeLessThanOrEqual(archive.length);
        for (const cut of [1, 60, (end ?? 0) - 124]) expect(readCpio(archive.subarray(0, cut)).end).toBeUndefined();
      },
    ),
    { numRuns: 20 },
  );
  fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => readCpio(Buffer.from(bytes)).names.length >= 0));
});

test('what lz4 compressed comes back, and broken bytes are refused or ended', () => {
  const text = fc.array(fc.constantFrom('abcabc', 'x', 'longer words', '\0\0\0\0'), { maxLength: 3000 });
  fc.assert(
    fc.property(text, (parts) => {
      const input = Buffer.from(parts.join(''));
      const packed = execFileSync('lz4', ['-l', '-c', '-q'], { input });
      expect(decompressLz4(packed, 2 ** 20).equals(input)).toBe(true);
    }),
    { numRuns: 20 },
  );
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 8, maxLength: 200 }), (bytes) => {
      const head = Buffer.from([2, 0x21, 0x4c, 0x18, bytes.length, 0, 0, 0]);
      const end = errorOf(() => decompressLz4(Buffer.concat([head, bytes]), 2 ** 24));
      expect(end === undefined || end instanceof RangeError).toBe(true);
    }),
  );
  expect(() => decompressLz4(execFileSync('lz4', ['-l', '-c', '-q'], { input: Buffer.alloc(5000) }), 4999)).toThrow(
    '4999',
  );
});

test('words of GRUB are those of a shell: quotes, backslashes, variables, comments', () => {
  const variables = new Map([
    ['root', 'hd0'],
    ['cmd', 'a=1 b=2'],
  ]);
  expect(grubWords(`  linux /v "x $root \\"y\\"" 'z $root' a\\ b $cmd\${root} # c`, variables)).toEqual([
    ...['linux', '/v', 'x hd0 "y"', 'z $root', 'a b', 'a=1', 'b=2hd0'],
  ]);
  expect(grubWords('set x#y= "" $nothing end', none)).toEqual(['set', 'x#y=', '', 'end']);
});

test('plain words of GRUB come back, quoted or not, and no line fails', () => {
  fc.assert(
    fc.property(fc.array(word), (words) => {
      expect(grubWords(words.join(' '), none)).toEqual(words);
      expect(grubWords(words.map((each) => `'${each}'`).join(' \t'), none)).toEqual(words);
      expect(grubWords(words.map((each) => `"${each}"`).join('  '), none)).toEqual(words);
    }),
  );
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (line) => Array.isArray(grubWords(line, none))));
});

test('what update-grub writes is read, entries for rescue apart', () => {
  const text = `if [ -s $prefix/grubenv ]; then load_env; fi
menuentry 'Debian GNU/Linux' --class debian $menuentry_id_option 'gnulinux' {
	load_video
	linux	/boot/vmlinuz-6.1 root=UUID=1 ro  console=ttyS0,115200
	initrd	/boot/initrd.img-6.1
}
submenu 'Advanced options' {
	menuentry 'Debian GNU/Linux, with Linux 6.1 (recovery mode)' {
		linux	/boot/vmlinuz-6.1 root=UUID=1 ro single
	}
}
`;
  const entries = readGrubConfig({ file: 'grub.cfg', text });
  expect(entries.map(({ title, kernel, parameters }) => [title, kernel, parameters.join(' ')])).toEqual([
    ['Debian GNU/Linux', '/boot/vmlinuz-6.1', 'root=UUID=1 ro console=ttyS0,115200'],
    ['Debian GNU/Linux, with Linux 6.1 (recovery mode)', '/boot/vmlinuz-6.1', 'root=UUID=1 ro single'],
  ]);
  expect(entries.map(isRescue)).toEqual([false, true]);
});

test('an entry of the Boot Loader Specification is read, with what GRUB keeps in its environment', () => {
  const text = 'title Fedora\nlinux /vmlinuz\noptions $kernelopts quiet\noptions x=1\n';
  const variables = new Map([['kernelopts', 'root=/dev/sda1 ro']]);
  expect(readLoaderEntry({ file: 'a.conf', text, variables })).toEqual([
    { title: 'Fedora', file: 'a.conf', kernel: '/vmlinuz', parameters: ['root=/dev/sda1', 'ro', 'quiet', 'x=1'] },
  ]);
  expect(readLoaderEntry({ file: 'b.conf', text: 'title nothing\n' })).toEqual([]);
});

test('sshd takes the first value, reads Include where it stands, and keeps Match to itself', async () => {
  const text =
    'Port=2222\nInclude "a.conf" b.conf\nClientAliveInterval 5 # late\nMatch User me\n  Banner no\nBanner yes\n';
  const files: Record<string, string> = {
    'a.conf': 'clientaliveinterval 180\nMatch all\nUsePAM no\n',
    'b.conf': 'UsePAM yes\nInclude b.conf\n',
  };
  const settings = await readSshdConfig(text, (pattern) => Promise.resolve([files[pattern] ?? '']));
  expect(Object.fromEntries(settings)).toEqual({ port: '2222', clientaliveinterval: '180', usepam: 'yes' });
});

test('of any settings of sshd the first counts, as sshd -T would say', async () => {
  const line = fc.tuple(fc.constantFrom('Port', 'BANNER', 'usePam'), fc.stringMatching(/^\w{1,8}$/));
  await fc.assert(
    fc.asyncProperty(fc.array(line, { maxLength: 8 }), async (lines) => {
      const settings = await readSshdConfig(lines.map((each) => each.join(' ')).join('\n'), () => Promise.resolve([]));
      for (const [keyword] of lines) {
        const [, first] = lines.find(([other]) => other.toLowerCase() === keyword.toLowerCase()) ?? [];
        expect(settings.get(keyword.toLowerCase())).toBe(first);
      }
    }),
  );
});

test('users and passwords come back from the lines they were written to', () => {
  const name = fc.stringMatching(/^[a-z_][a-z0-9_-]{0,10}$/);
  const hash = fc.stringMatching(/^[\w$./*!]{0,20}$/);
  fc.assert(
    fc.property(fc.array(fc.tuple(name, hash, fc.nat(70_000))), (users) => {
      const passwd = users.map(([each, , uid]) => `${each}:x:${uid}:1::/home/${each}:/bin/sh\n`).join('');
      expect(readPasswd(passwd).map(({ name: each, uid, home }) => [each, uid, home])).toEqual(
        users.map(([each, , uid]) => [each, uid, `/home/${each}`]),
      );
      const shadow = users.map(([each, password]) => `${each}:${password}:1:0:99999:7:::\n`).join('');
      expect(readShadow(shadow)).toEqual(users.map(([each, password]) => ({ name: each, password })));
    }),
  );
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => readPasswd(text).length + readShadow(text).length >= 0),
  );
});

test('sources of apt are read in both forms', () => {
  const line =
    '# deb http://off.example x\ndeb [arch=amd64 signed-by=/k] https://a.example/debian sid main\ndeb-src http://b.example sid\n';
  expect(readOneLine(line, 'f')).toEqual([{ file: 'f', host: 'a.example', suites: ['sid'] }]);
  const stanza = `Types: deb deb-src
URIs: http://a.example/debian
 http://c.example/debian
Suites: sid sid-updates

Types: deb
Enabled: no
URIs: http://off.example
Suites: x
`;
  expect(readDeb822(stanza, 'f')).toEqual([
    { file: 'f', host: 'a.example', suites: ['sid', 'sid-updates'] },
    { file: 'f', host: 'c.example', suites: ['sid', 'sid-updates'] },
  ]);
});

test('of the status of dpkg, what is installed is told from what is not or half', () => {
  const text = ['ok installed', 'ok config-files', 'ok half-installed', 'reinstreq installed']
    .map((state, index) => `Package: p${index}\nStatus: install ${state}\nVersion: 1-${index}\n`)
    .join('\n');
  const { installed, unfinished } = readDpkgStatus(text);
  expect([...installed]).toEqual([['p0', '1-0']]);
  expect(unfinished).toEqual(['p2 (half-installed)', 'p3 (installed)']);
});

test('wildcards match as a shell does, in one walk whatever the pattern', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[ab.]{0,8}$/), fc.stringMatching(/^[ab.*?]{0,8}$/), (name, pattern) => {
      const expression = new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '.*').replaceAll('?', '.')}$`);
      expect(matchesWildcard(name, pattern)).toBe(expression.test(name));
    }),
    { numRuns: 500 },
  );
  expect(matchesWildcard('a'.repeat(5000), `${'a*'.repeat(2000)}b`)).toBe(false);
});

test('odd texts are no settings, and a YAML that grows without end is none', () => {
  expect(Object.fromEntries(keyValues('A="1"\n export B=\'2 3\'\n#C=4\nnothing\nA=5\n'))).toEqual({ A: '5', B: '2 3' });
  const bomb = [
    'a: &a [x,x,x,x,x,x,x,x,x]',
    ...'bcdefghi'.split('').map(
      (key, at) =>
        `${key}: &${key} [${Array(9)
          .fill(`*${'abcdefghi'[at] ?? ''}`)
          .join()}]`,
    ),
  ];
  expect(parseYaml(bomb.join('\n'))).toBeUndefined();
  expect(parseYaml('a: [')).toBeUndefined();
  fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => machineOfElf(Buffer.from(bytes)) === 'unknown'));
});

function errorOf(work: () => unknown): unknown {
  try {
    work();
    return undefined;
  } catch (error) {
    return error;
  }
}
