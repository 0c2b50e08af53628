/**
 * Laws of detection (docs/rules/detection.md 6.4, numbers 4 to 10) over several scenarios of the corpus, because one
 * scenario cannot prove them.
 */
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import type { TimestampBounds, DetectedEvent } from '#lib/contract/index.ts'
import { MS_PER_SECOND, MS_PER_WEEK } from '#lib/contract/time/time.ts'
import { defaultSettings } from '#lib/detection/index.ts'
import { createDetectionInputs } from './beside.ts'
import { createCollectorClock } from './collector-clock.ts'
import { corpusScenarios } from './corpus.ts'
import {
  detectEvents,
  type CollectedPoll,
  generateScenarioPolls,
  runCorpusScenario,
  createScenarioWorld,
} from './run.ts'
import { type CollectorEvent, type CorpusScenario, CORPUS_DAY_START } from './scenario.ts'
import { LATENCY_MS, type ScheduledCorpusPoll, createPollSlots } from './schedule.ts'
import { doEventBoundsContainTruth as truthWithin, scoreScenarioRun } from './score.ts'

const EVERY_MS = 60 * MS_PER_SECOND
/**
 * In these scenarios a path is cut, a session flaps between two polls, prefixes are withdrawn, or a session falls and
 * only its counters show it.
 */
const PLAYED = ['S01', 'S06', 'S08', 'S12', 'S20', 'S24'] as const
const RUNS = 4

/** Kinds about the collector, to which other laws apply than to events of the network. */
const OF_COLLECTOR: ReadonlySet<string> = new Set([
  'collector_error',
  'collector_degraded',
  'nothing_polled',
  'clock_step',
])

/** Kinds that could be raised by mistake if a clock is wrong. */
const OF_AGES: ReadonlySet<string> = new Set([
  'session_down',
  'session_up',
  'session_flap',
  'duration_inconsistent',
  'session_restart_unproven',
])
/** Just below the tolerance within which ages are equal (`session.delta`). */
const MAX_DRIFT_MS = defaultSettings['session.delta'] - 1

interface Played {
  scenario: CorpusScenario
  world: ReturnType<typeof createScenarioWorld>
  polls: CollectedPoll[]
  events: DetectedEvent[]
}
const played = new Map<string, Played>()

async function folded({ scenario, world }: Played, polls: Iterable<CollectedPoll>): Promise<DetectedEvent[]> {
  const { events } = await detectEvents({ scenario, world, everyMs: EVERY_MS }, polls)
  return events.filter(({ kind }) => !OF_COLLECTOR.has(kind))
}

beforeAll(async () => {
  for (const id of PLAYED) {
    const scenario = corpusScenarios.find((one) => one.id === id)
    if (!scenario) throw new Error(`there is no ${id}`)
    const short = { ...scenario, end: Math.min(scenario.end, scenario.start + 25 * 60 * MS_PER_SECOND) }
    const world = createScenarioWorld(short)
    const polls: CollectedPoll[] = []
    for await (const made of generateScenarioPolls(short, world, createPollSlots(short, world.scenario, EVERY_MS)))
      polls.push(made)
    const one: Played = { scenario: short, world, polls, events: [] }
    played.set(id, { ...one, events: await folded(one, polls) })
  }
}, 120_000)

const some = fc.constantFrom(...PLAYED).map((id) => id as string)
const share = fc.double({ min: 0, max: 0.999, noNaN: true })
const indexOf = (polls: readonly unknown[], where: number) => Math.floor(where * polls.length)

async function holds(law: (one: Played, where: number, more: number) => Promise<void>): Promise<void> {
  await fc.assert(
    fc.asyncProperty(some, share, share, async (id, where, more) => {
      const one = played.get(id)
      if (!one) throw new Error(`${id} was not played`)
      await law(one, where, more)
    }),
    { numRuns: RUNS },
  )
}

/** Removes the version of the rules that raised the events, and sorts them. */
const said = (events: readonly DetectedEvent[]) =>
  events
    .map(({ kind, scope, subject, started, ended, duration, severity }) => ({
      kind, scope, subject, started, ended, duration, severity,
    })) // biome-ignore format: one line of names
    .toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))

