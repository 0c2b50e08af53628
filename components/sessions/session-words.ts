import type { Session } from '#lib/contract/index.ts'
import { sessionRoleNames } from '#lib/contract/words/index.ts'
import { plural } from '../format/quantity.ts'
import { endsOf } from '../format/session-address.ts'

/** What a session is, and what its state means, in a sentence. */
export function sessionMeaning({ role, scopeName, path, verdict, mapping }: Session): string {
  if (path !== null) {
    const of = `Between the customer’s router and Microsoft’s edge, ${path} path of ${scopeName}`
    return verdict === 'down' ? `${of}. While it is down, this path carries nothing in either direction.` : `${of}.`
  }
  if (role === 'gateway-peer') return `Between two instances of ${scopeName}: it carries no traffic of its own.`
  const of = `Between an instance of ${scopeName} and ${role === 'msee' ? 'Microsoft’s edge' : sessionRoleNames[role]}`
  const way = mapping ? `, ${mapping.path} path${mapping.confidence === 'certain' ? '' : ' (inferred)'}` : ''
  return verdict === 'down' ? `${of}${way}. While it is down, this instance learns nothing over it.` : `${of}${way}.`
}

/** What is left beside a session, among those of its gateway or circuit. */
export function remainingWords(session: Session, all: readonly Session[]): string {
  const others = all.filter(
    (one) => endsOf(one) !== endsOf(session) && one.role === session.role && one.verdict !== 'never_established',
  )
  if (others.length === 0) return 'No other session of this kind is known here.'
  const up = others.filter(({ verdict }) => verdict === 'up').length
  return up === 0
    ? `None of ${plural(others.length, 'other session')} of this kind is known to be up here.`
    : `${up} of ${plural(others.length, 'other session')} of this kind ${up === 1 ? 'is' : 'are'} up here.`
}
