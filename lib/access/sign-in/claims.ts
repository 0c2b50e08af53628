import { formatScope, parseScope, type Role, ScopeTextError } from '#lib/contract/index.ts'

/** Of several roles the first of these counts. */
const BY_RIGHTS: readonly Role[] = ['admin', 'operator', 'cost', 'viewer']
const NONE = { role: null, scopes: [] }

/**
 * What the claim of an ID token gives: the names of roles and the text form of scopes, as a list or as one text. Whatever else it holds,
 * such as groups of other programs, counts for nothing. A scope that can't be read takes the role away: less is given, never more.
 * @returns role null = none; scopes empty = everything
 */
export function grantOf(claim: unknown): { role: Role | null; scopes: string[] } {
  const texts = (Array.isArray(claim) ? claim : [claim]).filter((text) => typeof text === 'string')
  const role = BY_RIGHTS.find((name) => texts.includes(name))
  if (role === undefined) return NONE
  try {
    return { role, scopes: formatScope(parseScope(texts.filter((text) => /^(subscription|customer):/i.test(text)))) }
  } catch (error) {
    if (error instanceof ScopeTextError) return NONE
    throw error
  }
}
