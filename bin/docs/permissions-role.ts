import { roleDefinition } from '#lib/azure/index.ts'

/** The role on the page, which is its only JSON block. */
const BLOCK = /```json\n[\s\S]*?\n```/

/** Returns the role as a file for the Azure CLI. */
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
