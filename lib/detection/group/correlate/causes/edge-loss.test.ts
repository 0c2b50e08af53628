import { expect, it } from 'vitest'
import type { DetectedEvent } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { ensureResourceState } from '../../../model/context.ts'
import {
  createEvaluationStageTestInput,
  createLongEstablishedSession,
  createOngoingEvent,
  storeEventInTestContext,
  TEST_POLL_END_TIME,
  TIME_BOUNDS_SINCE_PREVIOUS_POLL,
} from '../../../testing/scene.ts'
import { UNDECLARED_RANGES_FLAG } from '../../rules/routes/paths/no-path.ts'
import { isSiteEdgeLost } from './edge-loss.ts'

const GATEWAY = 'gw'
const PREFIXES = ['10.40.0.0/16']
const [LONDON, PARIS] = ['10.0.4.4', '10.0.4.6']
const EARLIER = { earliest: TEST_POLL_END_TIME - 4 * MS_PER_MINUTE, latest: TEST_POLL_END_TIME - 3 * MS_PER_MINUTE }
const SINCE_OLD_TABLE = { earliest: EARLIER.earliest, latest: TEST_POLL_END_TIME }
const HUB_GATEWAYS = { 'expressroutegateways/ergw-hub': 'ergw-hub', 'vpngateways/vpngw-hub': 'vpngw-hub' }
const [HUB_PEER, HUB_VPN_PEER] = ['expressRouteGateways/ergw-hub', 'vpnGateways/vpngw-hub']

/** Other losses of the same prefixes with the peers of their routes before, and falls of circuits. */
type Losses = readonly [event: DetectedEvent, peersBefore?: string[]][]

/**
 * Reports whether the edge of a site counts as lost, of which a gateway lost the last route.
 * @param peers neighbors of the gateway over which it had the routes
 * @param hubCircuits circuits that are connected to the gateway of a hub
 */
function isEdgeLost(peers: string[], losses: Losses, hubCircuits: readonly string[] = []): boolean {
  const { context } = createEvaluationStageTestInput({ kind: 'learned', scope: GATEWAY })
  const [first] = context.topology.circuits
  if (!first) throw new Error('the estate has no circuit')
  const circuit = (scope: string) => ({ ...first, scope, name: scope, provider: scope, location: scope })
  const mapping = (scope: string, neighbor: string) => ({
    gateway: GATEWAY,
    neighbor,
    circuit: scope,
    path: 'primary' as const,
    confidence: 'certain' as const,
  })
  context.topology = {
    ...context.topology,
    circuits: [circuit('london'), circuit('paris')],
    mappings: [mapping('london', LONDON), mapping('paris', PARIS)],
    hubs: [{ scope: 'hub', gateways: HUB_GATEWAYS }],
    hubConnections: hubCircuits.map((name) => ({ gateway: 'ergw-hub', name, circuit: name })),
  }
  const sessions = [LONDON, PARIS].map((neighbor) => createLongEstablishedSession('10.0.4.12', neighbor))
  ensureResourceState(context, GATEWAY).sessions = Object.fromEntries(sessions.map((fact) => [fact.neighbor, fact]))
  for (const [event, peersBefore] of losses)
    storeEventInTestContext(context, event, peersBefore ? { peersBefore, prefixes: PREFIXES } : {})
  const live = storeEventInTestContext(
    context,
    createOngoingEvent('no_path', GATEWAY, 'learned: site', { started: SINCE_OLD_TABLE }),
    { peersBefore: peers, prefixes: PREFIXES },
  )
  return isSiteEdgeLost(context, live)
}

const withdrawn = createOngoingEvent('mass_withdraw', GATEWAY, PARIS, { started: EARLIER })
const londonDown = (started = TIME_BOUNDS_SINCE_PREVIOUS_POLL) =>
  createOngoingEvent('circuit_down', 'london', 'AzurePrivatePeering', { started })
const inHub = createOngoingEvent('no_path', 'hub', '10.40.0.0/16', {
  started: SINCE_OLD_TABLE,
  flags: [UNDECLARED_RANGES_FLAG],
})

it.each<[string, boolean, string[], Losses, string[]?]>([
  ['two circuits that may have fallen together', true, [LONDON, PARIS], [[londonDown()]]],
  ['one circuit', false, [LONDON], [[londonDown()]]],
  ['a circuit after the withdrawal over another one', false, [LONDON], [[withdrawn, [PARIS]], [londonDown()]]],
  ['a circuit with the withdrawal over another one', true, [LONDON], [[withdrawn, [PARIS]], [londonDown(EARLIER)]]],
  ['one circuit, also in a hub', false, [LONDON], [[inHub, [HUB_PEER]]], ['london']],
  ['one circuit, and perhaps another one in a hub', false, [LONDON], [[inHub, [HUB_PEER]]], ['london', 'paris']],
  ['one circuit, and another one in a hub', true, [LONDON], [[inHub, [HUB_PEER]]], ['paris']],
  [
    'one circuit, and a named connection of a hub',
    true,
    [LONDON],
    [[inHub, [`${HUB_PEER}/paris`]]],
    ['london', 'paris'],
  ],
  ['one circuit, and the VPN of a hub', true, [LONDON], [[inHub, [HUB_VPN_PEER]]], ['london']],
])('a site that lost %s', (_, isLost, peers, losses, hubCircuits) =>
  expect(isEdgeLost(peers, losses, hubCircuits)).toBe(isLost),
)
