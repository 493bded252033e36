/** Elements of SVG as text. */
import { escapeXml } from '../../model/xml.ts';
import { fitText, type Room } from './text-fit.ts';

/** SVG that is whole: everything in it has been escaped. */
export interface Markup {
  readonly markup: string;
}

type Attributes = Readonly<Record<string, string | number>>;

/** @param children elements; plain texts are escaped */
export function element(name: string, attributes: Attributes, ...children: readonly (Markup | string)[]): Markup {
  const spelled = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeXml(String(value))}"`);
  const inner = children.map((child) => (typeof child === 'string' ? escapeXml(child) : child.markup));
  const start = `<${name}${spelled.join('')}`;
  return { markup: inner.length === 0 ? `${start}/>` : `${start}>${inner.join('')}</${name}>` };
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

/** A box with round corners; what the mouse rests on says it in full. */
export function boxOf({ x, y, width, height }: Box, className: string, title: string): Markup {
  return element('rect', { x, y, width, height, rx: 6, class: className }, element('title', {}, title));
}

/** Lines below each other, the first with its foot at the point. */
export function textOf(
  text: string,
  { x, y, ...room }: Point & Room & { readonly className?: string },
): readonly Markup[] {
  const { className = '', ...fit } = room;
  if (text === '') return [];
  return fitText(text, fit).map((line, index) =>
    element('text', { x, y: y + index * lineHeight(room.size), class: `s${room.size} ${className}`.trim() }, line),
  );
}

export function lineHeight(size: number): number {
  return Math.round(size * 1.3);
}

/** A line with right angles that ends in an arrow. */
export function arrowOf(points: readonly Point[], className: string, title: string): Markup {
  const path = points.map(({ x, y }, index) => `${index === 0 ? 'M' : 'L'}${x} ${y}`).join('');
  return element(
    'path',
    { d: path, class: `edge ${className}`, 'marker-end': `url(#arrow-${className})` },
    element('title', {}, title),
  );
}
