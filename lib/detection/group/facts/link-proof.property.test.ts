import fc from 'fast-check'
import { expect, it } from 'vitest'
import {
  type TimestampBounds,
  type CircuitPath,
  circuitPaths,
  type DetectedEvent,
  formatPathSubject,
  parsePeeringType,
} from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { type DetectionContext, storeEventInScope } from '../../model/context.ts'
import { defaultSettings } from '../../model/settings.ts'
import { createResourceState, type SessionFact } from '../../model/scope-state.ts'
import { formatPollKey } from '../../model/subject.ts'
import type { CircuitNode, CircuitPeeringNode } from '../../model/topology.ts'
import type { TrafficByDirection } from '../../model/traffic.ts'
import {
  createOngoingEvent,
  LONG_AGO_TIME_BOUNDS,
  TEST_POLL_END_TIME,
  createLongEstablishedSession,
} from '../../testing/scene.ts'
import { quietEstate } from '../../testing/quiet-estate.ts'
import { TEST_CIRCUIT_SCOPE, circuitNode } from '../../testing/topologies.ts'
import { findDecisionTableCauses } from '../correlate/causes/decision-table.ts'
import { createTrafficState } from './traffic/traffic-state.ts'

const FELL: TimestampBounds = {
  earliest: TEST_POLL_END_TIME - 11 * MS_PER_MINUTE,
  latest: TEST_POLL_END_TIME - 10 * MS_PER_MINUTE,
}
const HOLD = defaultSettings['timers.hold']

const peering = (name: string, n: number): CircuitPeeringNode => ({
  name,
  intent: { circuit: 'Enabled', provider: 'Provisioned', peering: 'Enabled' },
  customers: { primary: `192.0.${n}.1`, secondary: `192.0.${n}.5` },
  secondFamily: { primary: `fd00:${n}::1`, secondary: `fd00:${n}::5` },
  isCounted: true,
})
const PRIVATE = peering('AzurePrivatePeering', 2)
const MICROSOFT = peering('MicrosoftPeering', 3)

/** Times of a poll: before the fault, shortly after it, and more than a hold time after it. */
const readings = { before: FELL.earliest - MS_PER_MINUTE, soon: FELL.latest + 1_000, late: FELL.latest + HOLD + 1_000 }
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

