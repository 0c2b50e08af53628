import type { Session } from '#lib/sessions/api/index.ts'
import { sessionSubject } from '#lib/contract/vocabulary.ts'
import { sessionRoleNames } from '#lib/gateways/api/state-words.ts'
import { plural } from '../format/quantity.ts'

/** A session's ends and the effect of its state, in a sentence. */
export function sessionMeaning({ role, scopeName, peering, path, verdict, mapping }: Session): string {
  if (path !== null) {
    const of = `Between the customer’s router and Microsoft’s edge, ${path} path of ${peering === 'microsoft' ? 'Microsoft peering of ' : ''}${scopeName}`
    return verdict === 'down' ? `${of}. While it is down, Azure and the customer exchange no routes over it.` : `${of}.`
  }
  if (role === 'gateway-peer') return `Between two instances of ${scopeName}: carries no customer traffic.`
  const of = `Between an instance of ${scopeName} and ${role === 'msee' ? 'Microsoft’s edge' : sessionRoleNames[role]}`
  const onPath = mapping ? `, ${mapping.path} path${mapping.confidence === 'certain' ? '' : ' (inferred)'}` : ''
  return verdict === 'down'
    ? `${of}${onPath}. While it is down, this instance learns nothing over it.`
    : `${of}${onPath}.`
}

/** The redundancy of a session: others of its kind at its gateway or circuit. */
export function remainingWords(session: Session, all: readonly Session[]): string {
  const others = all.filter(
    (one) =>
      sessionSubject(one) !== sessionSubject(session) &&
      one.role === session.role &&
      one.verdict !== 'never_established',
  )
  if (others.length === 0) return 'None: no other session of this kind.'
  const up = others.filter(({ verdict }) => verdict === 'up').length
  return up === 0
    ? `None of ${plural(others.length, 'other session')} of this kind is confirmed up.`
    : `${up} of ${plural(others.length, 'other session')} of this kind up.`
}
