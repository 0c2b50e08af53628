import fc from 'fast-check'
import { expect, it } from 'vitest'
import { circuitPaths, formatPathSubject } from '#lib/contract/index.ts'
import { MINUTE } from '#lib/contract/time/time.ts'
import { type DetectionContext, storeEventInScope } from '../../../model/context.ts'
import { createResourceState } from '../../../model/scope-state.ts'
import { HUB, t2 } from '../../../testing/estates.ts'
import { quietEstate } from '../../../testing/quiet-estate.ts'
import { eventOf, LONG_AGO, NOW, sessionFact } from '../../../testing/scene.ts'
import { assignCandidateCauses } from './index.ts'
import { MIN_NAMED_CONFIDENCE } from './create-cause.ts'

const FELL = { earliest: NOW - 4 * MINUTE, latest: NOW - 3 * MINUTE }
const PEERING = 'AzurePrivatePeering'
const OWN = t2()
  .topology()
  .mappings.filter(({ circuit }) => circuit === 'ckt-lon')

const situations = fc.record({
  kind: fc.constantFrom('peer_lost' as const, 'circuit_down' as const),
  /** number of neighbors or paths of the circuit that were lost */
  lost: fc.constantFrom(1, 2),
  /** begin of the last list of resources; null = no list is known */
  listedAt: fc.option(fc.integer({ min: NOW - 20 * MINUTE, max: NOW })),
})
type Situation = typeof situations extends fc.Arbitrary<infer T> ? T : never

/** Returns the confidence of each event's cause after a loss. All other layers were polled and are healthy. */
function confidencesAfter({ kind, lost, listedAt }: Situation): (number | undefined)[] {
  const context: DetectionContext = {
    ...quietEstate(NOW),
    scopes: { [HUB]: createResourceState(), 'ckt-lon': createResourceState() },
  }
  if (listedAt !== null)
    context.lastGoodPolls = { 'subscription  inventory': { at: listedAt, readAt: listedAt, everyMs: 10 * MINUTE } }
  const [gateway, circuit] = [context.scopes[HUB], context.scopes['ckt-lon']]
  if (!gateway || !circuit) throw new Error('the scopes were created above')
  const isOfGateway = kind === 'peer_lost'
  for (const [n, { neighbor }] of OWN.entries()) {
    const path = circuitPaths[n] ?? 'primary'
    const subject = formatPathSubject(PEERING, path)
    const isLost = n < lost
    const [edge, customer] = isOfGateway ? [isLost, false] : [false, isLost]
    gateway.sessions[neighbor] = sessionFact('10.0.4.12', neighbor, edge ? { level: 'down', since: FELL } : {})
    circuit.arp[subject] = { state: 'complete', empty: false, emptyPolls: 0, since: LONG_AGO, mac: null }
    circuit.sessions[subject] = sessionFact('172.16.0.2', `172.16.0.${n}`, {
      subresource: subject,
      asn: 65_001,
      ...(customer ? { level: 'down', since: FELL } : {}),
    })
    if (edge) storeEventInScope(context, eventOf('peer_lost', HUB, neighbor, { started: FELL }))
    if (customer) storeEventInScope(context, eventOf('path_down', 'ckt-lon', subject, { started: FELL }))
  }
  if (!isOfGateway && lost === 2) {
    storeEventInScope(context, eventOf('circuit_down', 'ckt-lon', PEERING, { started: FELL }))
    context.mark = { ...context.mark, kind: 'arp', scope: 'ckt-lon', startedAt: NOW - MINUTE }
  }
  assignCandidateCauses(context)
  return Object.values(context.scopes).flatMap(({ live }) =>
    Object.values(live).map(({ event }) => event.causes[0]?.confidence),
  )
}

it('names no party while a change of the configuration could explain the loss and was not read since', () => {
  fc.assert(
    fc.property(situations, (given) => {
      const isUnread = given.lost === 2 && given.listedAt !== null && given.listedAt < FELL.latest
      for (const confidence of confidencesAfter(given)) {
        if (isUnread) expect(confidence).toBeLessThan(MIN_NAMED_CONFIDENCE)
        else expect(confidence).toBe(0.7)
      }
    }),
  )
})