function contextOf(
  failed: CircuitPeeringNode,
  other: CircuitPeeringNode,
  arp: string,
  links: Record<CircuitPath, Link>,
) {
  const circuit = circuitNode(PRIVATE, MICROSOFT)
  const scope = createResourceState()
  const quiet = quietEstate(TEST_POLL_END_TIME)
  const context: DetectionContext = {
    ...quiet,
    topology: { ...quiet.topology, circuits: [circuit], mappings: [], gateways: [] },
    scopes: { [TEST_CIRCUIT_SCOPE]: scope },
    lastGoodPolls: {},
  }
  const polled = context.lastGoodPolls as Record<string, { at: number; readAt: number; everyMs: number }>
  const session = (part: string, neighbor: string, more: Partial<SessionFact>) => {
    scope.sessions[`${part} ${neighbor}`] = createLongEstablishedSession('', neighbor, { subresource: part, ...more })
  }
  const pairs: Partial<Record<CircuitPath, object[]>> = {}
  const rates: Partial<Record<CircuitPath, object[]>> = {}
  for (const path of circuitPaths) {
    const own = formatPathSubject(failed.name, path)
    session(own, failed.customers[path] ?? '', { level: 'down', since: FELL })
    scope.arp[own] = { state: arp as 'complete', empty: false, emptyPolls: 0, since: FELL }
    const its = formatPathSubject(other.name, path)
    const one = links[path]
    const sinceOf = { up: LONG_AGO_TIME_BOUNDS, restarted: FELL, down: FELL }
    session(its, other.customers[path] ?? '', {
      level: one.session === 'down' ? 'down' : 'up',
      since: sinceOf[one.session],
    })
    scope.arp[its] = {
      state: one.arp,
      empty: false,
      emptyPolls: 0,
      since: one.arp === 'complete' ? LONG_AGO_TIME_BOUNDS : FELL,
    }
    polled[formatPollKey(TEST_CIRCUIT_SCOPE, its, 'arp')] = at(readings[one.arpRead])
    polled[formatPollKey(TEST_CIRCUIT_SCOPE, its, 'summary')] = at(readings[one.sessionRead])
    if (one.received !== 'nothing') {
      const earliest = one.received === 'since' ? FELL.latest + 1_000 : FELL.earliest - MS_PER_MINUTE
      pairs[path] = [{ earliest, latest: earliest + MS_PER_MINUTE, lengthMs: MS_PER_MINUTE, in: 5e6, out: 5e6 }]
    }
    if (one.rated !== 'nothing') {
      const moment = one.rated === 'since' ? FELL.latest + 1_000 : FELL.earliest - MS_PER_MINUTE
      rates[path] = [{ at: moment, grainMs: MS_PER_MINUTE, in: 5e6, out: 5e6 }]
    }
    if (one.measured !== 'nothing') {
      const isLate = one.measured !== 'before'
      const until = isLate ? FELL.latest + 2 * MS_PER_MINUTE : FELL.earliest
      scope.availability[`${its} arp`] = {
        reported: { earliest: FELL.earliest - MS_PER_MINUTE, latest: until },
        low: [],
        down: one.measured === 'low' ? [{ earliest: FELL.latest, latest: FELL.latest + MS_PER_MINUTE }] : [],
        well: { earliest: until - MS_PER_MINUTE, latest: until },
      }
    }
    if (one.hasFallen)
      storeEventInScope(context, createOngoingEvent('path_down', TEST_CIRCUIT_SCOPE, its, { started: FELL }))
  }
  polled[formatPollKey(TEST_CIRCUIT_SCOPE, other.name, 'stats')] = at(TEST_POLL_END_TIME - 1_000)
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

const at = (moment: number) => ({ at: moment, readAt: moment, everyMs: MS_PER_MINUTE })
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
        ? createOngoingEvent('green_but_dead', TEST_CIRCUIT_SCOPE, subject, { started: FELL, flags: ['by_arp'] })
        : createOngoingEvent('path_down', TEST_CIRCUIT_SCOPE, subject, { started: FELL })
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
        storeEventInScope(
          context,
          createOngoingEvent('circuit_down', TEST_CIRCUIT_SCOPE, failed.name, { started: FELL }),
        ),
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
    const quiet = quietEstate(TEST_POLL_END_TIME)
    const [v4, v6] = [PRIVATE.customers.primary ?? '', PRIVATE.secondFamily?.primary ?? '']
    const own = formatPathSubject(PRIVATE.name, 'primary')
    const [down, up] = kind === 'path_down' ? [v4, v6] : [v6, v4]
    const causesAt = (readAt: number) => {
      const scope = createResourceState()
      scope.sessions['down'] = createLongEstablishedSession('a', down, { subresource: own, level: 'down', since: FELL })
      scope.sessions['up'] = createLongEstablishedSession('b', up, { subresource: own })
      scope.arp[own] = { state: 'incomplete', empty: false, emptyPolls: 0, since: FELL }
      const context: DetectionContext = {
        ...quiet,
        topology: { ...quiet.topology, circuits: [circuit], mappings: [], gateways: [] },
        scopes: { [TEST_CIRCUIT_SCOPE]: scope },
        lastGoodPolls: { [formatPollKey(TEST_CIRCUIT_SCOPE, own, 'summary')]: at(readAt) },
      }
      const subject = kind === 'path_down' ? own : `a~${down}`
      return findDecisionTableCauses(
        context,
        storeEventInScope(context, createOngoingEvent(kind, TEST_CIRCUIT_SCOPE, subject, { started: FELL })),
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
    const event = createOngoingEvent('path_down', TEST_CIRCUIT_SCOPE, formatPathSubject(PRIVATE.name, 'primary'), {
      started: FELL,
    })
    const [cause] = findDecisionTableCauses(
      { ...context, topology: { ...context.topology, circuits } },
      storeEventInScope(context, event),
    )
    expect(cause).toMatchObject({ class: 'peering_fault', owner })
    expect(cause?.nextStep).toContain(words)
  },
)
