/** The tools that dcos-build is measured against. */
import { bazel } from './bazel.ts';
import { make } from './make.ts';
import { moon } from './moon.ts';
import { ninja } from './ninja.ts';
import { nix, nixSandboxed } from './nix.ts';
import { nx } from './nx.ts';
import { turbo } from './turbo.ts';
import { wireit } from './wireit.ts';

export const PEERS = { make, ninja, nix, nixSandboxed, bazel, turbo, nx, moon, wireit } as const;
