import { describe, expect, it } from 'vitest'
import { GATEWAY_ASN, MSEE_ASN } from '#lib/bgp/index.ts'
import type { DetectedEvent, EventKind } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { ensureResourceState } from '../../../model/context.ts'
import type { SessionFact } from '../../../model/scope-state.ts'
import { formatPollKey } from '../../../model/subject.ts'
import type { GatewayNode } from '../../../model/topology.ts'
import {
  createOngoingEvent,
  TIME_BOUNDS_SINCE_PREVIOUS_POLL,
  storeEventInTestContext,
  createEvaluationStageTestInput,
  createLongEstablishedSession,
} from '../../../testing/scene.ts'
import { findDecisionTableCauses } from './decision-table.ts'

const GATEWAY = 'gw'
const DOWN = { level: 'down', since: TIME_BOUNDS_SINCE_PREVIOUS_POLL } as const
const APPLIANCE = 65010

interface Seen {
  kind: EventKind
  subject: string
  gateway: GatewayNode['kind']
  sessions: SessionFact[]
  /** neighbors whose routes the event is about */
  peers?: string[]
  beside?: DetectedEvent[]
  /** begin of the last good poll of the gateway's sessions; absent = no poll is known */
  sessionsReadAt?: number
}

/** Returns the owners that the causes of an event at a gateway name, likeliest first. */
function ownersOf({ kind, subject, gateway, sessions, peers, beside = [], sessionsReadAt }: Seen): string[] {
  const { context } = createEvaluationStageTestInput({ kind: 'peers', scope: GATEWAY })
  context.topology.gateways.push({
    scope: GATEWAY,
    name: GATEWAY,
    kind: gateway,
    provisioningState: 'Succeeded',
    circuits: [],
  })
  ensureResourceState(context, GATEWAY).sessions = Object.fromEntries(sessions.map((fact, n) => [String(n), fact]))
  if (sessionsReadAt !== undefined)
    context.lastGoodPolls = {
      [formatPollKey(GATEWAY, '', 'peers')]: { at: sessionsReadAt, readAt: sessionsReadAt, everyMs: MS_PER_MINUTE },
    }
  for (const event of beside) storeEventInTestContext(context, event)
  const live = storeEventInTestContext(
    context,
    createOngoingEvent(kind, GATEWAY, subject),
    peers ? { peersBefore: peers } : {},
  )
  return findDecisionTableCauses(context, live).map(({ owner }) => owner)
}

const inner = (more: Partial<SessionFact> = {}) =>
  createLongEstablishedSession('10.0.5.4', '10.0.5.5', { asn: GATEWAY_ASN, ...more })
const outer = (neighbor: string, more: Partial<SessionFact> = {}) =>
  createLongEstablishedSession('10.0.5.4', neighbor, { asn: APPLIANCE, ...more })
const instanceLost = { kind: 'gateway_instance_lost', subject: '10.0.5.4', gateway: 'vpn' } as const

describe('nobody is blamed without evidence', () => {
  it.each<[string, Seen, string[]]>([
    [
      'one tunnel of a VPN instance whose sibling still reaches it',
      { ...instanceLost, sessions: [outer('10.200.0.1', DOWN), inner()] },
      ['onprem'],
    ],
    [
      'a VPN instance that its sibling lost too',
      { ...instanceLost, sessions: [outer('10.200.0.1', DOWN), inner(DOWN)] },
      ['microsoft'],
    ],
    [
      'a VPN instance whose session with its sibling restarted with the others',
      {
        ...instanceLost,
        kind: 'gateway_instance_restarted',
        sessions: [outer('10.200.0.1'), inner({ since: TIME_BOUNDS_SINCE_PREVIOUS_POLL })],
      },
      ['microsoft'],
    ],
    [
      'a VPN instance that lost two devices at once',
      { ...instanceLost, sessions: [outer('10.200.0.1', DOWN), outer('10.200.0.2', DOWN), inner()] },
      ['microsoft'],
    ],
    [
      'a Route Server that lost every appliance',
      { kind: 'gateway_isolated', subject: GATEWAY, gateway: 'routeServer', sessions: [outer('10.250.2.4', DOWN)] },
      [],
    ],
    [
      'an ExpressRoute gateway that lost every edge router',
      {
        kind: 'gateway_isolated',
        subject: GATEWAY,
        gateway: 'expressRoute',
        sessions: [outer('10.0.4.4', { ...DOWN, asn: MSEE_ASN })],
      },
      ['microsoft'],
    ],
    [
      'instances that learn different routes from an appliance',
      { kind: 'instance_divergence', subject: '10.200.0.1', gateway: 'vpn', sessions: [outer('10.200.0.1')] },
      [],
    ],
    [
      'instances that learn different routes from an edge router',
      {
        kind: 'instance_divergence',
        subject: '10.0.4.4',
        gateway: 'expressRoute',
        sessions: [outer('10.0.4.4', { asn: MSEE_ASN })],
      },
      ['microsoft'],
    ],
    [
      'a default route that went with its session',
      {
        kind: 'default_route_disappeared',
        subject: '0.0.0.0/0',
        gateway: 'vpn',
        sessions: [outer('10.200.0.1', DOWN)],
        peers: ['10.200.0.1'],
        beside: [createOngoingEvent('session_down', GATEWAY, '10.0.5.4~10.200.0.1')],
      },
      [],
    ],
    [
      'a default route that went while its session stayed',
      {
        kind: 'default_route_disappeared',
        subject: '0.0.0.0/0',
        gateway: 'vpn',
        sessions: [outer('10.200.0.1')],
        peers: ['10.200.0.1'],
      },
      ['onprem'],
    ],
    ['prefixes that went after the last poll of their session', withdrawnAfterPollAt(-1_000), []],
    ['prefixes that went before a poll that shows their session', withdrawnAfterPollAt(1_000), ['onprem']],
    [
      'prefixes that the gateway itself announces',
      { kind: 'prefix_headroom', subject: 'advertised to 10.0.4.4', gateway: 'expressRoute', sessions: [] },
      ['own_change'],
    ],
    ["prefixes that a customer's router announces", { ...headroomOfPath(), sessions: [] }, ['onprem']],
    [
      'bytes that stop while BGP and ARP work',
      { kind: 'green_but_dead', subject: 'AzurePrivatePeering', gateway: 'expressRoute', sessions: [] },
      ['unknown'],
    ],
  ])('%s', (_, seen, owners) => expect(ownersOf(seen)).toEqual(owners))
})

/** Returns withdrawn prefixes whose session was last polled, and up, at a time relative to the end of their bounds. */
function withdrawnAfterPollAt(afterMs: number): Seen {
  const sessionsReadAt = TIME_BOUNDS_SINCE_PREVIOUS_POLL.latest + afterMs
  const of = { subject: '10.200.0.1', peers: ['10.200.0.1'], sessions: [outer('10.200.0.1')] }
  return { kind: 'mass_withdraw', gateway: 'vpn', ...of, sessionsReadAt }
}

function headroomOfPath() {
  return { kind: 'prefix_headroom', subject: 'AzurePrivatePeering/primary', gateway: 'expressRoute' } as const
}
