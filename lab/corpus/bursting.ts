/** A timetable whose polls become faster after the first adverse sample, by the poller's own rule. */
import type { EpochMs } from '#lib/contract/index.ts'
import { defaultSettings } from '#lib/detection/index.ts'
import { findResourcesToBurst, selectPollsToBurst, addConnectedResources } from '#lib/poller/index.ts'
import type { SimulatorScenario } from '../simulator/index.ts'
import { detectEvents, generateScenarioPolls, type ScenarioRunResult, createScenarioWorld } from './run.ts'
import type { CorpusScenario } from './scenario.ts'
import {
  sortScheduledPollsByEndTime,
  getPollIntervalOfKindMs,
  type PolledSource,
  type ScheduledCorpusPoll,
  createScheduledPollAt,
  createPollSlots,
  listPolledSources,
} from './schedule.ts'

const { 'burst.interval': PACE_MS, 'burst.span': SPAN_MS, 'burst.polls': MOST } = defaultSettings

/** Reports whether polls at this interval can become faster. */
export const canBurst = (everySeconds: number) => everySeconds * 1_000 > PACE_MS

const keyOf = ({ kind, resource, peering, path }: PolledSource) => `${kind} ${resource} ${peering} ${path}`

/** Pending polls. Bursts are inserted among them. */
class BurstingTimetable implements Iterable<ScheduledCorpusPoll> {
  readonly made: ScheduledCorpusPoll[] = []
  readonly #scenario: CorpusScenario
  readonly #estate: SimulatorScenario
  readonly #everyMs: number
  readonly #fasterUntil = new Map<string, EpochMs>()
  #coming: ScheduledCorpusPoll[]

  constructor(scenario: CorpusScenario, estate: SimulatorScenario, everyMs: number) {
    this.#scenario = scenario
    this.#estate = estate
    this.#everyMs = everyMs
    this.#coming = createPollSlots(scenario, estate, everyMs)
  }

  *[Symbol.iterator](): Generator<ScheduledCorpusPoll> {
    for (let slot = this.#coming.shift(); slot; slot = this.#coming.shift()) {
      this.made.push(slot)
      yield slot
    }
  }

  /** Polls adverse resources and the resources connected to them faster, up to the maximum number of bursting polls. */
  startBurst(scopes: ReadonlySet<string>, provedAt: EpochMs): void {
    const { gateways, connections } = this.#estate
    const circuitsOf = (name: string) =>
      connections.flatMap(({ gateway, circuit }) => (gateway === name && circuit ? [circuit] : []))
    const nodes = gateways.map(({ name }) => ({ scope: name, circuits: circuitsOf(name) }))
    const polls = listPolledSources(this.#estate, this.#scenario.also)
      .filter(({ kind }) => getPollIntervalOfKindMs(kind, this.#everyMs) > PACE_MS)
      .map((source, sourceId) => ({ sourceId, scope: source.resource, kind: source.kind, source }))
    const isFaster = (source: PolledSource) => (this.#fasterUntil.get(keyOf(source)) ?? 0) > provedAt
    let room = MOST - polls.filter(({ source }) => isFaster(source)).length
    for (const { source } of selectPollsToBurst(polls, addConnectedResources(scopes, { gateways: nodes }))) {
      if (!isFaster(source) && room-- <= 0) continue
      this.#hurry(source, provedAt)
    }
  }

  #hurry(source: PolledSource, from: EpochMs): void {
    const until = from + SPAN_MS
    const isOwn = (slot: ScheduledCorpusPoll) => keyOf(slot.source) === keyOf(source) && slot.startedAt < until
    const next = this.#coming.find(isOwn)?.startedAt ?? Number.POSITIVE_INFINITY
    const first = Math.min(next, from + PACE_MS)
    const moments = Array.from({ length: Math.ceil((until - first) / PACE_MS) }, (_, n) => first + n * PACE_MS)
    const faster = moments
      .filter((at) => at <= this.#scenario.end)
      .flatMap((at) => createScheduledPollAt(this.#scenario, this.#estate.happenings, source, at) ?? [])
    this.#fasterUntil.set(keyOf(source), until)
    this.#coming = sortScheduledPollsByEndTime([...this.#coming.filter((slot) => !isOwn(slot)), ...faster])
  }
}

/** Plays a scenario as {@link run} does, with faster polls whenever the poller would start a burst. */
export async function runScenarioWithPollBursts(scenario: CorpusScenario, everyMs: number): Promise<ScenarioRunResult> {
  const world = createScenarioWorld(scenario)
  const timetable = new BurstingTimetable(scenario, world.scenario, everyMs)
  const detected = await detectEvents(
    { scenario, world, everyMs },
    generateScenarioPolls(scenario, world, timetable),
    undefined,
    ({ slot, observation }, { events }) => {
      const scopes = findResourcesToBurst(events, observation.finishedAt)
      if (scopes.size > 0) timetable.startBurst(scopes, slot.finishedAt)
    },
  )
  return { scenario, world, everyMs, slots: timetable.made, ...detected }
}
