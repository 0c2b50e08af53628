import type { LastArpState } from '../../../model/signal.ts'
import { describe, expect, it } from 'vitest'
import { type DetectedEvent, type EventKind, type RouterDownReason, formatSessionSubject } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { defaultSettings } from '../../../model/settings.ts'
import { byLog, createNotificationDownReason, createTestSessionReportedByRouter } from '../../../testing/router-ends.ts'
import { createTwoCircuitEstate } from '../../../testing/estates.ts'
import { type DetectionContext, storeEventInScope } from '../../../model/context.ts'
import { findCustomerMac } from '../../../verdict/index.ts'
import type { RouterSideSession } from '../../../model/router-side-session.ts'
import type { NeighborPathMapping } from '../../../model/topology.ts'
import { createResourceState, type LiveEvent } from '../../../model/scope-state.ts'
import { assignCandidateCauses } from './index.ts'
import { createLongEstablishedSession } from '../../../testing/scene.ts'
import { findCircuitDownCauses, findPathDownCauses } from './circuit-causes.ts'
import { findDecisionTableCauses } from './decision-table.ts'

const PRIMARY = 'AzurePrivatePeering/primary'

function context(routers: Record<string, string[]> = {}): DetectionContext {
  const topology = createTwoCircuitEstate().topology()
  const mark: DetectionContext['mark'] = {
    sourceId: 1,
    scope: 'ckt-lon',
    subresource: PRIMARY,
    kind: 'summary',
    startedAt: 10 * MS_PER_MINUTE,
    finishedAt: 10 * MS_PER_MINUTE + 2_000,
    outcome: 'ok',
    previousOkAt: 9 * MS_PER_MINUTE,
    previousAttemptAt: 9 * MS_PER_MINUTE,
    silentInstances: [],
  }
  const sites = [{ name: 'dc-a', prefixes: [], home: null, routers }]
  return { topology: { ...topology, sites }, scopes: {}, mark, everyMs: MS_PER_MINUTE, settings: defaultSettings }
}

function event(kind: EventKind, scope: string, subject: string, flags: string[] = []): DetectedEvent {
  const started = { earliest: 9 * MS_PER_MINUTE, latest: 10 * MS_PER_MINUTE }
  return {
    key: `${kind} ${scope} ${subject}`,
    kind,
    severity: 'major',
    scope,
    subject,
    started,
    ended: null,
    duration: null,
    detectedAt: started.latest,
    evidence: [],
    causes: [],
    flags,
  }
}

