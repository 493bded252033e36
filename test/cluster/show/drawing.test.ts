import fc from 'fast-check';
import { expect, test } from 'vitest';
import { drawCluster } from '../../../src/cluster/show/drawing.ts';
import { takeInventory, type Inventory } from '../../../src/cluster/show/inventory.ts';
import { layOut, WIDTH } from '../../../src/cluster/show/layout.ts';
import { fitText, textWidth } from '../../../src/cluster/show/text-fit.ts';
import type { Box } from '../../../src/cluster/show/svg.ts';
import { sampleCluster } from '../../rig/cluster-resources.ts';

function inventoryOf(masters: number, pools: number): Inventory {
  return takeInventory(sampleCluster(masters, pools).resources, {
    paths: sampleCluster(masters, pools).paths,
    sizeOf: () => ({ cores: 4, memoryGib: 16 }),
  });
}

const sizes = fc.record({ masters: fc.constantFrom(1, 3, 5), pools: fc.integer({ min: 0, max: 12 }) });

test('boxes of one kind never overlap, and all of them are on the page', () => {
  fc.assert(
    fc.property(sizes, ({ masters, pools }) => {
      const layout = layOut(inventoryOf(masters, pools));
      for (const boxes of [layout.networks, layout.subnets, layout.groups, layout.fronts, layout.exits]) {
        for (const [index, box] of boxes.entries()) {
          expect(isInside(box, { x: 0, y: 0, width: WIDTH, height: layout.height })).toBe(true);
          expect(boxes.slice(index + 1).some((other) => overlap(box, other))).toBe(false);
        }
      }
    }),
  );
});

test('every group is inside its subnet, and every subnet inside its network', () => {
  const layout = layOut(inventoryOf(3, 6));
  expect(layout.groups.every((box) => layout.subnets.some((subnet) => isInside(box, subnet)))).toBe(true);
  expect(layout.subnets.every((box) => layout.networks.some((network) => isInside(box, network)))).toBe(true);
});

test('all that our own names say fits: nothing ends in an ellipsis', () => {
  for (const masters of [1, 3, 5]) expect(drawCluster(inventoryOf(masters, 6), 'mydcos')).not.toContain('…');
});

test('the same inventory gives the same bytes', () => {
  expect(drawCluster(inventoryOf(3, 2), 'mydcos')).toBe(drawCluster(inventoryOf(3, 2), 'mydcos'));
});

test('names can hold anything: they are escaped, and what XML cannot hold is a mark', () => {
  const svg = drawCluster(inventoryOf(1, 0), '</title><script>alert(1)</script> & "\u0000"');
  expect(svg).toContain('&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;\ufffd&quot;');
  expect(svg).not.toContain('<script');
});

test('who does not see it is told what it shows', () => {
  const svg = drawCluster(inventoryOf(3, 2), 'mydcos');
  expect(svg).toMatch(/role="img" aria-labelledby="title desc"/);
  expect(svg).toContain('3 of Standard_D4s_v5 as dcos-master-01234567-0 to 2');
  expect(svg).toContain('Open from outside: 2200-2202 to 22 Tcp; 80, 443, 8080 Tcp.');
});

test('lines of a text are never wider than there is room, and no letter of those that fit is lost', () => {
  const room = { width: 120, lines: 30, size: 12 };
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', 'm', 'W', '-', ' ', '.', '9'), maxLength: 80 }), (text) => {
      const lines = fitText(text, room);
      for (const line of lines) expect(textWidth(line, room)).toBeLessThanOrEqual(room.width);
      const isWhole = !lines.some((line) => line.endsWith('…'));
      const [shown, given] = [lines.join(''), text].map((each) => each.replaceAll(' ', ''));
      expect(!isWhole || shown === given).toBe(true);
    }),
  );
});

function overlap(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

function isInside(inner: Box, outer: Box): boolean {
  const right = inner.x + inner.width <= outer.x + outer.width;
  return inner.x >= outer.x && inner.y >= outer.y && right && inner.y + inner.height <= outer.y + outer.height;
}
