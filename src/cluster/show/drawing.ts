/** A drawing of what a template would make: SVG without script, for light and dark pages. */
import type { Inventory } from './inventory.ts';
import { drawEntries, drawExits, drawFronts } from './draw-ways.ts';
import { drawGroups, drawNetworks, drawSubnets } from './draw-places.ts';
import { COLUMN, HEADER, layOut, WIDTH } from './layout.ts';
import { STYLE } from './style.ts';
import { boxOf, element, textOf, type Markup } from './svg.ts';
import { totalsText } from './totals-text.ts';

/** @param title of the cluster, or of the file */
export function drawCluster(inventory: Inventory, title: string): string {
  const layout = layOut(inventory);
  const { height } = layout;
  const summary = totalsText(inventory.totals);
  const whole = { x: 0, y: 0, width: WIDTH, height };
  const root = element(
    'svg',
    {
      ...{ xmlns: 'http://www.w3.org/2000/svg', viewBox: `0 0 ${WIDTH} ${height}`, width: WIDTH, height },
      ...{ role: 'img', 'aria-labelledby': 'title desc' },
    },
    element('title', { id: 'title' }, title),
    element('desc', { id: 'desc' }, describe(inventory, summary)),
    { markup: `<style>${STYLE}</style>` },
    element('defs', {}, ...['open', 'closed', 'out'].map(arrowHead)),
    element('rect', { ...whole, class: 'page' }),
    ...textOf(title, { x: 16, y: 34, size: 20, isBold: true, className: 'strong', width: WIDTH - 32, lines: 1 }),
    ...textOf(summary, { x: 16, y: 58, size: 13, className: 'soft', width: WIDTH - 32, lines: 1 }),
    ...internet(height),
    ...drawNetworks(layout),
    ...drawSubnets(layout, inventory),
    ...drawGroups(layout),
    ...drawFronts(layout, inventory),
    ...drawEntries(layout),
    ...drawExits(layout, inventory),
  );
  return `${root.markup.replaceAll(/(?=<(?:rect|text|path|style|defs|desc|title id))/g, '\n')}\n`;
}

function internet(height: number): readonly Markup[] {
  const { x, width } = COLUMN.internet;
  const middle = Math.round((HEADER + height - 14) / 2);
  return [
    boxOf({ x, width, y: HEADER, height: height - HEADER - 14 }, 'outside', 'the Internet'),
    element(
      'text',
      { x: x + 25, y: middle, class: 's14 strong middle', transform: `rotate(-90 ${x + 25} ${middle})` },
      'Internet',
    ),
  ];
}

function arrowHead(name: string): Markup {
  return element(
    'marker',
    { id: `arrow-${name}`, viewBox: '0 0 10 10', refX: 9, refY: 5, markerWidth: 7, markerHeight: 7, orient: 'auto' },
    element('path', { d: 'M0 0L10 5L0 10z', class: `head ${name}` }),
  );
}

/** For those who do not see it. */
function describe({ entries, groups }: Inventory, summary: string): string {
  const nodes = groups.map(({ name, count, size }) => `${count ?? 'some'} of ${size} as ${name}`).join('; ');
  const open = entries.filter(({ isOpen }) => isOpen).map(({ ports, protocol }) => `${ports} ${protocol}`);
  return `${summary}. Nodes: ${nodes || 'none'}. Open from outside: ${open.join('; ') || 'nothing'}.`;
}
