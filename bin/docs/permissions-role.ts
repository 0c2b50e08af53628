import { roleDefinition } from '#lib/azure/index.ts'

/** Pattern of the role definition on the page of permissions. It is the only JSON block of the page. */
const BLOCK = /```json\n[\s\S]*?\n```/

/** Returns the custom role of Peerwatch as JSON for the Azure CLI. */
export const roleText = (subscriptionIds: readonly string[]): string =>
  JSON.stringify(roleDefinition(subscriptionIds), null, 2)

/**
 * Replaces the role on the page of permissions by the role that the kinds of polls need.
 * @throws Error if the page has no JSON block
 */
export function withRole(page: string): string {
  if (!BLOCK.test(page)) throw new Error('the page holds no block of JSON')
  return page.replace(BLOCK, () => `\`\`\`json\n${roleText([])}\n\`\`\``)
}
