import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DetectedEvent, PollObservation, PollOutcome, PollKind } from '#lib/contract/index.ts'
import { SITE_A_PREFIXES, SITE_B_PREFIXES, HUB_GATEWAY_NAME, createTwoCircuitEstate } from '../../../testing/estates.ts'
import { runTestTimeline, TestTimelineRunner } from '#lib/poller/memory/testing/play.ts'
import {
  parseTimeOfSimulatedDay,
  type TestTimelineChange,
  generatePollsOfTimeline,
  type TestTimeline,
  type ArmResponseFaultPeriod,
} from '#lib/poller/memory/testing/timeline.ts'
import { announceSimulatedPrefixes, withdrawSimulatedPrefixes } from '../../../testing/happenings.ts'
import type { SimulatedEstate } from '../../../testing/world.ts'

/** Few runs, because each run plays most of an hour through all rules. */
const RUNS = { numRuns: 5 }
const START = parseTimeOfSimulatedDay('9:50')
const text = (at: number) => new Date(at).toISOString().slice(11, 23)

/** Returns an estate with declarations for everything that these rules check. */
function estate(): SimulatedEstate {
  const world = createTwoCircuitEstate()
  world.sites.push({ name: 'DC-A', prefixes: SITE_A_PREFIXES, home: 'ckt-lon', routers: {} })
  world.policies.push(
    { kind: 'active_active', circuits: ['ckt-lon'], prefixes: [] },
    { kind: 'active_standby', circuits: ['ckt-lon', 'ckt-ams'], prefixes: SITE_A_PREFIXES },
  )
  world.watched.push('10.0.0.0/8')
  return world
}

const neighbors = fc.subarray(['10.0.4.4', '10.0.4.5', '10.0.4.6', '10.0.4.7'], { minLength: 1 })
const prefixes = fc.subarray([...SITE_A_PREFIXES, ...SITE_B_PREFIXES, '10.10.5.0/24', '10.60.0.0/16', '0.0.0.0/0'], {
  minLength: 1,
})
const path = fc.constantFrom([65001], [65001, 65001, 65001], [65001, 3356, 65001], [65002, 65001], [65001, 64999])
const truth: fc.Arbitrary<TestTimelineChange[]> = fc.array(
  fc.tuple(fc.integer({ min: 120_000, max: 1_500_000 }), neighbors, prefixes, fc.option(path)).map(
    ([after, reported, moved, asPath]): TestTimelineChange => ({
      at: text(START + after),
      do: (world) =>
        asPath
          ? announceSimulatedPrefixes(world, reported, moved, asPath)
          : withdrawSimulatedPrefixes(world, reported, moved),
    }),
  ),
  { minLength: 1, maxLength: 6 },
)
const timeline = (happenings: TestTimelineChange[], collector: ArmResponseFaultPeriod[] = []): TestTimeline => ({
  world: estate,
  from: '9:50',
  to: '10:20',
  truth: happenings,
  collector,
})
const reported = (engine: TestTimelineRunner): DetectedEvent[] => engine.events

describe('what is reported of routes', () => {
  it('is the same in whatever order the rows stand, once or twice', async () => {
    await fc.assert(
      fc.asyncProperty(truth, async (happenings) => {
        const plain = new TestTimelineRunner()
        const shuffled = new TestTimelineRunner()
        for (const poll of generatePollsOfTimeline(timeline(happenings))) {
          await plain.feed(poll)
          await shuffled.feed({ ...poll, observation: otherwise(poll.observation) })
        }
        expect(sorted(reported(shuffled))).toEqual(sorted(reported(plain)))
      }),
      RUNS,
    )
  })

  it('is nothing where nothing moves, whatever polls fail', async () => {
    const troubles: fc.Arbitrary<ArmResponseFaultPeriod[]> = fc.array(
      fc.record({
        kind: fc.constantFrom<PollKind | 'all'>('tables', 'learned', 'summary', 'all'),
        from: fc.integer({ min: 2, max: 25 }).map((minute) => text(START + minute * 60_000)),
        outcome: fc.constantFrom<PollOutcome>('timeout', 'throttled', 'malformed', 'not_polled'),
      }),
      { maxLength: 8 },
    )
    const aboutCollector = /^(collector_|nothing_polled|initial_state|clock_step)/
    await fc.assert(
      fc.asyncProperty(troubles, async (collector) => {
        const events = reported(await runTestTimeline(timeline([], collector)))
        expect(events.filter(({ kind }) => !aboutCollector.test(kind))).toEqual([])
      }),
      RUNS,
    )
  })

  it('is the same when all state is stored between any two polls', async () => {
    await fc.assert(
      fc.asyncProperty(truth, async (happenings) => {
        const once = reported(await runTestTimeline(timeline(happenings)))
        expect(reported(await runTestTimeline(timeline(happenings), { restarting: true }))).toEqual(once)
      }),
      RUNS,
    )
  })

  it('leaves a small memory, whatever moved', async () => {
    await fc.assert(
      fc.asyncProperty(truth, async (happenings) => {
        const player = await runTestTimeline(timeline(happenings))
        const sizes = (await player.scopeStates(['ckt-lon', 'ckt-ams', HUB_GATEWAY_NAME])).map(
          ({ parity, asns, sites, churn }) => JSON.stringify({ parity, asns, sites, churn }).length,
        )
        expect(Math.max(...sizes)).toBeLessThan(20_000)
      }),
      RUNS,
    )
  })
})

function otherwise(observation: PollObservation): PollObservation {
  if (observation.kind !== 'learned' && observation.kind !== 'tables') return observation
  const [first] = observation.rows
  const rows = first ? [...observation.rows.toReversed(), first] : []
  return { ...observation, rows }
}

/** Removes the order of rows. Only lists of prefixes and peers in the evidence depend on it. */
function sorted(events: readonly DetectedEvent[]): unknown[] {
  return events
    .map(({ kind, scope, subject, started, ended, severity, flags }) => ({
      kind,
      scope,
      subject,
      started,
      ended,
      severity,
      flags,
    }))
    .toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
}
