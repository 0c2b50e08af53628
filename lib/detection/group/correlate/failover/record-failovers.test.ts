import { describe, expect, it, vi } from 'vitest'
import type { TimestampBounds, DetectedEvent, FailoverTimes } from '#lib/contract/index.ts'
import { SITE_A_PREFIXES, SITE_B_PREFIXES, t2v } from '../../../testing/estates.ts'
import { busyT2, KEEPALIVE_ONLY_RATES_MBPS, setTrafficRatesOfBothPaths, meteredT2 } from '../../../testing/flows.ts'
import { runTestTimeline, type TestTimelineRunnerOptions } from '#lib/poller/memory/testing/play.ts'
import {
  parseTimeOfSimulatedDay,
  type TestTimelineChange,
  type TestTimeline,
} from '#lib/poller/memory/testing/timeline.ts'
import {
  announceSimulatedPrefixes,
  endSimulatedCustomerSession,
  startSimulatedCustomerSession,
  withdrawSimulatedPrefixes,
} from '../../../testing/happenings.ts'
import type { SimulatedEstate } from '../../../testing/world.ts'

vi.setConfig({ testTimeout: 60_000 })

const LON = ['10.0.4.4', '10.0.4.5']
const at = (time: string, act: TestTimelineChange['do']): TestTimelineChange => ({ at: time, do: act })
const bothCe = (world: SimulatedEstate) => {
  for (const path of ['primary', 'secondary'] as const) {
    endSimulatedCustomerSession(world, 'ckt-lon', path)
    world.path('ckt-lon', path).arp = 'incomplete'
  }
}
const lonDead = (world: SimulatedEstate, when: number) =>
  setTrafficRatesOfBothPaths(world, 'ckt-lon', KEEPALIVE_ONLY_RATES_MBPS, when)
const amsTakesOver = (world: SimulatedEstate, when: number) =>
  setTrafficRatesOfBothPaths(world, 'ckt-ams', { in: 300, out: 180 }, when)

/** Scenario S03 of the catalogue: both paths of London are cut, with BFD. */
const outage = (more: Partial<TestTimeline> = {}): TestTimeline => ({
  world: busyT2,
  from: '9:50',
  to: '10:15',
  truth: [
    at('10:00:30', lonDead),
    at('10:00:31', bothCe),
    at('10:00:34', (w) => withdrawSimulatedPrefixes(w, LON, [...SITE_A_PREFIXES, ...SITE_B_PREFIXES])),
    at('10:00:36', amsTakesOver),
  ],
  ...more,
})

async function detailOf(
  timeline: TestTimeline,
  kind = 'failover',
  options: TestTimelineRunnerOptions = {},
): Promise<FailoverTimes> {
  const found = (await runTestTimeline(timeline, options)).events.find((event) => event.kind === kind)
  if (!found?.failover) throw new Error(`no ${kind} with a record`)
  return found.failover
}

const once = (make: () => Promise<FailoverTimes>) => {
  let played: Promise<FailoverTimes> | null = null
  return () => (played ??= make())
}
/**
 * The outage as shown by byte counters, and as shown by bit rates of Azure Monitor. Each is played once for several
 * tests.
 */
const plainOutage = once(() => detailOf(outage()))
const meteredOutage = once(() => detailOf(outage({ world: meteredT2 })))

const near = (bounds: TimestampBounds | null, [earliest, latest]: [string, string]) => {
  expect(Math.abs((bounds?.earliest ?? 0) - parseTimeOfSimulatedDay(earliest)), `from ${earliest}`).toBeLessThanOrEqual(
    1_000,
  )
  expect(Math.abs((bounds?.latest ?? 0) - parseTimeOfSimulatedDay(latest)), `to ${latest}`).toBeLessThanOrEqual(1_000)
}

