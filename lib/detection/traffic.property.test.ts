import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TimestampBounds, DetectedEvent, PollOutcome, PollKind } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { SITE_A_PREFIXES, SITE_B_PREFIXES } from './testing/estates.ts'
import { busyT2, KEEPALIVE_ONLY_RATES_MBPS, setTrafficRatesOfBothPaths } from './testing/flows.ts'
import { runTestTimeline, type TestTimelineRunner } from '#lib/poller/memory/testing/play.ts'
import {
  parseTimeOfSimulatedDay,
  type TestTimelineChange,
  type TestTimeline,
  type ArmResponseFaultPeriod,
} from '#lib/poller/memory/testing/timeline.ts'
import { endSimulatedCustomerSession, withdrawSimulatedPrefixes } from './testing/happenings.ts'

/** Few runs, because each run plays most of an hour through all rules. */
const RUNS = { numRuns: 5 }

const START = parseTimeOfSimulatedDay('9:40')
const text = (at: number) => new Date(at).toISOString().slice(11, 23)

const troubles: fc.Arbitrary<ArmResponseFaultPeriod[]> = fc.array(
  fc.record({
    kind: fc.constantFrom<PollKind | 'all'>('stats', 'summary', 'learned', 'arp', 'all'),
    from: fc.integer({ min: 6, max: 45 }).map((minute) => text(START + minute * MS_PER_MINUTE)),
    outcome: fc.constantFrom<PollOutcome>('timeout', 'throttled', 'unavailable', 'malformed', 'not_polled'),
  }),
  { maxLength: 6 },
)

const eventsOf = (engine: TestTimelineRunner, kind: string): DetectedEvent[] =>
  engine.events.filter((event) => event.kind === kind)

function encloses({ earliest, latest }: TimestampBounds, moment: number): void {
  expect(moment).toBeGreaterThanOrEqual(earliest)
  expect(moment).toBeLessThanOrEqual(latest)
}

interface Silence {
  after: number
  lasts: number
}
const silence: fc.Arbitrary<Silence> = fc.record({
  after: fc.integer({ min: 10 * MS_PER_MINUTE, max: 14 * MS_PER_MINUTE }),
  lasts: fc.integer({ min: 13 * MS_PER_MINUTE, max: 20 * MS_PER_MINUTE }),
})
/**
 * 1.3 s after the sample of 9:51:26. With 200 Mb/s and 150 expected, the remaining bytes are 2.2 % of the next minute,
 * which is above the dead rate of 2 %, and 1.1 % of the next two minutes.
 */
const hiddenRest: Silence = { after: 11 * MS_PER_MINUTE + 27_300, lasts: 15 * MS_PER_MINUTE }
const hidesIt: ArmResponseFaultPeriod = { kind: 'stats', from: '09:52:00', outcome: 'timeout' }
const silent = ({ after, lasts }: Silence, collector: ArmResponseFaultPeriod[] = []): TestTimeline => ({
  world: busyT2,
  from: '9:40',
  to: '10:30',
  truth: [
    {
      at: text(START + after),
      do: (world, at) => setTrafficRatesOfBothPaths(world, 'ckt-lon', KEEPALIVE_ONLY_RATES_MBPS, at),
    },
    {
      at: text(START + after + lasts),
      do: (world, at) => setTrafficRatesOfBothPaths(world, 'ckt-lon', { in: 200, out: 120 }, at),
    },
  ],
  collector,
})

describe('bytes that stop and come back', () => {
  it('are reported within bounds that contain both moments, whatever polls fail', async () => {
    await fc.assert(
      fc.asyncProperty(silence, troubles, async (one, collector) => {
        for (const event of eventsOf(await runTestTimeline(silent(one, collector)), 'green_but_dead')) {
          encloses(event.started, START + one.after)
          if (event.ended) encloses(event.ended, START + one.after + one.lasts)
        }
      }),
      RUNS,
    )
  })

  it('are reported in any case where no poll fails', async () => {
    await fc.assert(
      fc.asyncProperty(silence, async (one) => {
        const [event, ...others] = eventsOf(await runTestTimeline(silent(one)), 'green_but_dead')
        expect(others).toEqual([])
        expect(event?.ended).not.toBeNull()
      }),
      RUNS,
    )
  })

  it('are reported within no narrower bounds when polls fail', async () => {
    await fc.assert(
      fc.asyncProperty(silence, troubles, async (one, collector) => {
        const [full] = eventsOf(await runTestTimeline(silent(one)), 'green_but_dead')
        const [less] = eventsOf(await runTestTimeline(silent(one, collector)), 'green_but_dead')
        if (!full || !less) return
        expect(less.started.earliest).toBeLessThanOrEqual(full.started.earliest)
        expect(less.started.latest).toBeGreaterThanOrEqual(full.started.latest)
      }),
      { ...RUNS, examples: [[hiddenRest, [hidesIt]]] },
    )
  })

  it('are reported alike after a restart between any two polls', async () => {
    await fc.assert(
      fc.asyncProperty(silence, troubles, async (one, collector) => {
        const plain = (await runTestTimeline(silent(one, collector))).events
        expect((await runTestTimeline(silent(one, collector), { restarting: true })).events).toEqual(plain)
      }),
      { numRuns: 4 },
    )
  })
})

