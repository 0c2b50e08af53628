import { buildRoleDefinition } from '#lib/azure/index.ts'

/** Matches the role definition in docs/azure-permissions.md, which is the page's only JSON block. */
const BLOCK = /```json\n[\s\S]*?\n```/

/** Returns the custom Azure role that Peerwatch needs, as JSON for the Azure CLI. */
export const formatAzureRole = (subscriptionIds: readonly string[]): string =>
  JSON.stringify(buildRoleDefinition(subscriptionIds), null, 2)

/**
 * Replaces the role definition in docs/azure-permissions.md with the current one.
 * @throws Error if the page has no JSON block
 */
export function replaceRoleDefinition(page: string): string {
  if (!BLOCK.test(page)) throw new Error('the page holds no block of JSON')
  return page.replace(BLOCK, () => `\`\`\`json\n${formatAzureRole([])}\n\`\`\``)
}
