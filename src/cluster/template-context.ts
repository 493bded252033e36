/** What a template needs beyond the definition of its cluster: the image, the release, what nodes are told. */
import type { NodeData } from './node-data.ts';

/** The purchase plan of a Marketplace image. */
interface PurchasePlan {
  readonly name: string;
  readonly product: string;
  readonly publisher: string;
}

/** An image as Azure finds it; both kinds name one exact version. */
export type ResolvedImage =
  | {
      readonly kind: 'gallery';
      /** Of the version: `/subscriptions/…/galleries/…/images/…/versions/1.2.3`. */
      readonly id: string;
      readonly generation: '1' | '2';
      readonly trustedLaunch: boolean;
      readonly plan?: PurchasePlan | undefined;
    }
  | {
      readonly kind: 'stock';
      readonly publisher: string;
      readonly offer: string;
      readonly sku: string;
      readonly version: string;
      readonly trustedLaunch: boolean;
      readonly plan?: PurchasePlan | undefined;
    };

export interface TemplateContext {
  readonly image: ResolvedImage;
  /** Of pools by name: one for each. */
  readonly nodeData: { readonly masters: NodeData; readonly pools: ReadonlyMap<string, NodeData> };
  readonly release?: { readonly id: string; readonly version: string } | undefined;
  /** Where nodes fetch the release from, unless the definition says so. */
  readonly repositoryUrl?: string | undefined;
  /** Where the template will be found, for the link that deploys it. */
  readonly templateUrl?: string | undefined;
}
