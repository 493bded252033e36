/** A tree of two components whose sources bring licence texts. */
import { sha256 } from '../../src/model/digest.ts';
import { Rig } from './rig.ts';
import { tarBytes } from './tar-bytes.ts';

export const ISC_TEXT = `Copyright (c) The authors

Permission to use, copy, modify, and/or distribute this software for any
purpose with or without fee is hereby granted, provided that the above
copyright notice and this permission notice appear in all copies.

THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES.
`;

/** `lib` (MIT, but its source says ISC as well), and `app` that requires it and is described nowhere. */
export function licensedTree(): Rig {
  const rig = Rig.withBuilder();
  const archive = tarBytes([
    { name: 'lib-1.0/COPYING', content: ISC_TEXT },
    { name: 'lib-1.0/doc/COPYING', content: ISC_TEXT },
    { name: 'lib-1.0/doc/LICENSE.extra', content: 'Another text.\n' },
    { name: 'lib-1.0/LICENSE.py', content: 'no text\n' },
    { name: 'lib-1.0/main.c', content: '/* SPDX-License-Identifier: MIT OR Zlib */\nint main;\n' },
    { name: 'lib-1.0/other.c', content: '// SPDX-License-Identifier: GPL-2.0-only\nint other;\n' },
  ]);
  rig.write('lib.tar', archive);
  const url = `file://${rig.path('lib.tar')}`;
  rig.component('lib', {
    buildinfo: { sources: { upstream: { kind: 'url_extract', url, sha256: sha256(archive) } } },
    script:
      'mkdir -p "$PKG_PATH/share/licenses/lib/upstream/doc"; echo ours > "$PKG_PATH/share/licenses/lib/upstream/doc/LICENSE.extra"',
  });
  rig.component('app', { buildinfo: { requires: ['lib'] }, script: 'touch "$PKG_PATH/app"' });
  rig.write(
    'packages/lib/component.json',
    JSON.stringify({ version: '1.0', summary: 'A <library>.', licence: 'MIT', supplier: 'The authors' }),
  );
  return rig;
}