describe('the cause of a path that fell', () => {
  const fall = event('path_down', 'ckt-lon', PRIMARY)
  const first = (of: DetectionContext) => findPathDownCauses(of, fall)[0]?.class

  it('is the declared router, where paths of several circuits that end on it fell together', () => {
    const of = context({ 'ce-a1': ['172.16.0.1', '172.16.1.1'] })
    storeEventInScope(of, fall)
    expect(first(of)).not.toBe('ce_router_loss')
    storeEventInScope(of, event('path_down', 'ckt-ams', PRIMARY))
    expect(first(of)).toBe('ce_router_loss')
    expect(first(context({ 'ce-a1': ['172.16.0.1'] }))).not.toBe('ce_router_loss')
  })

  const lost = (reason: RouterDownReason): RouterSideSession =>
    createTestSessionReportedByRouter([{ state: 'down', reason, from: fall.started, to: null }], {
      observed: [{ from: 0, to: fall.started.latest }],
    })
  it.each<[string, RouterDownReason, string]>([
    ['its hold timer expired', createNotificationDownReason('local', 4, 0), 'provider_or_customer_link'],
    ['BFD found the neighbor gone', createNotificationDownReason('local', 6, 10), 'provider_or_customer_link'],
    [
      'its state machine had no message in time',
      { by: 'localWithoutNotification', fsmEvent: 10 },
      'provider_or_customer_link',
    ],
    ['BFD of Azure’s end found it gone', createNotificationDownReason('remote', 6, 10), 'provider_or_customer_link'],
    [
      'BFD, by a Hard Reset',
      {
        by: 'local',
        notification: { code: 6, subcode: 9, communication: null, hardResetOf: { code: 6, subcode: 10 } },
      },
      'provider_or_customer_link',
    ],
    ['so does its log of the hold timer', byLog('holdTimer'), 'provider_or_customer_link'],
    ['so does its log of BFD', byLog('bfd'), 'provider_or_customer_link'],
    ['its interface went down', byLog('interface'), 'provider_or_customer_link'],
    ['the edge router’s hold timer expired', createNotificationDownReason('remote', 4, 0), 'customer_bgp'],
    ['an error that Azure’s end found in its messages', createNotificationDownReason('remote', 3, 1), 'customer_bgp'],
    ['it does not say why', { by: 'localWithoutNotification', fsmEvent: 0 }, 'unknown_cause'],
    ['its log does not say why', byLog('unknown'), 'unknown_cause'],
    ['the connection was closed without a word', { by: 'remoteWithoutNotification' }, 'unknown_cause'],
  ])('follows what the customer’s router says where ARP is complete: %s', (_, reason, name) => {
    const of = context()
    const state = { empty: false, emptyPolls: 0, since: fall.started, mac: null }
    of.scopes['ckt-lon'] = { ...createResourceState(), arp: { [PRIMARY]: { ...state, state: 'complete' } } }
    of.routerEnds = [lost(reason)]
    expect(findPathDownCauses(of, fall)[0]).toMatchObject({ class: name })
  })

  it.each<[string, RouterDownReason, string]>([
    ['a shutdown at Azure’s end', createNotificationDownReason('remote', 6, 2), 'closed_by_microsoft'],
    ['a reset at Azure’s end', createNotificationDownReason('remote', 6, 4), 'closed_by_microsoft'],
    ['a Hard Reset by Azure’s end', createNotificationDownReason('remote', 6, 9), 'closed_by_microsoft'],
    ['Azure’s end being out of resources', createNotificationDownReason('remote', 6, 8), 'closed_by_microsoft'],
    ['a shutdown at the router', createNotificationDownReason('local', 6, 2), 'closed_by_customer'],
    ['a reset at the router', createNotificationDownReason('local', 6, 4), 'closed_by_customer'],
    ['an operator, by its log', byLog('operator'), 'closed_by_customer'],
    ['the router being out of resources', createNotificationDownReason('local', 6, 8), 'unknown_cause'],
    ['more prefixes than Azure’s end takes', createNotificationDownReason('remote', 6, 1), 'prefix_limit_exceeded'],
    ['more prefixes than the router takes', createNotificationDownReason('local', 6, 1), 'closed_by_customer'],
    ['BFD at the router', createNotificationDownReason('local', 6, 10), 'provider_or_customer_link'],
    ['BFD at Azure’s end', createNotificationDownReason('remote', 6, 10), 'provider_or_customer_link'],
    ['BFD, by its log', byLog('bfd'), 'provider_or_customer_link'],
    ['its hold timer', createNotificationDownReason('local', 4, 0), 'provider_or_customer_link'],
    ['the hold timer of Azure’s end', createNotificationDownReason('remote', 4, 0), 'customer_bgp'],
    ['an UPDATE that Azure’s end refuses', createNotificationDownReason('remote', 3, 1), 'customer_bgp'],
    ['a connection that was closed without a word', { by: 'remoteWithoutNotification' }, 'unknown_cause'],
    ['connections that collided', createNotificationDownReason('remote', 6, 7), 'unknown_cause'],
  ])(
    'of one session alone is what its router says, open, over or as all that the circuit has: %s',
    (_, reason, name) => {
      const subject = formatSessionSubject({ localAddress: '172.16.0.2', neighbor: '172.16.0.1' })
      const since = fall.started
      const own = createLongEstablishedSession('172.16.0.2', '172.16.0.1', {
        subresource: PRIMARY,
        level: 'down',
        since,
        asn: 65_001,
      })
      const rise = { earliest: since.latest, latest: since.latest + 1_000 }
      const lives = [
        { ...event('session_down', 'ckt-lon', subject) },
        { ...event('session_flap', 'ckt-lon', subject), ended: rise },
        { ...event('circuit_down', 'ckt-lon', 'AzurePrivatePeering') },
      ]
      for (const one of lives) {
        const of = context()
        of.scopes['ckt-lon'] = { ...createResourceState(), sessions: { own } }
        const end = lost(reason)
        const up = { state: 'up' as const, reason: null, from: rise, to: null }
        of.routerEnds = [one.ended ? { ...end, spans: [...end.spans.map((span) => ({ ...span, to: rise })), up] } : end]
        const live = storeEventInScope(of, one)
        assignCandidateCauses(of)
        const found = live.event.causes[0]
        // the layers give the cause of a lost circuit if the router fell silent or gave no reason
        const isOfLayers = one.kind === 'circuit_down' && (name === 'customer_bgp' || name === 'unknown_cause')
        expect([one.kind, isOfLayers ? name : found?.class]).toEqual([one.kind, name])
      }
    },
  )

  it('of a VPN gateway’s session is what the device at its other end says', () => {
    const [instance, device] = ['10.1.0.12', '172.16.9.1']
    const subject = formatSessionSubject({ localAddress: instance, neighbor: device })
    const causesBy = (on: RouterSideSession['on']) => {
      const of = context()
      of.scopes['vpngw'] = {
        ...createResourceState(),
        sessions: {
          own: createLongEstablishedSession(instance, device, { level: 'down', since: fall.started, asn: 65_010 }),
        },
      }
      of.routerEnds = [{ ...lost(createNotificationDownReason('local', 6, 2)), on, customer: device, router: 'vpn-1' }]
      const live = storeEventInScope(of, event('session_down', 'vpngw', subject))
      assignCandidateCauses(of)
      return live.event.causes[0]
    }
    expect(causesBy({ gateway: 'vpngw', instance })).toMatchObject({ class: 'closed_by_customer', owner: 'onprem' })
    expect(causesBy({ gateway: 'vpngw', instance: '10.1.0.13' })?.class).not.toBe('closed_by_customer')
    expect(causesBy({ gateway: 'another', instance })?.class).not.toBe('closed_by_customer')
  })

  it.each<[EventKind, string[]]>([
    ['session_flap', ['provider_or_customer_link']],
    ['session_flapping', []],
  ])('what ended one session names no cause of all restarts: %s', (kind, names) => {
    const of = context()
    of.routerEnds = [lost(createNotificationDownReason('local', 4, 0))]
    const live = storeEventInScope(
      of,
      event(kind, 'ckt-lon', formatSessionSubject({ localAddress: '172.16.0.2', neighbor: '172.16.0.1' })),
    )
    expect(findDecisionTableCauses(of, live).map((one) => one.class)).toEqual(names)
  })

  it.each<[string, string, string, boolean]>([
    ['one box by its MAC address', '0600.aaaa.0001', '06:00:aa:aa:00:01', true],
    ['another box', '0600.aaaa.0001', '0600.aaaa.0002', false],
    ['a virtual router (VRRP), whose address stands on many', '00:00:5e:00:01:0a', '00:00:5e:00:01:0a', false],
    ['a virtual router (HSRP)', '0000.0c07.ac0a', '0000.0c07.ac0a', false],
    ['one whose entry never was complete', '', '', false],
  ])('is the router, where nobody declared one and the paths ended on %s', (_, here, there, isRouter) => {
    const of = context()
    const arpOf = (mac: string): LastArpState => ({
      state: 'incomplete',
      empty: false,
      emptyPolls: 0,
      since: { earliest: 9 * MS_PER_MINUTE, latest: 10 * MS_PER_MINUTE },
      mac: findCustomerMac([{ interface: 'On-Prem', macAddress: mac || null }]),
    })
    of.scopes['ckt-lon'] = { ...createResourceState(), arp: { [PRIMARY]: arpOf(here) } }
    of.scopes['ckt-ams'] = { ...createResourceState(), arp: { [PRIMARY]: arpOf(there) } }
    storeEventInScope(of, fall)
    expect(first(of)).not.toBe('ce_router_loss')
    storeEventInScope(of, event('path_down', 'ckt-ams', PRIMARY))
    expect(first(of) === 'ce_router_loss').toBe(isRouter)
  })

  it.each<[string, number | null, boolean]>([
    ['is Microsoft’s edge router, if the gateways lost it too', null, true],
    ['is Microsoft’s edge router, if a gateway lost another one minutes before', 4 * MS_PER_MINUTE, true],
    ['is Microsoft’s edge router, if the poll before showed the loss of another one', MS_PER_MINUTE + 1, true],
    ['is unclear, if a gateway lost another one at that moment, whose path works', 0, false],
  ])('%s', (_, earlierMs, isEdge) => {
    const of = context()
    const lose = (isOf: (one: NeighborPathMapping) => boolean, beforeMs = 0) => {
      for (const { gateway, neighbor } of of.topology.mappings.filter(isOf)) {
        const loss = event('peer_lost', gateway, neighbor)
        const { earliest, latest } = loss.started
        storeEventInScope(of, { ...loss, started: { earliest: earliest - beforeMs, latest: latest - beforeMs } })
      }
    }
    lose(({ circuit, path }) => circuit === 'ckt-lon' && path === 'primary')
    if (earlierMs !== null) lose(({ circuit, path }) => circuit === 'ckt-ams' && path === 'secondary', earlierMs)
    expect(first(of) === 'msee_device').toBe(isEdge)
  })

  it('is Microsoft’s maintenance, where Microsoft had drained that very path', () => {
    const drained = (peersBefore: string[], peersAfter: string[]) => {
      const of = context()
      const shift: Omit<LiveEvent, 'event'> = { confirm: null, peersBefore, peersAfter }
      storeEventInScope(of, event('best_path_shift', 'ckt-lon', '10.0.4.4,10.0.4.5 > 10.0.4.5', ['drain']), shift)
      return first(of)
    }
    expect(drained(['10.0.4.4', '10.0.4.5'], ['10.0.4.5'])).toBe('msee_maintenance')
    expect(drained(['10.0.4.4', '10.0.4.5'], ['10.0.4.4'])).not.toBe('msee_maintenance')
  })
})

