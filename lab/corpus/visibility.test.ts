import { describe, expect, it } from 'vitest'
import type { TimestampBounds } from '#lib/contract/index.ts'
import { MS_PER_MINUTE, MS_PER_SECOND } from '#lib/contract/time/time.ts'
import { corpusScenarios } from './corpus.ts'
import { createScenarioWorld } from './run.ts'
import type { CorpusScenario, ScenarioEventExpectation } from './scenario.ts'
import { createPollSlots } from './schedule.ts'
import { FACT_KINDS, sessionExpectations } from './score.ts'
import { type SessionFact, deriveSessionFacts } from './session-facts.ts'
import { findVisibleTrueEvent } from './visibility.ts'
import { WATCHDOG_KINDS, deriveWatchdogFacts } from './watchdog-facts.ts'

/** Tolerance of the bounds in the catalogue (the scenario files), in milliseconds. */
const TOLERANCE = MS_PER_SECOND
/**
 * Tolerance for traffic that is too short to lift the next pair of counters over the dead rate. The bounds are wider by
 * this time.
 */
const DEAD_RATE_TOLERANCE = 2 * MS_PER_SECOND

const near = (a: number, b: number, tolerance = TOLERANCE) => Math.abs(a - b) <= tolerance
const same = (a: TimestampBounds | null | undefined, b: TimestampBounds, tolerance = TOLERANCE) =>
  a != null && near(a.earliest, b.earliest) && near(a.latest, b.latest, tolerance)

function dated(scenario: CorpusScenario) {
  return scenario.expect.filter(
    ({ event, bounds, detectedAt, ends }) => !FACT_KINDS.has(event) && (bounds || detectedAt || ends?.bounds),
  )
}

const cases = corpusScenarios.flatMap((scenario) =>
  dated(scenario).map((expectation) => ({
    id: scenario.id,
    what: `${expectation.event} ${expectation.subject}`,
    scenario,
    expectation,
  })),
)

describe('what the catalogue worked out by hand, worked out from truth and timetable', () => {
  it.each(cases)('$id $what', ({ scenario, expectation }) => {
    const slots = createPollSlots(scenario, createScenarioWorld(scenario).scenario, MS_PER_MINUTE)
    const seen = findVisibleTrueEvent(expectation, slots, scenario)
    expect(seen).not.toBeNull()
    if (!seen) return
    const { bounds, detectedAt, ends, outage, flat } = expectation
    const says = [seen.started, seen.ended].map(
      (b) => b && [new Date(b.earliest).toISOString(), new Date(b.latest).toISOString()],
    )
    if (bounds)
      expect(same(seen.started, bounds, flat ? DEAD_RATE_TOLERANCE : TOLERANCE), `begins ${says[0]}`).toBe(true)
    if (detectedAt !== undefined)
      expect(near(seen.detectedAt, detectedAt), new Date(seen.detectedAt).toISOString()).toBe(true)
    if (ends?.bounds) expect(same(seen.ended, ends.bounds), `ends ${says[1]}`).toBe(true)
    if (outage) {
      expect(near(seen.duration?.minMs ?? -1, outage.minMs, 2 * TOLERANCE), `at least ${seen.duration?.minMs} ms`).toBe(
        true,
      )
      expect(near(seen.duration?.maxMs ?? -1, outage.maxMs, 2 * TOLERANCE), `at most ${seen.duration?.maxMs} ms`).toBe(
        true,
      )
    }
  })
})

const sessionCases = corpusScenarios.flatMap((scenario) =>
  sessionExpectations(scenario.expect).map((expectation) => ({
    id: scenario.id,
    subject: expectation.subject,
    scenario,
    expectation,
  })),
)

/** Tolerance of the catalogue's times for events of the watchdog, in milliseconds. */
const TICK_TOLERANCE = 10 * MS_PER_SECOND

describe('the watchdog', () => {
  const watched = corpusScenarios.flatMap((scenario) =>
    scenario.expect
      .filter(({ event }) => WATCHDOG_KINDS.has(event))
      .map(({ event, subject, detectedAt = null }) => ({ id: scenario.id, scenario, event, subject, detectedAt })),
  )
  it.each(watched)('$id $event $subject', ({ scenario, event, subject, detectedAt }) => {
    const facts = deriveWatchdogFacts(
      scenario,
      createPollSlots(scenario, createScenarioWorld(scenario).scenario, MS_PER_MINUTE),
      MS_PER_MINUTE,
    )
    const fact = facts.find((one) => one.kind === event && one.subject === subject)
    expect(fact).toBeDefined()
    if (detectedAt !== null) expect(near(fact?.seen.detectedAt ?? 0, detectedAt, TICK_TOLERANCE)).toBe(true)
  })
})

describe('sessions', () => {
  it.each(sessionCases)(
    '$id $subject',
    ({ scenario, expectation }: { scenario: CorpusScenario; expectation: ScenarioEventExpectation }) => {
      const world = createScenarioWorld(scenario)
      const facts = deriveSessionFacts(world, createPollSlots(scenario, world.scenario, MS_PER_MINUTE))
      const { event, subject, at, bounds, detectedAt, outage } = expectation
      const happenedAt = (f: SessionFact) => (event === 'session_flap' ? f.until : f.at)
      const fact = facts.find((f) => f.kind === event && f.subject === subject && happenedAt(f) === at)
      expect(fact, facts.map((f) => `${f.kind} ${f.subject} ${new Date(f.at).toISOString()}`).join('\n')).toBeDefined()
      if (!fact) return
      if (bounds) expect(same(event === 'session_flap' ? fact.seen.ended : fact.seen.started, bounds)).toBe(true)
      if (detectedAt !== undefined) expect(near(fact.seen.detectedAt, detectedAt)).toBe(true)
      if (outage)
        expect([fact.seen.duration?.minMs, near(fact.seen.duration?.maxMs ?? 0, outage.maxMs)]).toEqual([
          outage.minMs,
          true,
        ])
    },
  )

  it.each([
    ['S06', 60, ['session_flap']],
    ['S06', 10, ['session_down', 'session_up']],
    ['S30', 60, ['session_flap']],
    ['S12', 60, ['session_down', 'session_down', 'session_up', 'session_up']],
    ['S50', 60, []],
    ['S53', 60, []],
    ['S54', 300, ['session_flap']],
    ['S01', 300, ['session_down', 'session_up']],
  ] as const)('%s, polled every %i s, shows %j', (id, seconds, kinds) => {
    const scenario = corpusScenarios.find((one) => one.id === id)
    if (!scenario) throw new Error(`there is no ${id}`)
    const world = createScenarioWorld(scenario)
    const facts = deriveSessionFacts(world, createPollSlots(scenario, world.scenario, seconds * MS_PER_SECOND))
    expect(facts.map(({ kind }) => kind).toSorted()).toEqual(kinds)
  })
})
