/** Whether everybody can get the sources of a component, as component.json says it. */

export const AVAILABILITIES = ['public', 'private'] as const;

/** `private`: its sources were never published; only who has them on a mirror of their own can build it. */
export type Availability = (typeof AVAILABILITIES)[number];

export function isAvailability(value: unknown): value is Availability {
  return AVAILABILITIES.some((one) => one === value);
}
