import { roleDefinition } from '#lib/azure/index.ts'

/** The only block of JSON on the page is the role. */
const BLOCK = /```json\n[\s\S]*?\n```/

/** The role as a file for the Azure CLI. */
export const roleText = (subscriptionIds: readonly string[]): string =>
  JSON.stringify(roleDefinition(subscriptionIds), null, 2)

/**
 * Replaces the role on the page of permissions by the one that the kinds of polls need.
 * @throws Error when the page has no place for it
 */
export function withRole(page: string): string {
  if (!BLOCK.test(page)) throw new Error('the page holds no block of JSON')
  return page.replace(BLOCK, () => `\`\`\`json\n${roleText([])}\n\`\`\``)
}
