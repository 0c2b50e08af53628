import { describe, expect, it } from 'vitest'
import { SITE_A_PREFIXES, createThreeCircuitEstate, createTwoCircuitEstate } from '../../testing/estates.ts'
import { runTestTimeline } from '#lib/poller/memory/testing/play.ts'
import { parseTimeOfSimulatedDay, type TestTimelineChange } from '#lib/poller/memory/testing/timeline.ts'
import {
  announceSimulatedPrefixes,
  endSimulatedCustomerSession,
  endSimulatedNeighborSessions,
  startSimulatedCustomerSession,
  startSimulatedNeighborSessions,
  withdrawSimulatedPrefixes,
} from '../../testing/happenings.ts'
import {
  createOngoingEvent,
  TIME_BOUNDS_SINCE_PREVIOUS_POLL,
  LONG_AGO_TIME_BOUNDS,
  TEST_POLL_END_TIME,
  storeEventInTestContext,
  createEvaluationStageTestInput,
} from '../../testing/scene.ts'
import { ADMINISTRATIVE_FLAG } from './administrative.ts'
import { groupEventsIntoIncidents } from './incidents.ts'

const LON = ['10.0.4.4', '10.0.4.5']
const AMS = ['10.0.4.6', '10.0.4.7']
type Path = 'primary' | 'secondary'

const falls = (path: Path): TestTimelineChange => ({
  at: '9:55:10',
  do: (world) => endSimulatedCustomerSession(world, 'ckt-lon', path),
})
const rises = (at: string, path: Path): TestTimelineChange => ({
  at,
  do: (world, time) => startSimulatedCustomerSession(world, 'ckt-lon', path, time),
})
const leaves: TestTimelineChange = {
  at: '9:55:10',
  do: (world) => withdrawSimulatedPrefixes(world, [...LON, ...AMS], SITE_A_PREFIXES),
}
const isBack = (at: string, neighbors: string[], path: number[]): TestTimelineChange => ({
  at,
  do: (world) => announceSimulatedPrefixes(world, neighbors, SITE_A_PREFIXES, path),
})

