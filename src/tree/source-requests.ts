/** The sources of a component, as the source room asks for them. */
import { labelOf } from '../resolve/graph.ts';
import type { PlannedComponent } from '../resolve/plan.ts';
import type { SourceRequest } from '../source/index.ts';

/** The sources of one component. */
export function requestsOf(component: Pick<PlannedComponent, 'key' | 'sources'>): SourceRequest[] {
  return [...component.sources].map(([name, source]) => ({ owner: labelOf(component.key), name, source }));
}
