import fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  type Bounds,
  type CircuitPath,
  circuitPaths,
  type DetectedEvent,
  formatPathSubject,
  parsePeeringType,
} from '#lib/contract/index.ts'
import { MINUTE } from '#lib/contract/time/time.ts'
import { type DetectionContext, storeEventInScope } from '../../model/context.ts'
import { defaultSettings } from '../../model/settings.ts'
import { createResourceState, type SessionFact } from '../../model/scope-state.ts'
import { formatPollKey } from '../../model/subject.ts'
import type { CircuitNode, PeeringNode } from '../../model/topology.ts'
import type { TrafficByDirection } from '../../model/traffic.ts'
import { eventOf, LONG_AGO, NOW, sessionFact } from '../../testing/scene.ts'
import { quietEstate } from '../../testing/quiet-estate.ts'
import { CIRCUIT, circuitNode } from '../../testing/topologies.ts'
import { findDecisionTableCauses } from '../correlate/causes/decision-table.ts'
import { createTrafficState } from './traffic/traffic-state.ts'

const FELL: Bounds = { earliest: NOW - 11 * MINUTE, latest: NOW - 10 * MINUTE }
const HOLD = defaultSettings['timers.hold']

const peering = (name: string, n: number): PeeringNode => ({
  name,
  intent: { circuit: 'Enabled', provider: 'Provisioned', peering: 'Enabled' },
  customers: { primary: `192.0.${n}.1`, secondary: `192.0.${n}.5` },
  secondFamily: { primary: `fd00:${n}::1`, secondary: `fd00:${n}::5` },
  isCounted: true,
})
const PRIVATE = peering('AzurePrivatePeering', 2)
const MICROSOFT = peering('MicrosoftPeering', 3)

/** Times of a poll: before the fault, shortly after it, and more than a hold time after it. */
const readings = { before: FELL.earliest - MINUTE, soon: FELL.latest + 1_000, late: FELL.latest + HOLD + 1_000 }
const reading = fc.constantFrom(...(Object.keys(readings) as (keyof typeof readings)[]))

/** States of the layers of the peering that may prove the link. */
const link = fc.record({
  arp: fc.constantFrom('complete' as const, 'incomplete' as const, 'missing' as const, 'unknown' as const),
  arpRead: reading,
  session: fc.constantFrom('up' as const, 'restarted' as const, 'down' as const),
  sessionRead: reading,
  received: fc.constantFrom('since' as const, 'before' as const, 'nothing' as const),
  /** when Azure Monitor's bit rate showed traffic, and the values of ArpAvailability */
  rated: fc.constantFrom('since' as const, 'before' as const, 'nothing' as const),
  measured: fc.constantFrom('all along' as const, 'low' as const, 'before' as const, 'nothing' as const),
  hasFallen: fc.boolean(),
})
type Link = typeof link extends fc.Arbitrary<infer T> ? T : never

/** Reports whether the layers prove that the link works, computed independently of the code under test. */
const isProven = ({ arp, arpRead, session, sessionRead, received, rated, measured, hasFallen }: Link): boolean =>
  !hasFallen &&
  ((arp === 'complete' && arpRead !== 'before') ||
    (session === 'up' && sessionRead === 'late') ||
    (measured === 'all along' && arpRead === 'before') ||
    received === 'since' ||
    rated === 'since')

const isQuiet = ({ arp, session, received, rated, measured, hasFallen }: Link): boolean =>
  hasFallen ||
  (arp !== 'complete' &&
    session !== 'up' &&
    received === 'nothing' &&
    rated === 'nothing' &&
    (measured === 'nothing' || measured === 'low'))

