import { type OtherGroups, WHOLE_ESTATE } from '../model/context.ts'
import type { Signal } from '../model/signal.ts'
import type { GroupPoll } from './group-poll.ts'
import type { Ask } from './read.ts'
import { ownTraffic } from './traffic.ts'

/** Scopes that belong to no group and are loaded with one: what is about the whole estate, where a circuit carries something new. */
export const sharedScopes = (signals: readonly Signal[]): string[] =>
  signals.some((signal) => signal.type === 'traffic' && signal.isNews) ? [WHOLE_ESTATE] : []

/**
 * The circuits and gateways of all other groups, where one of this group carries far less than it should, or did so together with all
 * others; null = not asked, or there is no other circuit.
 */
export function otherGroups(poll: GroupPoll, ask: Ask): OtherGroups | null | undefined {
  if (!isAsked(poll)) return null
  const others = ask({ kind: 'otherGroups', scopes: poll.scopes })
  return others?.topology.circuits.length === 0 ? null : others
}

function isAsked(poll: GroupPoll): boolean {
  const { topology, mark, state } = poll
  const reported = ownTraffic(poll)
  const isReported = Object.entries(state).some(([scope, { live }]) =>
    Object.values(live).some(
      ({ event }) => event.ended === null && (scope === WHOLE_ESTATE || event.kind === 'traffic_low_everywhere'),
    ),
  )
  return (
    isReported ||
    topology.circuits.some(({ scope }) => {
      const fact = (mark.scope === scope && reported) || state[scope]?.traffic?.fact
      const sum = fact?.meters.sum
      return sum !== undefined && (sum.in.low !== null || sum.out.low !== null)
    })
  )
}
