import fc from 'fast-check'
import { expect, it } from 'vitest'
import { circuitPaths, formatPathSubject } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { type DetectionContext, storeEventInScope } from '../../../model/context.ts'
import { createResourceState } from '../../../model/scope-state.ts'
import { HUB_GATEWAY_NAME, createTwoCircuitEstate } from '../../../testing/estates.ts'
import { quietEstate } from '../../../testing/quiet-estate.ts'
import {
  createOngoingEvent,
  LONG_AGO_TIME_BOUNDS,
  TEST_POLL_END_TIME,
  createLongEstablishedSession,
} from '../../../testing/scene.ts'
import { assignCandidateCauses } from './index.ts'
import { MIN_NAMED_CONFIDENCE } from './create-cause.ts'

const FELL = { earliest: TEST_POLL_END_TIME - 4 * MS_PER_MINUTE, latest: TEST_POLL_END_TIME - 3 * MS_PER_MINUTE }
const PEERING = 'AzurePrivatePeering'
const OWN = createTwoCircuitEstate()
  .topology()
  .mappings.filter(({ circuit }) => circuit === 'ckt-lon')

const situations = fc.record({
  kind: fc.constantFrom('peer_lost' as const, 'circuit_down' as const, 'gateway_isolated' as const),
  /** number of neighbors or paths of the circuit that were lost */
  lost: fc.constantFrom(1, 2),
  /** begin of the last list of resources; null = no list is known */
  listedAt: fc.option(fc.integer({ min: TEST_POLL_END_TIME - 20 * MS_PER_MINUTE, max: TEST_POLL_END_TIME })),
})
type Situation = typeof situations extends fc.Arbitrary<infer T> ? T : never

/** Returns the confidence of each event's cause after a loss. All other layers were polled and are healthy. */
function confidencesAfter({ kind, lost, listedAt }: Situation): (number | undefined)[] {
  const context: DetectionContext = {
    ...quietEstate(TEST_POLL_END_TIME),
    scopes: { [HUB_GATEWAY_NAME]: createResourceState(), 'ckt-lon': createResourceState() },
  }
  if (listedAt !== null)
    context.lastGoodPolls = {
      'subscription  inventory': { at: listedAt, readAt: listedAt, everyMs: 10 * MS_PER_MINUTE },
    }
  const [gateway, circuit] = [context.scopes[HUB_GATEWAY_NAME], context.scopes['ckt-lon']]
  if (!gateway || !circuit) throw new Error('the scopes were created above')
  const isOfGateway = kind !== 'circuit_down'
  for (const [n, { neighbor }] of OWN.entries()) {
    const path = circuitPaths[n] ?? 'primary'
    const subject = formatPathSubject(PEERING, path)
    const isLost = n < lost
    const [edge, customer] = isOfGateway ? [isLost, false] : [false, isLost]
    gateway.sessions[neighbor] = createLongEstablishedSession(
      '10.0.4.12',
      neighbor,
      edge ? { level: 'down', since: FELL } : {},
    )
    circuit.arp[subject] = { state: 'complete', empty: false, emptyPolls: 0, since: LONG_AGO_TIME_BOUNDS, mac: null }
    circuit.sessions[subject] = createLongEstablishedSession('172.16.0.2', `172.16.0.${n}`, {
      subresource: subject,
      asn: 65_001,
      ...(customer ? { level: 'down', since: FELL } : {}),
    })
    if (edge) storeEventInScope(context, createOngoingEvent('peer_lost', HUB_GATEWAY_NAME, neighbor, { started: FELL }))
    if (customer) storeEventInScope(context, createOngoingEvent('path_down', 'ckt-lon', subject, { started: FELL }))
  }
  if (kind === 'gateway_isolated' && lost === 2) {
    context.topology = { ...context.topology, mappings: OWN }
    storeEventInScope(context, createOngoingEvent(kind, HUB_GATEWAY_NAME, HUB_GATEWAY_NAME, { started: FELL }))
  }
  if (!isOfGateway && lost === 2) {
    storeEventInScope(context, createOngoingEvent('circuit_down', 'ckt-lon', PEERING, { started: FELL }))
    context.mark = { ...context.mark, kind: 'arp', scope: 'ckt-lon', startedAt: TEST_POLL_END_TIME - MS_PER_MINUTE }
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
        else expect(confidence).toBeGreaterThanOrEqual(MIN_NAMED_CONFIDENCE)
      }
    }),
  )
})