describe('a network that is well', () => {
  it('makes no event about traffic, however its rates vary and whatever polls fail', async () => {
    const rate = fc.record({
      after: fc.integer({ min: 0, max: 45 * MS_PER_MINUTE }),
      in: fc.integer({ min: 160, max: 500 }),
      out: fc.integer({ min: 100, max: 300 }),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(rate, { maxLength: 20 }), troubles, async (rates, collector) => {
        const truth = rates
          .toSorted((a, b) => a.after - b.after)
          .map(
            ({ after, ...both }): TestTimelineChange => ({
              at: text(START + after),
              do: (world, at) => setTrafficRatesOfBothPaths(world, 'ckt-lon', both, at),
            }),
          )
        const engine = await runTestTimeline({ world: busyT2, from: '9:40', to: '10:30', truth, collector })
        expect(engine.events.map(({ kind }) => kind).filter((kind) => kind !== 'collector_error')).toEqual([])
      }),
      RUNS,
    )
  })
})

describe('a failover', () => {
  const cut = fc.record({
    after: fc.integer({ min: 10 * MS_PER_MINUTE, max: 14 * MS_PER_MINUTE }),
    /**
     * durations in ms: from the loss of forwarding to the end of the sessions, from there to the new best path, and
     * from there to bytes on it
     */
    detects: fc.integer({ min: 500, max: 170_000 }),
    routes: fc.integer({ min: 100, max: 30_000 }),
    moves: fc.integer({ min: 0, max: 5_000 }),
  })

  it('has marks and lengths that contain the truth, whatever polls fail', async () => {
    await fc.assert(
      fc.asyncProperty(cut, troubles, async ({ after, detects, routes, moves }, collector) => {
        const lost = START + after
        const ended = lost + detects
        const rerouted = ended + routes
        const resumed = rerouted + moves
        const engine = await runTestTimeline({
          world: busyT2,
          from: '9:40',
          to: '10:20',
          truth: [
            { at: text(lost), do: (world, at) => setTrafficRatesOfBothPaths(world, 'ckt-lon', { in: 0, out: 0 }, at) },
            {
              at: text(ended),
              do: (world) => {
                for (const path of ['primary', 'secondary'] as const)
                  endSimulatedCustomerSession(world, 'ckt-lon', path)
              },
            },
            {
              at: text(rerouted),
              do: (world) =>
                withdrawSimulatedPrefixes(world, ['10.0.4.4', '10.0.4.5'], [...SITE_A_PREFIXES, ...SITE_B_PREFIXES]),
            },
            {
              at: text(resumed),
              do: (world, at) => setTrafficRatesOfBothPaths(world, 'ckt-ams', { in: 300, out: 180 }, at),
            },
          ],
          collector,
        })
        for (const { failover } of eventsOf(engine, 'failover')) {
          if (!failover) continue
          encloses(failover.rerouted, rerouted)
          if (failover.forwardingEnds) encloses(failover.forwardingEnds, lost)
          if (failover.sessionEnds) encloses(failover.sessionEnds, ended)
          if (failover.forwardingResumes) encloses(failover.forwardingResumes, resumed)
          if (failover.dataPlane) encloses(asBounds(failover.dataPlane), resumed - lost)
          if (failover.controlPlane) encloses(asBounds(failover.controlPlane), rerouted - ended)
          if (failover.detection) encloses(asBounds(failover.detection), ended - lost)
          expect(failover.revisedOutside).toBe(false)
        }
        for (const { forwardingLoss } of eventsOf(engine, 'path_down')) {
          if (forwardingLoss) encloses(forwardingLoss.started, lost)
        }
      }),
      { numRuns: 12 },
    )
  })
})

const asBounds = ({ minMs, maxMs }: { minMs: number; maxMs: number }): TimestampBounds => ({
  earliest: minMs,
  latest: maxMs,
})
