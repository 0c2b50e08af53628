import { describe, expect, it, vi } from 'vitest'
import { SITE_A_PREFIXES, HUB_GATEWAY_NAME, createTwoCircuitEstate } from '../../../testing/estates.ts'
import { runTestTimeline } from '#lib/poller/memory/testing/play.ts'
import {
  parseTimeOfSimulatedDay,
  type TestTimelineChange,
  type TestTimeline,
} from '#lib/poller/memory/testing/timeline.ts'
import {
  endSimulatedNeighborSessions,
  startSimulatedNeighborSessions,
  withdrawSimulatedPrefixes,
} from '../../../testing/happenings.ts'

vi.setConfig({ testTimeout: 60_000 })

const NEIGHBOR = '10.0.4.4'
const [FIRST, SECOND] = ['10.0.4.12', '10.0.4.13']

const at = (time: string, act: TestTimelineChange['do']): TestTimelineChange => ({ at: time, do: act })
const lacks = (time: string, prefixes: readonly string[], instance = SECOND): TestTimelineChange =>
  at(time, (world) => {
    const session = world.neighbor(NEIGHBOR).sessions[instance]
    if (session) session.lacks = new Set(prefixes)
  })

const reported = async (truth: TestTimelineChange[], more: Partial<TestTimeline> = {}) =>
  (await runTestTimeline({ world: createTwoCircuitEstate, from: '9:50', to: '10:20', truth, ...more })).events.filter(
    ({ kind }) => kind === 'instance_divergence',
  )

describe('two instances of a gateway that learn different routes from one neighbor', () => {
  it('are reported from the second sample on, until they agree', async () => {
    const events = await reported([lacks('10:00:30', SITE_A_PREFIXES.slice(0, 1)), lacks('10:10:30', [])])
    expect(events).toMatchObject([
      {
        scope: HUB_GATEWAY_NAME,
        subject: NEIGHBOR,
        severity: 'warning',
        started: { earliest: parseTimeOfSimulatedDay('10:00:05'), latest: parseTimeOfSimulatedDay('10:01:07') },
        ended: { earliest: parseTimeOfSimulatedDay('10:10:05'), latest: parseTimeOfSimulatedDay('10:11:07') },
        detectedAt: parseTimeOfSimulatedDay('10:02:07'),
        causes: [{ class: 'gateway_fault' }],
      },
    ])
  })

  it('are reported where one has its session back and no routes with it', async () => {
    const events = await reported([
      at('10:00:30', (world) => endSimulatedNeighborSessions(world, NEIGHBOR, [SECOND])),
      lacks('10:00:31', SITE_A_PREFIXES),
      at('10:05:30', (world, when) => startSimulatedNeighborSessions(world, NEIGHBOR, when, [SECOND])),
    ])
    expect(events).toMatchObject([{ ended: null, detectedAt: parseTimeOfSimulatedDay('10:07:07') }])
    expect(events[0]?.started.earliest).toBeGreaterThan(parseTimeOfSimulatedDay('10:05:00'))
  })

  it('are reported since a session is back that had fallen between two polls when they were read first', async () => {
    const events = await reported([
      at('10:00:03', (world) => endSimulatedNeighborSessions(world, NEIGHBOR, [SECOND])),
      lacks('10:00:04', SITE_A_PREFIXES),
      at('10:00:40', (world, when) => startSimulatedNeighborSessions(world, NEIGHBOR, when, [SECOND])),
    ])
    // no routes at 10:00:05 because the session was down; none at 10:01:05 and 10:02:05 although it was up
    expect(events).toMatchObject([{ ended: null, detectedAt: parseTimeOfSimulatedDay('10:02:07') }])
    const { earliest = 0, latest = 0 } = events[0]?.started ?? {}
    expect(earliest).toBeGreaterThan(parseTimeOfSimulatedDay('10:00:05'))
    expect(earliest).toBeLessThanOrEqual(parseTimeOfSimulatedDay('10:00:40'))
    expect(latest).toBeGreaterThanOrEqual(parseTimeOfSimulatedDay('10:00:40'))
  })

  it.each<[string, TestTimelineChange[], Partial<TestTimeline>?]>([
    ['one lags behind by a poll', [lacks('10:00:30', SITE_A_PREFIXES), lacks('10:01:30', [])]],
    [
      'polled every ten seconds, one lags behind by less than a minute',
      [lacks('10:00:30', SITE_A_PREFIXES), lacks('10:01:10', [])],
      { every: 10 },
    ],
    ['the session of one is down', [at('10:00:30', (world) => endSimulatedNeighborSessions(world, NEIGHBOR, [FIRST]))]],
    [
      'the neighbor reports both less',
      [at('10:00:30', (world) => withdrawSimulatedPrefixes(world, [NEIGHBOR], SITE_A_PREFIXES))],
    ],
    ['one does not report', [at('10:00:30', (world) => void world.gateway(HUB_GATEWAY_NAME).silent.add(SECOND))]],
    [
      'the learned routes of one are not reported',
      [],
      {
        collector: [{ kind: 'learned', from: '10:00:00', until: '10:10:00', outcome: 'incomplete', silent: [SECOND] }],
      },
    ],
    [
      'how the sessions are is not reported',
      [at('10:00:30', (world) => endSimulatedNeighborSessions(world, NEIGHBOR, [SECOND]))],
      { collector: [{ kind: 'peers', from: '10:00:00', until: '10:18:00', outcome: 'timeout' }] },
    ],
    [
      'the gateway is being changed',
      [
        at('10:00:00', (world) => void (world.gateway(HUB_GATEWAY_NAME).provisioningState = 'Updating')),
        lacks('10:02:30', SITE_A_PREFIXES),
      ],
    ],
  ])('are not reported where %s', async (_, truth, more) => expect(await reported(truth, more)).toEqual([]))

  it('end with the session of one', async () => {
    const events = await reported([
      lacks('10:00:30', SITE_A_PREFIXES),
      at('10:08:30', (world) => endSimulatedNeighborSessions(world, NEIGHBOR, [SECOND])),
    ])
    expect(events).toMatchObject([
      { ended: { earliest: parseTimeOfSimulatedDay('10:08:00'), latest: parseTimeOfSimulatedDay('10:09:02') } },
    ])
  })
})
