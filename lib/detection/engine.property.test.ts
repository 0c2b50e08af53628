import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DetectedEvent, PollObservation, PollOutcome, PollKind } from '#lib/contract/index.ts'
import { SITE_A_PREFIXES, createTwoCircuitEstate } from './testing/estates.ts'
import { runTestTimeline, TestTimelineRunner } from '#lib/poller/memory/testing/play.ts'
import {
  parseTimeOfSimulatedDay,
  type TestTimelineChange,
  generatePollsOfTimeline,
  type TestTimeline,
  type ArmResponseFaultPeriod,
} from '#lib/poller/memory/testing/timeline.ts'
import {
  announceSimulatedPrefixes,
  endSimulatedCustomerSession,
  endSimulatedNeighborSessions,
  startSimulatedCustomerSession,
  startSimulatedNeighborSessions,
  withdrawSimulatedPrefixes,
} from './testing/happenings.ts'

const START = parseTimeOfSimulatedDay('9:50')
const text = (at: number) => new Date(at).toISOString().slice(11, 23)

/**
 * The kinds of faults that may be simulated, and when they end. Each fault has its own object, so that the true
 * intervals do not mix.
 */
type Fault = 'path' | 'peer' | 'session' | 'flap' | 'withdraw' | 'arp'
interface Happens {
  fault: Fault
  after: number
  lasts: number
}

function happenings({ fault, after, lasts }: Happens): TestTimelineChange[] {
  const from = START + 300_000 + after
  const until = from + lasts
  const both = (begin: TestTimelineChange['do'], end: TestTimelineChange['do']): TestTimelineChange[] => [
    { at: text(from), do: begin },
    { at: text(until), do: end },
  ]
  switch (fault) {
    case 'path':
      return both(
        (world) => endSimulatedCustomerSession(world, 'ckt-lon', 'primary'),
        (world, at) => startSimulatedCustomerSession(world, 'ckt-lon', 'primary', at),
      )
    case 'peer':
      return both(
        (world) => endSimulatedNeighborSessions(world, '10.0.4.7'),
        (world, at) => startSimulatedNeighborSessions(world, '10.0.4.7', at),
      )
    case 'session':
      return both(
        (world) => endSimulatedNeighborSessions(world, '10.0.4.5', ['10.0.4.13']),
        (world, at) => startSimulatedNeighborSessions(world, '10.0.4.5', at, ['10.0.4.13']),
      )
    case 'flap':
      return [
        { at: text(from), do: (world, at) => startSimulatedNeighborSessions(world, '10.0.4.4', at, ['10.0.4.12']) },
      ]
    case 'withdraw':
      return both(
        (world) => withdrawSimulatedPrefixes(world, ['10.0.4.6'], SITE_A_PREFIXES),
        (world) => announceSimulatedPrefixes(world, ['10.0.4.6'], SITE_A_PREFIXES, [65001, 65001, 65001]),
      )
    case 'arp':
      return both(
        (world) => (world.path('ckt-ams', 'primary').arp = 'incomplete'),
        (world) => (world.path('ckt-ams', 'primary').arp = 'complete'),
      )
  }
}

const life: fc.Arbitrary<Happens[]> = fc.uniqueArray(
  fc.record({
    fault: fc.constantFrom<Fault>('path', 'peer', 'session', 'flap', 'withdraw', 'arp'),
    after: fc.integer({ min: 0, max: 900_000 }),
    lasts: fc.integer({ min: 1_000, max: 600_000 }),
  }),
  { maxLength: 5, selector: ({ fault }) => fault },
)
const troubles: fc.Arbitrary<ArmResponseFaultPeriod[]> = fc.array(
  fc.record({
    kind: fc.constantFrom<PollKind | 'all'>('peers', 'summary', 'learned', 'arp', 'all'),
    from: fc.integer({ min: 5, max: 35 }).map((minute) => text(START + minute * 60_000)),
    outcome: fc.constantFrom<PollOutcome>('timeout', 'throttled', 'unavailable', 'malformed', 'not_polled'),
  }),
  { maxLength: 6 },
)

const timeline = (lives: readonly Happens[], collector: ArmResponseFaultPeriod[] = []): TestTimeline => ({
  world: createTwoCircuitEstate,
  from: '9:50',
  to: '10:35',
  truth: lives.flatMap(happenings),
  collector,
})

const bare = ({ key: _, partOf: __, incident: ___, ...event }: DetectedEvent) => event
const all = (engine: TestTimelineRunner) => engine.events.map(bare)
/** Few runs, because each run plays most of an hour through the whole engine. */
const RUNS = { numRuns: 4 }

