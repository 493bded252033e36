#!/usr/bin/env node
/** The bin. Plain enough for an old Node to parse, so that it can say which one is needed instead of failing in a syntax error. */
const NEEDED = 24;
const major = Number(process.versions.node.split('.')[0]);

if (major >= NEEDED) {
  void start();
} else {
  process.stderr.write(`dcos-build needs Node ${NEEDED} or newer; this is ${process.versions.node}.\n`);
  process.stderr.write('  hint: in a checkout, "npm ci" brings one and "npm run dcos-build -- …" uses it.\n');
  process.exitCode = 3;
}

/** A function, since CommonJS, which the published bin is, knows no await at the top of a module. */
async function start(): Promise<void> {
  const { enableCompileCache } = await import('node:module');
  enableCompileCache();
  const { main } = await import('./run.ts');
  process.exitCode = await main(process.argv.slice(2));
}