function contextOf(failed: PeeringNode, other: PeeringNode, arp: string, links: Record<CircuitPath, Link>) {
  const circuit = circuitNode(PRIVATE, MICROSOFT)
  const scope = createResourceState()
  const quiet = quietEstate(NOW)
  const context: DetectionContext = {
    ...quiet,
    topology: { ...quiet.topology, circuits: [circuit], mappings: [], gateways: [] },
    scopes: { [CIRCUIT]: scope },
    lastGoodPolls: {},
  }
  const polled = context.lastGoodPolls as Record<string, { at: number; readAt: number; everyMs: number }>
  const session = (part: string, neighbor: string, more: Partial<SessionFact>) => {
    scope.sessions[`${part} ${neighbor}`] = sessionFact('', neighbor, { subresource: part, ...more })
  }
  const pairs: Partial<Record<CircuitPath, object[]>> = {}
  const rates: Partial<Record<CircuitPath, object[]>> = {}
  for (const path of circuitPaths) {
    const own = formatPathSubject(failed.name, path)
    session(own, failed.customers[path] ?? '', { level: 'down', since: FELL })
    scope.arp[own] = { state: arp as 'complete', empty: false, emptyPolls: 0, since: FELL }
    const its = formatPathSubject(other.name, path)
    const one = links[path]
    const sinceOf = { up: LONG_AGO, restarted: FELL, down: FELL }
    session(its, other.customers[path] ?? '', {
      level: one.session === 'down' ? 'down' : 'up',
      since: sinceOf[one.session],
    })
    scope.arp[its] = { state: one.arp, empty: false, emptyPolls: 0, since: one.arp === 'complete' ? LONG_AGO : FELL }
    polled[formatPollKey(CIRCUIT, its, 'arp')] = at(readings[one.arpRead])
    polled[formatPollKey(CIRCUIT, its, 'summary')] = at(readings[one.sessionRead])
    if (one.received !== 'nothing') {
      const earliest = one.received === 'since' ? FELL.latest + 1_000 : FELL.earliest - MINUTE
      pairs[path] = [{ earliest, latest: earliest + MINUTE, lengthMs: MINUTE, in: 5e6, out: 5e6 }]
    }
    if (one.rated !== 'nothing') {
      const moment = one.rated === 'since' ? FELL.latest + 1_000 : FELL.earliest - MINUTE
      rates[path] = [{ at: moment, grainMs: MINUTE, in: 5e6, out: 5e6 }]
    }
    if (one.measured !== 'nothing') {
      const isLate = one.measured !== 'before'
      const until = isLate ? FELL.latest + 2 * MINUTE : FELL.earliest
      scope.availability[`${its} arp`] = {
        reported: { earliest: FELL.earliest - MINUTE, latest: until },
        low: [],
        down: one.measured === 'low' ? [{ earliest: FELL.latest, latest: FELL.latest + MINUTE }] : [],
        well: { earliest: until - MINUTE, latest: until },
      }
    }
    if (one.hasFallen) storeEventInScope(context, eventOf('path_down', CIRCUIT, its, { started: FELL }))
  }
  polled[formatPollKey(CIRCUIT, other.name, 'stats')] = at(NOW - 1_000)
  const moving = { lost: null, deadBps: 8_000 }
  const meter = { in: moving, out: moving } as unknown as TrafficByDirection
  const fact = { meters: { primary: meter, secondary: meter }, pairs } as never
  const traffic = { ...createTrafficState(), fact }
  if (other.name === PRIVATE.name) scope.traffic = traffic
  else scope.otherTraffic = { [other.name]: traffic }
  const ofAll = { meters: {}, pairs: {}, peeringRates: { [parsePeeringType(other.name) ?? '']: rates } } as never
  scope.otherTraffic = { ...scope.otherTraffic, all: { ...createTrafficState(), fact: ofAll } }
  return context
}

const at = (moment: number) => ({ at: moment, readAt: moment, everyMs: MINUTE })
const isOfProvider = ({ causes }: Pick<DetectedEvent, 'causes'>) =>
  causes.some(
    ({ class: name, owner }) =>
      owner === 'provider' || name === 'provider_outage' || name === 'provider_or_customer_link',
  )

const isPrivateDown = fc.boolean()
const failedArp = fc.constantFrom('complete', 'incomplete', 'missing', 'unknown')

it('blames the link of a path only if nothing else proves that it works', () => {
  fc.assert(
    fc.property(isPrivateDown, failedArp, link, link, fc.boolean(), (isPrivate, arp, one, two, isDead) => {
      const [failed, other] = isPrivate ? [PRIVATE, MICROSOFT] : [MICROSOFT, PRIVATE]
      const context = contextOf(failed, other, arp, { primary: one, secondary: two })
      const subject = formatPathSubject(failed.name, 'primary')
      const event = isDead
        ? eventOf('green_but_dead', CIRCUIT, subject, { started: FELL, flags: ['by_arp'] })
        : eventOf('path_down', CIRCUIT, subject, { started: FELL })
      const causes = findDecisionTableCauses(context, storeEventInScope(context, event))
      if (isProven(one)) expect(isOfProvider({ causes })).toBe(false)
      else if (isQuiet(one) && (isDead || arp === 'incomplete' || arp === 'missing'))
        expect(causes[0]?.class).toBe('provider_or_customer_link')
    }),
    { numRuns: 2_000 },
  )
})