describe('the whole engine', () => {
  it('has bounds that contain the truth, whatever polls fail', async () => {
    await fc.assert(
      fc.asyncProperty(life, troubles, async (lives, collector) => {
        const engine = await runTestTimeline(timeline(lives, collector))
        const truth = Object.fromEntries(
          lives.map(({ fault, after, lasts }) => {
            const from = START + 300_000 + after
            return [fault, { from, until: from + lasts }]
          }),
        )
        for (const event of engine.events) {
          const reported = truthOf(event, truth)
          if (!reported) continue
          expect(reported.from).toBeGreaterThanOrEqual(event.started.earliest)
          expect(reported.from).toBeLessThanOrEqual(event.started.latest)
          if (!event.ended || !event.duration || reported.until === null) continue
          expect(reported.until).toBeGreaterThanOrEqual(event.ended.earliest - 1_000)
          expect(reported.until).toBeLessThanOrEqual(event.ended.latest + 1_000)
        }
      }),
      RUNS,
    )
  })

  it('raises nothing about a healthy network, whatever polls fail', async () => {
    await fc.assert(
      fc.asyncProperty(troubles, async (collector) => {
        const { events } = await runTestTimeline(timeline([], collector))
        expect(events.filter(({ kind }) => kind !== 'collector_error')).toEqual([])
      }),
      RUNS,
    )
  })

  it('gains no kind of event from failed polls that are put between good ones', async () => {
    await fc.assert(
      fc.asyncProperty(life, fc.array(fc.nat(500), { maxLength: 10 }), async (lives, places) => {
        const polls = [...generatePollsOfTimeline(timeline(lives))]
        const plain = new TestTimelineRunner()
        const disturbed = new TestTimelineRunner()
        const at = new Set(places)
        for (const [index, poll] of polls.entries()) {
          await plain.feed(poll)
          await disturbed.feed(poll)
          if (!at.has(index)) continue
          await disturbed.feed({ ...poll, observation: failed(poll.observation) })
        }
        const names = (engine: TestTimelineRunner) =>
          all(engine).map(({ kind, scope, subject, started }) => ({ kind, scope, subject, started }))
        expect(names(disturbed)).toEqual(names(plain))
      }),
      RUNS,
    )
  })

  it('comes out the same however often its state is stored and read back', async () => {
    await fc.assert(
      fc.asyncProperty(life, troubles, async (lives, collector) => {
        const series = timeline(lives, collector)
        const stored = await runTestTimeline(series, { restarting: true })
        expect(stored.events).toEqual((await runTestTimeline(series)).events)
      }),
      RUNS,
    )
  })

  it('shifts with the clock', async () => {
    await fc.assert(
      fc.asyncProperty(life, fc.integer({ min: -5e8, max: 5e8 }), async (lives, by) => {
        const plain = new TestTimelineRunner()
        const later = new TestTimelineRunner()
        for (const poll of generatePollsOfTimeline(timeline(lives))) {
          await plain.feed(poll)
          const { startedAt, finishedAt } = poll.observation
          const observation = { ...poll.observation, startedAt: startedAt + by, finishedAt: finishedAt + by }
          await later.feed({ ...poll, observation })
        }
        const spans = (engine: TestTimelineRunner, shift: number) =>
          all(engine).map(({ kind, subject, started, ended }) => ({
            kind,
            subject,
            started: { earliest: started.earliest + shift, latest: started.latest + shift },
            ended: ended && { earliest: ended.earliest + shift, latest: ended.latest + shift },
          }))
        expect(spans(later, 0)).toEqual(spans(plain, by))
      }),
      RUNS,
    )
  })

  it('has no event of a fault that an engine with fewer samples alone would see', async () => {
    await fc.assert(
      fc.asyncProperty(life, fc.nat(400), async (lives, place) => {
        const kinds = (engine: TestTimelineRunner) =>
          new Set(all(engine).map(({ kind, scope, subject }) => `${kind} ${scope} ${subject}`))
        const polls = [...generatePollsOfTimeline(timeline(lives))]
        const whole = new TestTimelineRunner()
        const fewer = new TestTimelineRunner()
        for (const [index, poll] of polls.entries()) {
          await whole.feed(poll)
          if (index !== place + 12) await fewer.feed(poll)
        }
        const known = kinds(whole)
        // if the only sample of an outage is removed, the outage appears as a flap if the session's age proves it
        const isNew = (name: string) => !known.has(name) && !known.has(name.replace(/^session_flap/, 'session_down'))
        expect([...kinds(fewer)].filter(isNew)).toEqual([])
      }),
      RUNS,
    )
  })
})

function failed(observation: PollObservation): PollObservation {
  return {
    ...observation,
    startedAt: observation.finishedAt + 100,
    finishedAt: observation.finishedAt + 200,
    outcome: 'timeout',
    silentInstances: [],
    rows: observation.kind === 'inventory' ? { resources: [], listedTypes: [], failedTypes: [] } : [],
  } as PollObservation
}

interface Span {
  from: number
  until: number | null
}

/** Returns the true interval behind an event; null if the subject of the event does not tell which fault caused it. */
function truthOf(event: DetectedEvent, truth: Record<string, Span | undefined>): Span | null {
  switch (event.kind) {
    case 'path_down':
    case 'redundancy_lost':
      return event.scope === 'ckt-lon' ? (truth.path ?? null) : null
    case 'peer_lost':
      return truth.peer ?? null
    case 'session_down':
      if (event.subject.endsWith('10.0.4.5')) return truth.session ?? null
      return event.subject.endsWith('10.0.4.7') ? (truth.peer ?? null) : null
    case 'mass_withdraw':
      return event.subject === '10.0.4.6' ? (truth.withdraw ?? null) : null
    default:
      return null
  }
}
