import { type AccessScope, audienceOf, parseScope, ScopeTextError } from '#lib/contract/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { listTokens } from './tokens/tokens.ts'
import { listUsers } from './users/users.ts'

/** Every scope by which somebody may read now, each once: those of users with a role, and of tokens that have not expired. */
export async function scopesInUse(db: Queryable, now: Date): Promise<AccessScope[]> {
  const users = (await listUsers(db)).filter(({ role }) => role !== null)
  const tokens = (await listTokens(db)).filter(({ expiresAt }) => expiresAt === null || expiresAt > now)
  const scopes = [...users, ...tokens].flatMap(({ scopes: texts }) => readable(texts))
  return [...new Map(scopes.map((scope) => [audienceOf(scope), scope])).values()]
}

/** By one that can't be read nobody reads. */
function readable(texts: readonly string[]): AccessScope[] {
  try {
    return [parseScope(texts)]
  } catch (error) {
    if (error instanceof ScopeTextError) return []
    throw error
  }
}
