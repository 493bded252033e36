/**
 * What Azure Resource Manager takes at most.
 *
 * @see https://learn.microsoft.com/azure/azure-resource-manager/templates/best-practices#template-limits
 */

export const MOST_BYTES = 4 * 1024 * 1024;
export const MOST_RESOURCES = 800;
export const MOST_EXPRESSION_CHARACTERS = 24_576;
/** Of customData, before it is encoded. */
export const MOST_CUSTOM_DATA_BYTES = 65_536;

/** Members of a section of the template. */
export const MOST_MEMBERS = { parameters: 256, variables: 256, outputs: 64 } as const;