describe('detection', () => {
  it('says something of each of these, so that the laws are about something', () => {
    for (const { events } of played.values()) expect(events.length).toBeGreaterThan(0)
  })

  it('4: raises the same events for rows in any order, once or twice', async () => {
    await holds(async (one, where, more) => {
      const polls = one.polls.map(
        (made, n): CollectedPoll => ({ ...made, observation: jumbled(made.observation, where + n * more) }),
      )
      expect(said(await folded(one, polls))).toEqual(said(one.events))
    })
  })

  it('5: says nothing new where a good sample is missing, and what it says contains what it would have said', async () => {
    await holds(async (one, where) => {
      const index = indexOf(one.polls, where)
      const events = await folded(
        one,
        one.polls.filter((_, n) => n !== index),
      )
      for (const event of events) {
        const full = one.events.find((other) => isSame(event, other) && meets(event.started, other.started))
        expect(full ?? explains(event, one.events), `${event.kind} ${event.subject}`).toBeDefined()
        if (full && full.kind === event.kind) expect(contains(event.started, full.started), event.kind).toBe(true)
      }
    })
  })

  it('6: says the same where polls fail in between', async () => {
    await holds(async (one, where, more) => {
      const failed = [indexOf(one.polls, where), indexOf(one.polls, more)]
      const polls = one.polls.flatMap((made, n) => (failed.includes(n) ? [made, failedAfter(made)] : [made]))
      expect(said(await folded(one, polls))).toEqual(said(one.events))
    })
  })

  it('7: contains the truth, and finds it, for any latency', async () => {
    await holds(async ({ scenario, world }, seed) => {
      const slots = withLatency(createPollSlots(scenario, world.scenario, EVERY_MS), seed)
      const { judged } = scoreScenarioRun(await runCorpusScenario({ ...scenario, expect: [] }, EVERY_MS, slots))
      expect(judged.filter(({ contained }) => contained === false).map(({ item }) => item)).toEqual([])
      expect(judged.filter(({ item, event }) => item.seen && !event).map(({ item }) => item)).toEqual([])
    })
  })

  it('7: contains the truth to within the drift of the collector’s clock, and takes it for nothing, below delta', async () => {
    await holds(async ({ scenario }, where) => {
      const clock = drifting(scenario, (2 * where - 1) * MAX_DRIFT_MS)
      const driftMs = Math.abs(createCollectorClock({ collector: [clock] })(scenario.end) - scenario.end)
      const collector = [...scenario.collector, clock]
      const { judged, falseAlarms } = scoreScenarioRun(
        await runCorpusScenario({ ...scenario, collector, expect: [] }, EVERY_MS),
      )
      const outside = judged.filter(({ event, item }) => event && !truthWithin(widened(event, driftMs), item))
      expect(outside.map(({ item }) => item)).toEqual([])
      expect(judged.filter(({ item, event }) => item.seen && !event).map(({ item }) => item)).toEqual([])
      expect(falseAlarms.filter(({ kind }) => OF_AGES.has(kind)).map(({ kind, subject }) => [kind, subject])).toEqual(
        [],
      )
    })
  })

  it('8: moves with all clocks', async () => {
    await holds(async (one, where) => {
      // the past that gives the usual rates of an hour is not shifted with the polls
      const shift = (1 + Math.floor(where * 50)) * MS_PER_WEEK
      const { scenario, world } = one
      const beside = createDetectionInputs(scenario, world)
      const trafficPast: typeof beside.trafficPast = (asked) => beside.trafficPast({ ...asked, at: asked.at - shift })
      const polls = one.polls.map((made): CollectedPoll => ({ ...made, observation: shifted(made.observation, shift) }))
      const { events } = await detectEvents({ scenario, world, everyMs: EVERY_MS }, polls, { ...beside, trafficPast })
      const back = events.filter(({ kind }) => !OF_COLLECTOR.has(kind)).map((event) => shiftedBack(event, shift))
      expect(said(back)).toEqual(said(one.events))
    })
  })

  it('9: adds nothing for a sample that comes twice', async () => {
    await holds(async (one, where, more) => {
      const [from, to] = [indexOf(one.polls, where), indexOf(one.polls, more)].toSorted((a, b) => a - b) as [
        number,
        number,
      ]
      const again = one.polls.flatMap((made, n) => (n >= from && n <= to ? [made, made] : [made]))
      expect(await folded(one, again)).toEqual(one.events)
    })
  })

  it('10: says the same from what it stored, wherever it begins again', async () => {
    await holds(async (one, where, more) => {
      const restarts = [indexOf(one.polls, where), indexOf(one.polls, more)]
      const polls = one.polls.map((made, n) => (restarts.includes(n) ? { ...made, restarted: true } : made))
      expect(await folded(one, polls)).toEqual(one.events)
    })
  })
})

