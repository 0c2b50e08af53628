import { describe, expect, it } from 'vitest'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { corpusScenarios } from './corpus.ts'
import { knownScenarioDeviations } from './known-gaps.ts'
import { createScenarioWorld } from './run.ts'
import { type CorpusScenario, type DetectableEventKind, DETECTABLE_EVENT_KINDS } from './scenario.ts'
import { FACT_KINDS, listTrueScenarioEvents } from './score.ts'
import { createPollSlots } from './schedule.ts'

/**
 * Kinds that the recorder in memory cannot raise: it knows no aliases (cases in
 * lib/history/record/inventory/moves.db.test.ts) and has no data about Peerwatch itself
 * (lib/alerting/peerwatch-fault-check.db.test.ts).
 */
const NOT_IN_MEMORY: ReadonlySet<DetectableEventKind> = new Set([
  'resource_moved',
  'resource_parted',
  'loss_ahead',
  'alerting_unproved',
  'channel_failing',
  'storage_low',
  'deletion_held',
  'screen_silent',
])

/**
 * Returns the kinds that a scenario must raise: the expected ones, and the visible ones that follow from the timetable.
 */
function raisedBy(scenario: CorpusScenario): Set<DetectableEventKind> {
  const world = createScenarioWorld(scenario)
  const slots = createPollSlots(scenario, world.scenario, MS_PER_MINUTE)
  const items = listTrueScenarioEvents({ scenario, world, slots, everyMs: MS_PER_MINUTE })
  return new Set([
    ...scenario.expect.map(({ event }) => event),
    ...items.flatMap(({ kind, seen }) => (FACT_KINDS.has(kind) && seen !== null ? [kind] : [])),
  ])
}

const raised = new Map(corpusScenarios.map((scenario) => [scenario.id, raisedBy(scenario)]))

describe('the corpus', () => {
  it('has every scenario of the catalogue, and each one once', () => {
    const numbered = (from: number, to: number) =>
      Array.from({ length: to - from + 1 }, (_, n) => `S${String(from + n).padStart(2, '0')}`)
    const ids = corpusScenarios.map(({ id }) => id)
    expect(ids).toEqual(expect.arrayContaining([...numbered(1, 35), ...numbered(40, 61), ...numbered(70, 72)]))
    expect(new Set(ids).size).toBe(ids.length)
  })

  it.each(corpusScenarios)(
    '$id is a valid scenario, with five minutes before its first change and half an hour after its last',
    (scenario) => {
      const { timeline } = createScenarioWorld(scenario)
      const edges = [
        ...timeline.effects
          .filter(({ kind }) => kind !== 'fault' && kind !== 'metric-delay')
          .flatMap(({ from, until }) => [from, until]),
        ...scenario.collector.flatMap((c) => (c.kind === 'stop' || c.kind === 'restart' ? [c.at, c.until] : [])),
      ].filter((at) => at >= scenario.start && Number.isFinite(at))
      for (const edge of edges) {
        expect(edge - scenario.start).toBeGreaterThanOrEqual(5 * MS_PER_MINUTE)
        expect(scenario.end - edge).toBeGreaterThanOrEqual(30 * MS_PER_MINUTE)
      }
    },
  )

  it.each(DETECTABLE_EVENT_KINDS.filter((kind) => !NOT_IN_MEMORY.has(kind)))(
    '%s must be raised by two scenarios, and must not be by two that come close',
    (kind) => {
      const raising = corpusScenarios.flatMap(({ id }) => (raised.get(id)?.has(kind) ? [id] : []))
      const close = corpusScenarios
        .filter(({ forbid }) => forbid.some(({ event }) => event === kind))
        .map(({ id }) => id)
      expect(
        [raising.length, close.length].map((n) => Math.min(n, 2)),
        `${kind}: ${raising}; not: ${close}`,
      ).toEqual([2, 2])
    },
  )

  it('polls every source once in each interval, and none while the collector is stopped', () => {
    const scenario = corpusScenarios.find(({ id }) => id === 'S42')
    if (!scenario) throw new Error('there is no S42')
    const peers = createPollSlots(scenario, createScenarioWorld(scenario).scenario, MS_PER_MINUTE).filter(
      ({ source }) => source.kind === 'peers',
    )
    const steps = new Set(peers.slice(1).map(({ startedAt }, n) => startedAt - (peers[n]?.startedAt ?? 0)))
    expect(steps).toEqual(new Set([MS_PER_MINUTE, 4 * MS_PER_MINUTE]))
  })
})

it('knows no gap of a scenario that is not there', () => {
  const ids = new Set(corpusScenarios.map(({ id }) => id))
  expect(knownScenarioDeviations.filter(({ scenario }) => !ids.has(scenario))).toEqual([])
})
