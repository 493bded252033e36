/** The patterns of pkgpanda for names. Python's `$` also matches before one line feed at the end, and so do these. */
import { byCodePoint } from '../model/order.ts';

const PACKAGE_NAME = /^[a-zA-Z0-9@_+][a-zA-Z0-9@._+-]*\n?$/;
const USER_NAME = /^dcos_[a-z0-9_]+\n?$/;
const GROUP_NAME = /^[a-z_][a-z0-9_-]*\n?$/;

/** A name as treeinfo.json may list it: with `--` in it as well, although no such package can be built. */
export function isListableName(text: string): boolean {
  return PACKAGE_NAME.test(text);
}

export function isUserName(text: string): boolean {
  return USER_NAME.test(text);
}

/** An empty group is allowed: the group of the same name as the user. */
export function isGroupName(text: string): boolean {
  return text === '' || GROUP_NAME.test(text);
}

/** Whether pkgpanda takes the text for a package id: it holds `--` exactly once. */
export function looksLikeId(text: string): boolean {
  return text.split('--').length === 2;
}

/** `<variant>.`, or nothing for the default variant: how file names begin. */
export function variantPrefix(variant: string | undefined): string {
  return variant === undefined ? '' : `${variant}.`;
}

/** How messages name a variant. */
export function variantName(variant: string | undefined): string {
  return variant === undefined ? 'the default variant' : `variant "${variant}"`;
}

/** Keys of the plan: the component's name and its variant, `null` for the default one. */
export function variantKey(name: string, variant: string | undefined): string {
  return `${name}|${variant ?? 'null'}`;
}

/** Sorts variants: the default one first, then by name. */
export function byVariant(left: string | undefined, right: string | undefined): number {
  if (left === undefined || right === undefined) return Number(left !== undefined) - Number(right !== undefined);
  return byCodePoint(left, right);
}
