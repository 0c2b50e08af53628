import type { Evidence } from '#lib/contract/index.ts'
import type { PathView } from '../facts/circuit-facts.ts'
import type { SessionFact } from '../../model/scope-state.ts'
import { sessionSubject } from '../../model/subject.ts'

/** The layers of a path as they were read: what its state follows from. */
export function pathEvidence({ session, arp, reason, measured }: PathView): Evidence[] {
  const items: Evidence[] = [
    {
      field: 'state',
      before: null,
      after: reason,
      sampledBefore: null,
      sampledAfter: session?.since ?? arp?.since ?? null,
    },
  ]
  if (measured?.bgp) {
    const { level, since } = measured.bgp
    items.push({ field: 'BgpAvailability', before: null, after: level, sampledBefore: null, sampledAfter: since })
  } else if (session) items.push(...sessionEvidence([session]))
  if (arp) {
    items.push({ field: 'arp', before: null, after: arp.state, sampledBefore: null, sampledAfter: arp.since })
  }
  return items
}

/** What sessions show now, and since when. */
export function sessionEvidence(sessions: readonly SessionFact[]): Evidence[] {
  return sessions.map((session) => ({
    field: `session ${sessionSubject(session)}`,
    before: null,
    after: session.downReason === null ? session.level : `${session.level}, held by ${session.downReason}`,
    sampledBefore: null,
    sampledAfter: session.since,
  }))
}