it('blames the provider for a peering only if nothing else proves one of its links', () => {
  fc.assert(
    fc.property(isPrivateDown, failedArp, link, link, (isPrivate, arp, one, two) => {
      const [failed, other] = isPrivate ? [PRIVATE, MICROSOFT] : [MICROSOFT, PRIVATE]
      const context = contextOf(failed, other, arp, { primary: one, secondary: two })
      const causes = findDecisionTableCauses(
        context,
        storeEventInScope(context, eventOf('circuit_down', CIRCUIT, failed.name, { started: FELL })),
      )
      if (isProven(one) || isProven(two)) expect(isOfProvider({ causes })).toBe(false)
      else if (isQuiet(one) && isQuiet(two) && arp !== 'complete') expect(causes[0]?.class).toBe('provider_outage')
    }),
    { numRuns: 2_000 },
  )
})

it.each(['path_down', 'session_down'] as const)(
  'takes the session of the other address family as proof: %s',
  (kind) => {
    const circuit: CircuitNode = circuitNode(PRIVATE)
    const quiet = quietEstate(NOW)
    const [v4, v6] = [PRIVATE.customers.primary ?? '', PRIVATE.secondFamily?.primary ?? '']
    const own = formatPathSubject(PRIVATE.name, 'primary')
    const [down, up] = kind === 'path_down' ? [v4, v6] : [v6, v4]
    const causesAt = (readAt: number) => {
      const scope = createResourceState()
      scope.sessions['down'] = sessionFact('a', down, { subresource: own, level: 'down', since: FELL })
      scope.sessions['up'] = sessionFact('b', up, { subresource: own })
      scope.arp[own] = { state: 'incomplete', empty: false, emptyPolls: 0, since: FELL }
      const context: DetectionContext = {
        ...quiet,
        topology: { ...quiet.topology, circuits: [circuit], mappings: [], gateways: [] },
        scopes: { [CIRCUIT]: scope },
        lastGoodPolls: { [formatPollKey(CIRCUIT, own, 'summary')]: at(readAt) },
      }
      const subject = kind === 'path_down' ? own : `a~${down}`
      return findDecisionTableCauses(
        context,
        storeEventInScope(context, eventOf(kind, CIRCUIT, subject, { started: FELL })),
      )
    }
    expect(causesAt(readings.late).some(({ class: name }) => name === 'provider_or_customer_link')).toBe(false)
    if (kind === 'path_down') {
      expect(causesAt(readings.late)[0]).toMatchObject({ class: 'peering_fault', owner: 'onprem' })
      expect(causesAt(readings.soon)[0]).toMatchObject({ class: 'provider_or_customer_link', confidence: 0.34 })
    }
  },
)

it.each([
  ['exchange', 'onprem', 'on the customer router'],
  ['telco', 'provider', 'who runs its router'],
  ['direct', 'onprem', 'on the customer router'],
] as const)(
  'names who runs the router of a peering that failed on a working link: %s',
  (connectivity, owner, words) => {
    const quiet: Link = {
      arp: 'complete',
      arpRead: 'late',
      session: 'down',
      sessionRead: 'soon',
      received: 'nothing',
      rated: 'nothing',
      measured: 'nothing',
      hasFallen: false,
    }
    const context = contextOf(PRIVATE, MICROSOFT, 'incomplete', { primary: quiet, secondary: quiet })
    const circuits = context.topology.circuits.map((circuit) => ({ ...circuit, connectivity }))
    const event = eventOf('path_down', CIRCUIT, formatPathSubject(PRIVATE.name, 'primary'), { started: FELL })
    const [cause] = findDecisionTableCauses(
      { ...context, topology: { ...context.topology, circuits } },
      storeEventInScope(context, event),
    )
    expect(cause).toMatchObject({ class: 'peering_fault', owner })
    expect(cause?.nextStep).toContain(words)
  },
)
