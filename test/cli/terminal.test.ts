import { expect, test } from 'vitest';
import { onTerminal } from '../rig/pseudo-terminal.ts';
import { LONG_NAP, processesWith } from '../rig/processes.ts';
import { Rig } from '../rig/rig.ts';
import { Screen } from '../rig/screen.ts';

test('--shell-on-failure opens the sandbox as it stood, one after another, and Ctrl-C in it is for what runs there', async () => {
  using rig = Rig.withBuilder();
  for (const name of ['one', 'two']) rig.component(name, { script: 'echo half > $PKG_PATH/half-made; exit 7' });
  const terminal = onTerminal(rig, 'dcos-build build --shell-on-failure --keep-going --jobs 2');
  for (const round of ['first', 'second']) {
    await terminal.shows('This is the sandbox as it stood');
    terminal.type(`sleep ${LONG_NAP}\r`);
    await expect.poll(() => processesWith(`sleep ${LONG_NAP}`), { timeout: 20_000 }).not.toEqual([]);
    terminal.type('\x03');
    terminal.type(`echo ${round}:$PKG_NAME:$(cat $PKG_PATH/half-made):$PKG_PATH\r`);
    await terminal.shows(new RegExp(`${round}:(one|two):half:/opt/mesosphere/packages/\\1--`));
    terminal.type('exit\r');
  }
  const { status, shown } = await terminal.end;
  expect(status).toBe(1);
  expect(shown).toContain('The build of one failed with exit status 7');
  expect(shown).toContain('The build of two failed with exit status 7');
  expect(processesWith(LONG_NAP)).toEqual([]);
});

test('after a shell on failure, Ctrl-C is for the run again', async () => {
  using rig = Rig.withBuilder();
  rig.component('broken', { script: 'exit 7' });
  rig.component('sleeper', { script: `echo asleep; sleep ${LONG_NAP}` });
  const terminal = onTerminal(rig, 'dcos-build build --shell-on-failure --keep-going --jobs 1');
  await terminal.shows('This is the sandbox as it stood');
  terminal.type('exit\r');
  await terminal.shows('asleep');
  terminal.type('\x03');
  const { status, shown } = await terminal.end;
  expect(status).toBe(130);
  expect(shown).toContain('Cancelled');
  expect(processesWith(LONG_NAP)).toEqual([]);
});

test('--check --shell-on-failure opens the sandbox of the second build, when it differs from the first', async () => {
  using rig = Rig.withBuilder();
  rig.component('shaky', { script: 'echo $RANDOM$RANDOM > $PKG_PATH/seed' });
  const terminal = onTerminal(rig, 'dcos-build build --check --shell-on-failure');
  await terminal.shows('This is the sandbox as it stood');
  terminal.type('ls $PKG_PATH\r');
  await terminal.shows('pkginfo.json');
  terminal.type('exit\r');
  const { status, shown } = await terminal.end;
  expect(status).toBe(1);
  expect(shown).toContain('Two builds of shaky differ: seed differs');
});

test('a terminal shows a line for each running component and a bar for the whole, and is clean at the end', async () => {
  using rig = Rig.withBuilder();
  const wait = 'until [ -e /pkg/build/go ]; do sleep 0.05; done; touch $PKG_PATH/$PKG_NAME';
  rig.component('left', { script: `echo compiling left; ${wait}` });
  rig.component('right', { script: `echo compiling right; ${wait}` });
  const terminal = onTerminal(rig, 'dcos-build build --jobs 2');
  await terminal.shows(/left.*build.*compiling left/);
  await terminal.shows('0/3');
  for (const name of ['left', 'right']) rig.write(`packages/${name}/go`, '');
  const { status, shown } = await terminal.end;
  expect(status).toBe(0);
  using screen = new Screen(100, 30);
  screen.write(shown);
  const lines = (await screen.text()).split('\n').filter((line) => line !== '');
  expect(lines).toEqual([
    expect.stringMatching(/^Building .*: 3 to build; 2 jobs$/),
    expect.stringMatching(/^✓ (left|right): built in/),
    expect.stringMatching(/^✓ (left|right): built in/),
    expect.stringMatching(/^✓ bootstrap: built in/),
    'Done: built 3.',
    expect.stringMatching(/^Took .*, of which .* on: (left|right)( → bootstrap)?$/),
    '2 packages and a bootstrap are in out/repository:',
    ...Array.from({ length: 4 }, () => expect.any(String)),
  ]);
});
