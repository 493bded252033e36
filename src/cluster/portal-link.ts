/** The page of the Azure portal that deploys a template: the "Deploy to Azure" button. */

/** @param templateUrl where the portal can fetch the template without a key */
export function portalLink(templateUrl: string): string {
  return `https://portal.azure.com/#create/Microsoft.Template/uri/${encodeURIComponent(templateUrl)}`;
}