describe('a failover', () => {
  it('reports its marks and how long it took, as bounds, and proves nothing that it can not', async () => {
    const detail = await plainOutage()
    near(detail.forwardingEnds, ['10:00:25', '10:01:29'])
    near(detail.sessionEnds, ['10:00:10', '10:01:12'])
    near(detail.rerouted, ['10:00:05', '10:01:07'])
    near(detail.forwardingResumes, ['10:00:13', '10:01:27'])
    expect(detail).toMatchObject({
      controlPlane: { minMs: 0, maxMs: 58_000 },
      dataPlane: { minMs: 0, maxMs: 62_000 },
      detection: { minMs: 0, maxMs: 47_000 },
      noRelearning: false,
      missing: [],
      mechanism: { possible: ['immediate', 'bfd_750', 'low_timers'], named: null, advice: null },
      expectations: [
        { class: 'withdrawal', budgetMs: 20_000, verdict: 'not_provable' },
        { class: 'bfd', budgetMs: 61_000, verdict: 'not_provable' },
        { class: 'bfd_750', budgetMs: 62_250, verdict: 'within' },
        { class: 'hold_timer', budgetMs: 240_000, verdict: 'within' },
      ],
    })
  })

  it('is no narrower than what fast polls show, which prove a verdict', async () => {
    const detail = await detailOf(outage({ every: 5, from: '9:58', to: '10:02' }))
    expect(detail.dataPlane?.maxMs).toBeLessThanOrEqual(20_000)
    expect(detail.expectations[0]).toMatchObject({ class: 'withdrawal', verdict: 'within' })
  })

  it('says what is missing where no counters are reported', async () => {
    const detail = await detailOf(
      outage({ collector: [{ kind: 'stats', from: '9:30', until: '10:59', outcome: 'forbidden' }] }),
    )
    expect(detail).toMatchObject({ forwardingEnds: null, forwardingResumes: null, dataPlane: null, detection: null })
    expect(detail.controlPlane).toEqual({ minMs: 0, maxMs: 58_000 })
    expect(detail.missing).toEqual([
      'When forwarding ended: its byte counters show no end; it may carry other traffic, or none.',
      'When bytes moved again: no sample of the new path shows it.',
    ])
  })

  it('keeps what counters showed although they are forgotten while it may still be narrowed', async () => {
    // traffic that is sent but dropped is counted until the session ends; returning traffic stops immediately
    const intoTheVoid = (w: SimulatedEstate, when: number) =>
      setTrafficRatesOfBothPaths(w, 'ckt-lon', { in: 0, out: 180 }, when)
    const truth = [
      at('10:00:30', intoTheVoid),
      at('10:01:31', (w: SimulatedEstate, when: number) => {
        lonDead(w, when)
        bothCe(w)
        withdrawSimulatedPrefixes(w, LON, [...SITE_A_PREFIXES, ...SITE_B_PREFIXES])
        amsTakesOver(w, when)
      }),
    ]
    const early = await detailOf(outage({ every: 10, from: '9:58', to: '10:03', truth }))
    expect(early.forwardingEnds?.earliest).toBeLessThanOrEqual(parseTimeOfSimulatedDay('10:00:30'))
    expect(early.forwardingEnds?.latest).toBeGreaterThanOrEqual(parseTimeOfSimulatedDay('10:00:30'))
    const late = await detailOf(outage({ every: 10, from: '9:58', to: '10:16', truth }))
    expect(late).toEqual(early)
  })

  it('does not take what the new path carries anyhow for what moved', async () => {
    const varies = [55, 56, 57, 58, 59].map((minute, i) =>
      at(`9:${minute}:00`, (w, t) =>
        setTrafficRatesOfBothPaths(w, 'ckt-ams', i % 2 ? { in: 100, out: 60 } : { in: 400, out: 300 }, t),
      ),
    )
    const detail = await detailOf(outage({ truth: [...varies, ...(outage().truth ?? [])] }))
    expect(detail.forwardingResumes).toBeNull()
    expect(detail.missing).toEqual([expect.stringContaining('varies by more than a fifth')])
  })

  it('does not take what comes back to the new path before anything could move for what moved', async () => {
    const truth = [
      at('10:00:30', lonDead),
      at('10:01:10', (w: SimulatedEstate, when: number) =>
        setTrafficRatesOfBothPaths(w, 'ckt-ams', { in: 200, out: 140 }, when),
      ),
      at('10:02:31', (w: SimulatedEstate, when: number) => {
        bothCe(w)
        withdrawSimulatedPrefixes(w, LON, [...SITE_A_PREFIXES, ...SITE_B_PREFIXES])
        amsTakesOver(w, when)
      }),
    ]
    const { forwardingResumes, missing } = await detailOf(outage({ every: 10, from: '9:55', to: '10:06', truth }))
    expect(forwardingResumes).toBeNull()
    expect(missing).toEqual([expect.stringContaining('varies by more than a fifth')])
  })

  it('reports when bytes moved again although another one, and its end, were minutes ago', async () => {
    const back = (w: SimulatedEstate, when: number) => {
      for (const path of ['primary', 'secondary'] as const) {
        startSimulatedCustomerSession(w, 'ckt-lon', path, when)
        w.path('ckt-lon', path).arp = 'complete'
      }
      announceSimulatedPrefixes(w, LON, SITE_A_PREFIXES, [65001])
      announceSimulatedPrefixes(w, LON, SITE_B_PREFIXES, [65001, 65001, 65001])
      setTrafficRatesOfBothPaths(w, 'ckt-lon', { in: 200, out: 120 }, when)
      setTrafficRatesOfBothPaths(w, 'ckt-ams', { in: 100, out: 60 }, when)
    }
    const again = (minute: string, second: string, act: TestTimelineChange['do']) => at(`10:${minute}:${second}`, act)
    const lost = (minute: string) => [
      again(minute, '30', lonDead),
      again(minute, '31', bothCe),
      again(minute, '34', (w) => withdrawSimulatedPrefixes(w, LON, [...SITE_A_PREFIXES, ...SITE_B_PREFIXES])),
      again(minute, '36', amsTakesOver),
    ]
    const timeline = outage({
      every: 10,
      from: '9:58',
      to: '10:08',
      truth: [...lost('00'), again('02', '30', back), ...lost('05')],
    })
    const reported = (await runTestTimeline(timeline)).events.filter(({ kind }) => kind === 'failover')
    expect(reported).toHaveLength(2)
    for (const [n, minute] of ['00', '05'].entries()) {
      const resumes = reported[n]?.failover?.forwardingResumes
      const moved = parseTimeOfSimulatedDay(`10:${minute}:36`)
      expect(resumes?.earliest, `failover ${n}`).toBeLessThanOrEqual(moved)
      expect(resumes?.latest, `failover ${n}`).toBeGreaterThanOrEqual(moved)
      expect(reported[n]?.failover?.missing).toEqual([])
    }
  })

  it('is narrowed by bit rates of Azure Monitor, and never leaves the earlier bounds', async () => {
    const plain = await plainOutage()
    const metered = await meteredOutage()
    const [wide, narrow] = [plain.forwardingEnds, metered.forwardingEnds]
    expect(narrow?.earliest).toBeGreaterThanOrEqual(wide?.earliest ?? Infinity)
    expect(narrow?.latest).toBeLessThanOrEqual(wide?.latest ?? 0)
    expect(metered.forwardingEnds?.earliest).toBeLessThanOrEqual(parseTimeOfSimulatedDay('10:00:30'))
    expect(metered.forwardingEnds?.latest).toBeGreaterThanOrEqual(parseTimeOfSimulatedDay('10:00:30'))
    expect(metered.dataPlane?.maxMs).toBeLessThan(plain.dataPlane?.maxMs ?? 0)
    expect(metered.revisedOutside).toBe(false)
  })

  it('logs each revision: what was reported before, by what it was narrowed, and when', async () => {
    const { forwardingEnds, revisions = [] } = await meteredOutage()
    const own = revisions.filter(({ mark }) => mark === 'forwardingEnds')
    expect(own.length).toBeGreaterThan(0)
    expect(own.every(({ by, isOutside }) => by === 'rates' && !isOutside)).toBe(true)
    const narrowed = own.reduce(
      (bounds, { reported }) => ({
        earliest: Math.max(bounds.earliest, reported.earliest),
        latest: Math.min(bounds.latest, reported.latest),
      }),
      own[0]?.before ?? { earliest: 0, latest: 0 },
    )
    expect(forwardingEnds).toEqual(narrowed)
    expect((await plainOutage()).revisions).toEqual([])
  })

  it('to a VPN gateway is held against the budgets of the former path, and shows no bytes on the new one', async () => {
    const detail = await detailOf({
      ...outage({ world: t2v }),
      truth: [
        at('10:00:31', bothCe),
        at('10:00:34', (w) =>
          withdrawSimulatedPrefixes(w, [...LON, '10.0.4.6', '10.0.4.7'], SITE_A_PREFIXES.slice(0, 1)),
        ),
        at('10:00:34', (w) => withdrawSimulatedPrefixes(w, LON, [...SITE_A_PREFIXES, ...SITE_B_PREFIXES])),
      ],
    })
    expect(detail.expectations.map(({ class: name }) => name)).toEqual(['withdrawal', 'bfd', 'bfd_750', 'hold_timer'])
    expect(detail.missing).toContain('When bytes moved again: no byte counters belong to the new path.')
  })

  it('comes out the same with all state stored between any two polls', async () => {
    const plain = await plainOutage()
    expect(await detailOf(outage(), 'failover', { restarting: true })).toEqual(plain)
  })
})