const meets = (a: TimestampBounds, b: TimestampBounds) => a.earliest <= b.latest && b.earliest <= a.latest
const contains = (outer: TimestampBounds, inner: TimestampBounds) =>
  outer.earliest <= inner.earliest && inner.latest <= outer.latest

const isSame = (a: DetectedEvent, b: DetectedEvent) =>
  a.kind === b.kind && a.scope === b.scope && a.subject === b.subject

/**
 * Returns the event that explains a flap: a fall and a return without a sample in between are merged into one restart.
 */
function explains(event: DetectedEvent, events: readonly DetectedEvent[]): DetectedEvent | undefined {
  if (event.kind !== 'session_flap') return undefined
  return events.find((other) => other.kind === 'session_down' && other.subject === event.subject)
}

/** Returns a poll of the same source that gets no answer, directly after a good poll. */
function failedAfter(made: CollectedPoll): CollectedPoll {
  const { observation } = made
  const error = { code: 'TIMEOUT', detail: 'none', httpStatus: null, retryAfterSeconds: null, missingAction: null }
  const failed = {
    ...observation,
    startedAt: observation.finishedAt + 1,
    finishedAt: observation.finishedAt + 2,
    outcome: 'timeout' as const,
    error,
    silentInstances: [],
  }
  return { ...made, observation: failed }
}

/**
 * Gives the polls a latency between almost zero and ten times the usual one. Each is true for some moment in between.
 */
function withLatency(slots: readonly ScheduledCorpusPoll[], seed: number): ScheduledCorpusPoll[] {
  return slots.map((slot, n) => {
    const early = Math.floor(seed * (n + 1) * 7_919_000) % LATENCY_MS
    const late = Math.floor(seed * (n + 1) * 104_729_000) % (9 * LATENCY_MS)
    return { ...slot, startedAt: slot.sampleAt - 1 - early, finishedAt: slot.sampleAt + 1 + late }
  })
}

/** Returns a clock that is right at the begin of the run and drifts by this much until its end. */
function drifting({ start, end }: CorpusScenario, byMs: number): CollectorEvent {
  const ppm = Math.round((byMs * 1_000_000) / (end - start))
  const day = Date.parse(CORPUS_DAY_START)
  return { kind: 'clock', at: day, stepMs: -Math.round(((start - day) * ppm) / 1_000_000), ppm }
}

function widened({ started, ended, duration, ...event }: DetectedEvent, by: number): DetectedEvent {
  const wide = ({ earliest, latest }: TimestampBounds): TimestampBounds => ({
    earliest: earliest - by,
    latest: latest + by,
  })
  return {
    ...event,
    started: wide(started),
    ended: ended && wide(ended),
    duration: duration && { minMs: duration.minMs - by, maxMs: duration.maxMs + by },
  }
}

/** Rotates and reverses the rows of a poll, and duplicates some of them. */
function jumbled(observation: CollectedPoll['observation'], seed: number): CollectedPoll['observation'] {
  if (!Array.isArray(observation.rows)) return observation
  const rows: unknown[] = observation.rows
  const first = Math.floor((seed % 1) * rows.length)
  const turned = [...rows.slice(first), ...rows.slice(0, first)].toReversed()
  const jumble = { ...observation, rows: turned.flatMap((row, n) => ((n + first) % 3 === 0 ? [row, row] : [row])) }
  // the rows keep their type
  return jumble as CollectedPoll['observation']
}

function shifted(observation: CollectedPoll['observation'], by: number): CollectedPoll['observation'] {
  return { ...observation, startedAt: observation.startedAt + by, finishedAt: observation.finishedAt + by }
}

function shiftedBack({ started, ended, ...event }: DetectedEvent, by: number): DetectedEvent {
  const back = ({ earliest, latest }: TimestampBounds): TimestampBounds => ({
    earliest: earliest === Number.MIN_SAFE_INTEGER ? earliest : earliest - by,
    latest: latest - by,
  })
  return { ...event, started: back(started), ended: ended && back(ended) }
}
