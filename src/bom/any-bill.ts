/** A bill that need not be ours: what the file of another tool, or a repository, does not tell is undefined. */
import type { Bill, BillComponent } from './bill.ts';

type Optional = 'id' | 'availability' | 'requires' | 'sources';

export type AnyComponent = Omit<BillComponent, Optional | 'builder'> & {
  readonly [Key in Optional]: BillComponent[Key] | undefined;
} & { readonly builder: { readonly name: string; readonly id: string } | undefined };

export interface AnyBill extends Omit<Bill, 'components'> {
  /** Sorted by label, of which there may be several with the same one in files of others. */
  readonly components: readonly AnyComponent[];
}
