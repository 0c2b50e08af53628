import { type AccessScope, formatAccessScopeKey, parseAccessScope, AccessScopeTextError } from '#lib/contract/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { listTokenAuthorities } from './store/token-authority.ts'
import { listUsers } from './users/users.ts'

/** Returns all different scopes of callers that can read data at present: of users with a role, and of valid tokens. */
export async function listAccessScopesInUse(db: SqlExecutor): Promise<AccessScope[]> {
  const users = (await listUsers(db)).filter(({ role }) => role !== null)
  const tokens = (await listTokenAuthorities(db, null)).map(({ caller }) => caller)
  const scopes = [...users.flatMap(({ scopes: texts }) => readable(texts)), ...tokens.map(({ scope }) => scope)]
  return [...new Map(scopes.map((scope) => [formatAccessScopeKey(scope), scope])).values()]
}

/**
 * Returns a list with the parsed scope. The list is empty if the text is invalid, because with such a scope a caller
 * cannot read data.
 */
function readable(texts: readonly string[]): AccessScope[] {
  try {
    return [parseAccessScope(texts)]
  } catch (error) {
    if (error instanceof AccessScopeTextError) return []
    throw error
  }
}