it('a circuit that Microsoft holds down for its prefixes is no outage of a provider', () => {
  const of = context()
  const down = event('circuit_down', 'ckt-lon', 'AzurePrivatePeering')
  storeEventInScope(of, down)
  // the site's edge is less likely while no other circuit is lost, so that the provider is named
  expect(findCircuitDownCauses(of, down).map(({ class: name, confidence }) => [name, confidence])).toEqual([
    ['provider_outage', 0.6],
    ['onprem_edge_loss', 0.4],
  ])
  const scope = of.scopes['ckt-lon']
  if (!scope) throw new Error('the event has made no scope')
  scope.sessions['primary'] = {
    subresource: PRIMARY,
    localAddress: '172.16.0.2',
    neighbor: '172.16.0.1',
    asn: 65001,
    level: 'down',
    since: down.started,
    downReason: 'prefixLimit',
    prefixes: null,
    lastPrefixes: 4_000,
    countBetween: null,
  }
  expect(findCircuitDownCauses(of, down).map(({ class: name }) => name)).toEqual(['prefix_limit_exceeded'])
})

describe('the party behind two circuits of different providers, of which a third circuit stays up', () => {
  const down = event('circuit_down', 'ckt-lon', 'AzurePrivatePeering')
  const ams = event('circuit_down', 'ckt-ams', 'AzurePrivatePeering')
  const later = { earliest: 10 * MS_PER_MINUTE + 30_000, latest: 11 * MS_PER_MINUTE }
  const act = event('provider_state_changed', 'ckt-ams', 'ckt-ams')
  it.each<[string, DetectedEvent[], number, number]>([
    ['is the site, if both may have fallen at one moment', [ams], 0.4, 0.5],
    ['is unknown, if they certainly fell at different moments', [{ ...ams, started: later }], 0.4, 0.4],
    ['is the provider, if an act explains the other loss', [act, { ...ams, partOf: act.key }], 0.6, 0.4],
  ])('%s', (_, others, provider, site) => {
    const of = context()
    const [lon] = of.topology.circuits
    if (!lon) throw new Error('the estate has no circuit')
    of.topology = {
      ...of.topology,
      circuits: [...of.topology.circuits, { ...lon, scope: 'ckt-zrh', provider: 'Third' }],
    }
    for (const one of [down, ...others]) storeEventInScope(of, one)
    expect(findCircuitDownCauses(of, down).map(({ class: name, confidence }) => [name, confidence])).toEqual([
      ['provider_outage', provider],
      ['onprem_edge_loss', site],
    ])
  })
})

it.each([
  { arp: 'complete', provider: 0.42 },
  { arp: 'incomplete', provider: 0.6 },
] as const)(
  'a provider is named for a lost circuit if ARP, last $arp, does not speak against it',
  ({ arp, provider }) => {
    const of = context()
    const down = event('circuit_down', 'ckt-lon', 'AzurePrivatePeering')
    storeEventInScope(of, down)
    const since = { earliest: MS_PER_MINUTE, latest: 2 * MS_PER_MINUTE }
    const read: LastArpState = { state: arp, empty: false, emptyPolls: 0, since, mac: null }
    const paths = ['AzurePrivatePeering/primary', 'AzurePrivatePeering/secondary']
    Object.assign(of.scopes['ckt-lon'] ?? {}, { arp: Object.fromEntries(paths.map((path) => [path, read])) })
    const [outage] = findCircuitDownCauses(of, down)
    expect(outage).toMatchObject({ class: 'provider_outage', confidence: provider })
  },
)
