import { expect, test } from 'vitest';
import { Rig } from '../rig/rig.ts';

/** app → lib → base; tool → base. */
function tree(): Rig {
  const rig = Rig.withBuilder();
  rig.component('base');
  rig.component('lib', { buildinfo: { requires: ['base'] } });
  rig.component('app', { buildinfo: { requires: ['lib'] } });
  rig.component('tool', { buildinfo: { requires: ['base'] } });
  return rig;
}

test('the whole graph is printed for Graphviz', async () => {
  using rig = tree();
  const { stdout, status } = await rig.run('graph');
  expect(status).toBe(0);
  expect(stdout).toMatchInlineSnapshot(`
    "digraph components {
      rankdir=LR;
      node [shape=box];
      "app";
      "base";
      "lib";
      "tool";
      "app" -> "lib";
      "lib" -> "base";
      "tool" -> "base";
    }
    "
  `);
});

test('--of keeps what a component requires, as Mermaid', async () => {
  using rig = tree();
  const { stdout } = await rig.run('graph', '--of', 'lib', '--format', 'mermaid');
  expect(stdout).toMatchInlineSnapshot(`
    "flowchart LR
      n0["base"]
      n1["lib"]
      n1 --> n0
    "
  `);
});

test('--reverse keeps what requires it; --json and --format json are the same', async () => {
  using rig = tree();
  const json = await rig.run('graph', '--of', 'lib', '--reverse', '--json');
  expect(JSON.parse(json.stdout)).toEqual({ nodes: ['app', 'lib'], edges: [{ from: 'app', to: 'lib' }] });
  expect((await rig.run('graph', '--of', 'lib', '--reverse', '--format', 'json')).stdout).toBe(json.stdout);
});

test('mistakes on the command line are explained', async () => {
  using rig = tree();
  expect(await rig.run('graph', '--reverse')).toMatchObject({ status: 2, stdout: '' });
  expect((await rig.run('graph', '--of', 'bass')).stderr).toContain('Did you mean "base"?');
  expect((await rig.run('graph', '--format', 'svg')).stderr).toContain(
    '"svg" is no format; it can be dot, mermaid, json.',
  );
  const { stdout } = await rig.run('graph', '--of', 'bass', '--json');
  expect(JSON.parse(stdout).error).toMatchObject({ code: 'COMPONENT_UNKNOWN' });
});
