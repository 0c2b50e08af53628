/** Which polls are made when: the catalogue's timetable, at any interval. */
import type { EpochMs } from '#lib/contract/index.ts'
import type { Happening, Scenario } from '#lib/simulator/index.ts'
import type { CorpusScenario, PolledKind } from './scenario.ts'
import { type Asked, type Telling, tellingOf } from './telling.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
/** From the request to the last byte; the sample is true for the middle. */
export const LATENCY_MS = 2 * SECOND

/** Second of the minute in which each kind is asked; a shorter interval draws them closer together. */
const OFFSETS: Readonly<Record<PolledKind, number>> = {
  peers: 0,
  learned: 5,
  summary: 10,
  tables: 15,
  arp: 20,
  stats: 25,
  inventory: 30,
  activity: 50,
}
const LOG_EVERY_MS = 5 * MINUTE

/** One thing that is polled. */
export interface PolledSource extends Asked {
  /** `ergw-hub`, `ckt-lon/primary`; '' = the subscription */
  readonly name: string
}

export interface Slot {
  readonly source: PolledSource
  /** true time of the request */
  readonly startedAt: EpochMs
  readonly finishedAt: EpochMs
  readonly sampleAt: EpochMs
  readonly telling: Telling
}

export function sourcesOf(estate: Scenario): PolledSource[] {
  const of = (kind: PolledKind, resource: string, path = ''): PolledSource => ({
    kind,
    resource,
    path,
    name: path === '' ? resource : `${resource}/${path}`,
  })
  return [
    ...estate.gateways.flatMap(({ name }) => [of('peers', name), of('learned', name)]),
    ...estate.circuits.flatMap(({ name }) => [
      ...(['primary', 'secondary'] as const).flatMap((path) =>
        (['summary', 'tables', 'arp'] as const).map((kind) => of(kind, name, path)),
      ),
      of('stats', name),
    ]),
    of('inventory', ''),
    of('activity', ''),
  ]
}

/** Every poll of a run in the order in which they end. */
export function slotsOf(scenario: CorpusScenario, estate: Scenario, everyMs: number): Slot[] {
  const slots = sourcesOf(estate).flatMap((source) => slotsOfSource(scenario, estate.happenings, source, everyMs))
  return slots.toSorted((a, b) => a.startedAt - b.startedAt || order(a) - order(b))
}

const order = ({ source }: Slot) => OFFSETS[source.kind]

function slotsOfSource(
  scenario: CorpusScenario,
  happenings: readonly Happening[],
  source: PolledSource,
  intervalMs: number,
): Slot[] {
  const { start, end, collector } = scenario
  const everyMs = source.kind === 'activity' ? LOG_EVERY_MS : intervalMs
  const offset = (OFFSETS[source.kind] * SECOND * Math.min(everyMs, MINUTE)) / MINUTE
  const slots: Slot[] = []
  for (let cycle = Math.ceil(start / everyMs) * everyMs; cycle <= end; cycle += everyMs) {
    const startedAt = Math.round(cycle + offset)
    const isIdle = collector.some(
      (c) => (c.kind === 'pause' || c.kind === 'restart') && c.at <= startedAt && startedAt < c.until,
    )
    if (isIdle) continue
    const sampleAt = startedAt + LATENCY_MS / 2
    const telling = tellingOf(happenings, collector, source, sampleAt)
    slots.push({ source, startedAt, finishedAt: startedAt + LATENCY_MS, sampleAt, telling })
  }
  return slots
}
