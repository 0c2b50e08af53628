import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parsePathSubject, formatPathSubject, formatSessionSubject } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { type DetectionContext, ensureResourceState, storeEventInScope } from '../../../model/context.ts'
import { createResourceState, type LiveEvent } from '../../../model/scope-state.ts'
import { HUB_GATEWAY_NAME, createTwoCircuitEstate } from '../../../testing/estates.ts'
import { quietEstate } from '../../../testing/quiet-estate.ts'
import { createOngoingEvent, TEST_POLL_END_TIME, createLongEstablishedSession } from '../../../testing/scene.ts'
import { assignCandidateCauses } from './index.ts'

const FELL = { earliest: TEST_POLL_END_TIME - 3 * MS_PER_MINUTE, latest: TEST_POLL_END_TIME - 2 * MS_PER_MINUTE }
const PEERING = 'AzurePrivatePeering'
const PATHS = createTwoCircuitEstate().topology().mappings
const [OWN] = PATHS
const OWN_PATH = formatPathSubject(PEERING, 'primary')

const layers = fc.record({
  connectivity: fc.constantFrom('exchange' as const, 'telco' as const, 'direct' as const),
  arp: fc.constantFrom('complete' as const, 'incomplete' as const, 'missing' as const),
  /** for each path: whether the gateway lost its edge router, and whether the edge router lost the customer */
  paths: fc.tuple(...PATHS.map(() => fc.record({ edge: fc.boolean(), customer: fc.boolean() }))),
  isEdgeBack: fc.boolean(),
  isGatewayChanged: fc.boolean(),
  /** the deliberate change that took one circuit's edge routers away from the gateway */
  act: fc.constantFrom('none', 'removed', 'removal forgotten', 'peering disabled', 'logged', 'tested'),
  changed: fc.constantFrom(...new Set(PATHS.map(({ circuit }) => circuit))),
})
type Layers = typeof layers extends fc.Arbitrary<infer T> ? T : never

const pathsOf = ({ paths }: Layers) =>
  PATHS.map((mapping, n) => ({
    ...mapping,
    edge: paths[n]?.edge === true,
    // the path of the tested event has always fallen
    customer: mapping === OWN || paths[n]?.customer === true,
  }))

/** Makes the loss of an edge router follow from the deliberate change of the situation. */
function takeAway(context: DetectionContext, { act, changed }: Layers, loss: LiveEvent) {
  const { live, logged } = ensureResourceState(context, HUB_GATEWAY_NAME)
  const from = FELL.earliest
  const kind = act === 'removed' ? 'resource_removed' : act === 'peering disabled' ? 'peering_disabled' : null
  if (kind) {
    const whole = storeEventInScope(context, createOngoingEvent(kind, changed, PEERING, { started: FELL }))
    live[loss.event.key] = { ...loss, event: { ...loss.event, partOf: whole.event.key } }
  }
  // A removal that was undone may belong to no group of resources any longer.
  if (act === 'removal forgotten')
    live[loss.event.key] = { ...loss, event: { ...loss.event, partOf: 'unknown', flags: ['removed'], ended: FELL } }
  if (act === 'logged')
    logged.push({ id: '2', at: from, operation: 'connections/delete', caller: 'bob', onConnection: `cxn-${changed}` })
  if (act === 'tested') {
    const scope = HUB_GATEWAY_NAME
    const test = { id: 't', status: null, scope, location: 'London', verdict: 'running', from, to: null } as const
    const tests = [{ ...test, circuits: [changed], connections: [], path: null }]
    context.topology = { ...context.topology, tests }
  }
}

/** Returns the cause of the fall of the first path of ckt-lon in the given situation. */
function causeOf(given: Layers) {
  const known = createTwoCircuitEstate().topology()
  const circuits = known.circuits.map((one) => ({ ...one, connectivity: given.connectivity }))
  const connections = circuits.map(({ scope }) => ({
    scope: `cxn-${scope}`,
    gateway: HUB_GATEWAY_NAME,
    circuit: scope,
    weight: 0,
  }))
  const topology = { ...known, circuits, connections }
  const context: DetectionContext = { ...quietEstate(TEST_POLL_END_TIME), topology, scopes: {} }
  const gateway = (context.scopes[HUB_GATEWAY_NAME] = createResourceState())
  for (const { circuit, path, neighbor, edge, customer } of pathsOf(given)) {
    if (edge) {
      const rise = given.isEdgeBack
        ? { earliest: TEST_POLL_END_TIME - MS_PER_MINUTE, latest: TEST_POLL_END_TIME }
        : null
      const loss = storeEventInScope(context, {
        ...createOngoingEvent('peer_lost', HUB_GATEWAY_NAME, neighbor, { started: FELL }),
        ended: rise,
      })
      if (circuit === given.changed) takeAway(context, given, loss)
    }
    const level = edge && !given.isEdgeBack ? 'down' : 'up'
    gateway.sessions[neighbor] = createLongEstablishedSession('10.0.4.12', neighbor, { level, since: FELL })
    if (!customer) continue
    const fall = storeEventInScope(
      context,
      createOngoingEvent('path_down', circuit, formatPathSubject(PEERING, path), { started: FELL }),
    )
    const scope = (context.scopes[circuit] ??= createResourceState())
    if (fall.event.subject === OWN_PATH && circuit === OWN?.circuit)
      scope.arp[OWN_PATH] = { state: given.arp, empty: false, emptyPolls: 0, since: FELL, mac: null }
  }
  if (given.isGatewayChanged)
    gateway.logged.push({ id: '1', at: FELL.earliest, operation: 'gateways/write', caller: 'alice' })
  const session = storeEventInScope(context, {
    ...createOngoingEvent(
      'session_down',
      OWN?.circuit ?? '',
      formatSessionSubject({ localAddress: '172.16.0.2', neighbor: '172.16.0.1' }),
      { started: FELL },
    ),
  })
  assignCandidateCauses(context)
  const own = Object.values(context.scopes[OWN?.circuit ?? '']?.live ?? {}).find(
    ({ event }) => event.kind === 'path_down' && parsePathSubject(event.subject).path === OWN?.path,
  )
  return [own, session].map((live) => live?.event.causes[0])
}

it('the cause of a path names no owner that ARP, the sessions of gateways or other paths contradict', () => {
  fc.assert(
    fc.property(layers, (given) => {
      // A loss that follows from a deliberate change shows a fault neither of the edge router nor of the gateway. If the
      // log also has a change of the gateway, that change explains the loss better than the deletion of a connection.
      const isTaken = given.act !== 'none' && !(given.act === 'logged' && given.isGatewayChanged)
      const all = pathsOf(given).filter(({ circuit }) => !isTaken || circuit !== given.changed)
      const isEdge = all.some((one) => one.neighbor === OWN?.neighbor && one.edge)
      const isOfGateway = all.some(({ edge, customer }) => edge && !customer)
      for (const cause of causeOf(given)) {
        const owner = cause?.owner
        // a gateway change never ends a session between an edge router and a customer
        expect(owner).not.toBe('own_change')
        if (isEdge && !isOfGateway) expect(owner).toBe('microsoft')
        if (!isEdge || isOfGateway) expect(owner).not.toBe('microsoft')
        if (given.arp === 'complete' && given.connectivity === 'exchange') expect(owner).not.toBe('provider')
        if (given.arp !== 'complete' && given.connectivity === 'exchange') expect(owner).not.toBe('onprem')
        if (given.connectivity === 'direct') expect(owner).not.toBe('provider')
      }
    }),
    { numRuns: 1000 },
  )
})