describe('an incident', () => {
  it.each<[string, string, TestTimelineChange[]]>([
    [
      'path of its circuit',
      'circuit_down',
      [falls('primary'), falls('secondary'), rises('9:58:10', 'primary'), rises('10:08:10', 'secondary')],
    ],
    [
      'withdrawal from its site',
      'no_path',
      [leaves, isBack('9:58:10', AMS, [65001, 65001, 65001]), isBack('10:08:10', LON, [65001])],
    ],
  ])('ends with the last lost %s', async (_, root, truth) => {
    const world = () =>
      Object.assign(createTwoCircuitEstate(), {
        sites: [{ name: 'dc-a', prefixes: [...SITE_A_PREFIXES], home: 'ckt-lon', routers: {} }],
      })
    const engine = await runTestTimeline({ world, from: '9:50', to: '10:20', truth })
    const [incident, ...others] = engine.incidents
    expect(others).toEqual([])
    const whole = engine.event(incident?.root ?? '')
    expect(whole?.kind).toBe(root)
    expect(whole?.ended?.latest).toBeLessThan(parseTimeOfSimulatedDay('10:00:00'))
    expect(incident?.ended?.earliest).toBeLessThanOrEqual(parseTimeOfSimulatedDay('10:08:10'))
    expect(incident?.ended?.latest).toBeGreaterThanOrEqual(parseTimeOfSimulatedDay('10:08:10'))
  })

  it.each([
    { whole: 'gateway_isolated', part: 'peer_lost', lasts: true },
    { whole: 'gateway_isolated', part: 'session_down', lasts: true },
    { whole: 'gateway_instance_lost', part: 'session_down', lasts: true },
    { whole: 'connection_down', part: 'tunnel_down', lasts: true },
    { whole: 'peer_lost', part: 'session_down', lasts: true },
    { whole: 'path_down', part: 'redundancy_lost', lasts: true },
    { whole: 'peer_lost', part: 'n1_stranding', lasts: false },
    { whole: 'no_path', part: 'site_state_changed', lasts: false },
    { whole: 'peer_lost', part: 'session_down', flags: ['administrative'], lasts: false },
  ] as const)('of $whole lasts as long as its part $part: $lasts', ({ whole, part, lasts, ...more }) => {
    const flags = 'flags' in more && more.flags ? [...more.flags] : []
    const { context } = createEvaluationStageTestInput({ kind: 'peers', scope: 'ergw-hub' })
    const until = { earliest: TEST_POLL_END_TIME - 90_000, latest: TEST_POLL_END_TIME - 80_000 }
    const root = storeEventInTestContext(
      context,
      createOngoingEvent(whole, 'ergw-hub', '10.0.4.12', { started: LONG_AGO_TIME_BOUNDS, ended: until }),
    )
    const own = storeEventInTestContext(context, {
      ...createOngoingEvent(part, 'ergw-hub', '10.0.4.12~10.0.4.4', { started: LONG_AGO_TIME_BOUNDS, ended: null }),
      partOf: root.event.key,
      flags,
    })
    groupEventsIntoIncidents(context)
    const [incident] = context.scopes['ergw-hub']?.incidents ?? []
    expect(incident?.ended).toEqual(lasts ? null : until)
    own.event = { ...own.event, ended: TIME_BOUNDS_SINCE_PREVIOUS_POLL }
    groupEventsIntoIncidents(context)
    expect(incident?.ended).toEqual(lasts ? TIME_BOUNDS_SINCE_PREVIOUS_POLL : until)
  })

  it.each([
    { kind: 'circuit_down', scope: 'ckt-lon', shares: false },
    { kind: 'circuit_down', scope: 'ckt-lon2', shares: false },
    { kind: 'mass_withdraw', scope: 'ckt-lon', shares: false },
    { kind: 'gateway_isolated', scope: 'ergw-hub', shares: false },
    { kind: 'collector_error', scope: 'ergw-hub', shares: false },
    { kind: 'own_space_heard', scope: 'ckt-lon', shares: true },
    { kind: 'origin_change', scope: 'ckt-lon', shares: true },
  ] as const)('of $kind of $scope has a more specific prefix of ckt-lon: $shares', ({ kind, scope, shares }) => {
    const { context } = createEvaluationStageTestInput({ kind: 'learned', scope: 'ergw-hub' })
    context.topology = createThreeCircuitEstate().topology()
    const until = { earliest: TEST_POLL_END_TIME - 90_000, latest: TEST_POLL_END_TIME - 80_000 }
    const began = { started: LONG_AGO_TIME_BOUNDS }
    const put = (...event: Parameters<typeof createOngoingEvent>) =>
      storeEventInTestContext(context, createOngoingEvent(...event))
    const fault = put(kind, scope, 'subject', { ...began, ended: until })
    // a change of traffic may have either reason
    put('traffic_shift', 'ckt-lon2', 'subject', { ...began, ended: until })
    const prefix = put('more_specific', 'ckt-lon', '10.50.5.0/24', { ...began, severity: 'minor' })
    groupEventsIntoIncidents(context)
    expect(prefix.event.incident === fault.event.incident).toBe(shares)
    const incidents = Object.values(context.scopes).flatMap((one) => one.incidents)
    const own = { key: prefix.event.incident, ended: null }
    if (!shares) expect(incidents).toContainEqual(expect.objectContaining(own))
  })

  it('of a circuit ends with it, although a more specific prefix that began with it stays', () => {
    const { context } = createEvaluationStageTestInput({ kind: 'learned', scope: 'ergw-hub' })
    const until = { earliest: TEST_POLL_END_TIME - 90_000, latest: TEST_POLL_END_TIME - 80_000 }
    const times = { started: LONG_AGO_TIME_BOUNDS, ended: until }
    const lasting = { started: LONG_AGO_TIME_BOUNDS, severity: 'minor' } as const
    storeEventInTestContext(context, createOngoingEvent('more_specific', 'ckt-lon', '10.50.5.0/24', lasting))
    groupEventsIntoIncidents(context)
    storeEventInTestContext(context, createOngoingEvent('circuit_down', 'ckt-lon', 'AzurePrivatePeering', times))
    groupEventsIntoIncidents(context)
    expect(context.scopes['ckt-lon']?.incidents).toMatchObject([
      { rootOf: ['more_specific', 'ckt-lon', '10.50.5.0/24'], severity: 'minor', ended: null },
      { rootOf: ['circuit_down', 'ckt-lon', 'AzurePrivatePeering'], ended: until },
    ])
  })

  it.each([
    { whole: 'resource_removed', part: 'no_path', flags: [], outlasts: true },
    { whole: 'resource_removed', part: 'peer_lost', flags: ['administrative'], outlasts: false },
    { whole: 'gateway_isolated', part: 'peer_lost', flags: [], outlasts: true },
  ] as const)('of $whole opens again for a part $part that is detected late: $outlasts', (one) => {
    const { context } = createEvaluationStageTestInput({ kind: 'learned', scope: 'ergw-hub' })
    const started = { earliest: TEST_POLL_END_TIME - 400_000, latest: TEST_POLL_END_TIME - 390_000 }
    const until = { earliest: TEST_POLL_END_TIME - 300_000, latest: TEST_POLL_END_TIME - 290_000 }
    const later = { earliest: TEST_POLL_END_TIME - 250_000, latest: TEST_POLL_END_TIME - 240_000 }
    const isRemoval = one.whole === 'resource_removed'
    storeEventInTestContext(
      context,
      createOngoingEvent('session_down', 'ergw-hub', '10.0.4.12~10.0.4.4', { started, ended: until }),
    )
    // The inventory shows the removal after the loss of the session.
    if (isRemoval) groupEventsIntoIncidents(context)
    const whole = createOngoingEvent(one.whole, 'ergw-hub', 'ergw-hub', { started, ended: until })
    const root = storeEventInTestContext(context, { ...whole, severity: isRemoval ? 'info' : whole.severity })
    groupEventsIntoIncidents(context)
    const [incident] = context.scopes['ergw-hub']?.incidents ?? []
    expect(incident).toMatchObject({ root: root.event.key, ended: until, closedAt: TEST_POLL_END_TIME })
    const addPart = (neighbor: string, ended: typeof later | null) =>
      storeEventInTestContext(context, {
        ...createOngoingEvent(one.part, 'ergw-hub', neighbor, { started, ended }),
        partOf: root.event.key,
        flags: [...one.flags],
      })
    addPart('10.0.4.5', later)
    groupEventsIntoIncidents(context)
    expect(incident).toMatchObject({ ended: one.outlasts ? later : until, closedAt: TEST_POLL_END_TIME })
    const own = addPart('10.0.4.4', null)
    groupEventsIntoIncidents(context)
    expect(incident?.closedAt).toBe(one.outlasts ? null : TEST_POLL_END_TIME)
    expect(incident?.ended).toEqual(one.outlasts ? null : until)
    own.event = { ...own.event, ended: TIME_BOUNDS_SINCE_PREVIOUS_POLL }
    groupEventsIntoIncidents(context)
    expect(incident?.ended).toEqual(one.outlasts ? TIME_BOUNDS_SINCE_PREVIOUS_POLL : until)
  })

  it.each([
    { root: 'circuit_down', flags: [], isSame: true },
    { root: 'circuit_down', flags: [ADMINISTRATIVE_FLAG], isSame: false },
    { root: 'failover', flags: [], isSame: true },
    { root: 'failover', flags: [ADMINISTRATIVE_FLAG], isSame: false },
  ] as const)('of $root opens again for a repeated failover with the flags $flags: $isSame', (one) => {
    const { context } = createEvaluationStageTestInput({ kind: 'learned', scope: 'ergw-hub' })
    const times = {
      started: { earliest: TEST_POLL_END_TIME - 700_000, latest: TEST_POLL_END_TIME - 690_000 },
      ended: { earliest: TEST_POLL_END_TIME - 400_000, latest: TEST_POLL_END_TIME - 390_000 },
    }
    const failover = (more: Parameters<typeof createOngoingEvent>[3]) =>
      storeEventInTestContext(context, createOngoingEvent('failover', 'ckt-lon', 'ckt-lon > ckt-ams', more))
    // the events of a test begin at one time, so their keys are set
    failover({ ...times, key: 'first' })
    if (one.root === 'circuit_down')
      storeEventInTestContext(context, createOngoingEvent('circuit_down', 'ckt-lon', 'AzurePrivatePeering', times))
    groupEventsIntoIncidents(context)
    const incidents = () => context.scopes['ckt-lon']?.incidents ?? []
    expect(incidents()).toMatchObject([{ rootOf: [one.root, 'ckt-lon', expect.anything()], ended: times.ended }])
    expect(incidents()[0]?.closedAt).toBe(TEST_POLL_END_TIME)
    failover({ key: 'second', severity: 'minor', flags: [...one.flags] })
    groupEventsIntoIncidents(context)
    expect(incidents().map(({ ended }) => ended)).toEqual(one.isSame ? [null] : [times.ended, null])
  })

  it.each([
    { first: '10.0.4.4', again: ['10.0.4.4'], incidents: 1 },
    { first: '10.0.4.4', again: LON, incidents: 2 },
    { first: '10.0.4.5', again: LON, incidents: 2 },
    { first: '10.0.4.4', again: ['10.0.4.4', '10.0.4.6'], incidents: 1 },
  ])('of $first, when $again are lost later', async ({ first, again, incidents }) => {
    const truth: TestTimelineChange[] = [
      { at: '9:55:10', do: (world) => endSimulatedNeighborSessions(world, first) },
      { at: '9:57:10', do: (world, time) => startSimulatedNeighborSessions(world, first, time) },
      {
        at: '10:04:10',
        do: (world) => {
          for (const neighbor of again) endSimulatedNeighborSessions(world, neighbor)
        },
      },
    ]
    const engine = await runTestTimeline({ world: createTwoCircuitEstate, from: '9:50', to: '10:10', truth })
    const own = engine.events.filter(({ kind, subject }) => kind === 'peer_lost' && subject === first)
    expect(own).toHaveLength(2)
    expect(new Set(own.map(({ incident }) => incident)).size).toBe(incidents)
  })

  it.each([
    ['while it restarts', '10:00:30', ['path_down ckt-lon']],
    ['after it was up again', '10:01:50', ['path_down ckt-lon', 'session_flap ergw-hub']],
  ])('of a restarted session of a gateway has a path that is lost %s only as one fault', async (_, at, roots) => {
    const changes: TestTimelineChange[] = [
      { at: '10:00:20', do: (world) => endSimulatedNeighborSessions(world, '10.0.4.4', ['10.0.4.12']) },
      {
        at: '10:00:41',
        do: (world, time) => startSimulatedNeighborSessions(world, '10.0.4.4', time, ['10.0.4.12']),
      },
      { at, do: (world) => endSimulatedCustomerSession(world, 'ckt-lon', 'primary') },
    ]
    const truth = changes.toSorted((a, b) => (a.at < b.at ? -1 : 1))
    const engine = await runTestTimeline({ world: createTwoCircuitEstate, from: '9:50', to: '10:10', truth })
    const rootOf = ({ root }: { root: string }) => {
      const event = engine.event(root)
      return `${event?.kind} ${event?.scope}`
    }
    expect(engine.incidents.map(rootOf).toSorted()).toEqual(roots)
  })

  it('lasts as long as the act that became its root, although its faults have ended', () => {
    const { context } = createEvaluationStageTestInput({ kind: 'inventory', scope: 'ckt-lon' })
    const until = { earliest: TEST_POLL_END_TIME - 90_000, latest: TEST_POLL_END_TIME - 80_000 }
    storeEventInTestContext(
      context,
      createOngoingEvent('circuit_down', 'ckt-lon', 'AzurePrivatePeering', {
        started: LONG_AGO_TIME_BOUNDS,
        ended: until,
      }),
    )
    groupEventsIntoIncidents(context)
    const act = createOngoingEvent('peering_disabled', 'ckt-lon', 'AzurePrivatePeering', {
      started: LONG_AGO_TIME_BOUNDS,
      severity: 'info',
    })
    const own = storeEventInTestContext(context, act)
    groupEventsIntoIncidents(context)
    const [incident] = context.scopes['ckt-lon']?.incidents ?? []
    expect(incident?.root).toBe(act.key)
    expect(incident?.ended).toBeNull()
    own.event = { ...own.event, ended: TIME_BOUNDS_SINCE_PREVIOUS_POLL }
    groupEventsIntoIncidents(context)
    expect(incident?.ended).toEqual(TIME_BOUNDS_SINCE_PREVIOUS_POLL)
  })
})