describe('a shift of the best path by withdrawal', () => {
  it('has a data plane and no session', async () => {
    const detail = await detailOf(
      {
        world: busyT2,
        from: '13:45',
        to: '14:25',
        truth: [
          at('14:00:20', lonDead),
          at('14:00:37', (w) => withdrawSimulatedPrefixes(w, LON, SITE_A_PREFIXES)),
          at('14:00:37', amsTakesOver),
        ],
      },
      'best_path_shift',
    )
    near(detail.forwardingEnds, ['13:59:25', '14:00:29'])
    near(detail.forwardingResumes, ['14:00:13', '14:01:27'])
    expect(detail).toMatchObject({
      sessionEnds: null,
      dataPlane: { minMs: 0, maxMs: 122_000 },
      missing: ['When a session ended: none did.'],
      expectations: [{ class: 'withdrawal', verdict: 'not_provable' }],
    })
  })
})

describe('forwarding lost ahead of a session', () => {
  const fallen = async (truth: TestTimelineChange[], more: Partial<TestTimeline> = {}): Promise<DetectedEvent> => {
    const { events } = await runTestTimeline({ world: busyT2, from: '9:50', to: '10:25', truth, ...more })
    const found = [...events].find(({ kind }) => kind === 'path_down')
    if (!found) throw new Error('no path_down')
    return found
  }
  const quiet = (world: SimulatedEstate, when: number) =>
    world.traffic.set('ckt-lon', 'primary', { in: 2_000, out: 2_000 }, when)
  const silentCut = [at('10:00:30', quiet), at('10:03:02', (w) => endSimulatedCustomerSession(w, 'ckt-lon', 'primary'))]

  it('is reported beside the fall, with the hold timer named and advice (S02)', async () => {
    const event = await fallen(silentCut)
    near(event.started, ['10:02:10', '10:03:12'])
    near(event.forwardingLoss?.started ?? null, ['10:00:25', '10:01:29'])
    expect(event.forwardingLoss).toMatchObject({
      basis: 'counters',
      mechanism: { possible: ['hold_timer'], named: 'hold_timer', advice: expect.stringContaining('No BFD evidence') },
    })
  })

  it('is anywhere within the hold time before where no bytes are reported', async () => {
    const event = await fallen(silentCut, {
      collector: [{ kind: 'stats', from: '9:30', until: '10:59', outcome: 'forbidden' }],
    })
    near(event.forwardingLoss?.started ?? null, ['9:59:10', '10:03:12'])
    expect(event.forwardingLoss).toMatchObject({ basis: 'hold_time', mechanism: null })
  })

  it('is never after the fall', async () => {
    const event = await fallen([
      at('10:00:30', quiet),
      at('10:00:31', (w) => endSimulatedCustomerSession(w, 'ckt-lon', 'primary')),
      at('10:20:00', (w, t) => startSimulatedCustomerSession(w, 'ckt-lon', 'primary', t)),
    ])
    near(event.forwardingLoss?.started ?? null, ['10:00:25', '10:01:12'])
    expect(event.forwardingLoss?.mechanism).toMatchObject({
      possible: ['immediate', 'bfd_750', 'low_timers'],
      named: null,
    })
  })
})
