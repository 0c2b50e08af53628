/**
 * Runs a scenario at virtual time. Every poll of its timetable passes through decoder, refinement, recorder and
 * detection.
 */
import { decodeResourceConfig } from '#lib/azure/config/index.ts'
import type { PollTimes } from '#lib/azure/index.ts'
import type { ValueByAddressFamily } from '#lib/bgp/index.ts'
import {
  type TimestampBounds,
  correctForClockStep,
  type DetectedEvent,
  type DetectedIncident,
  type EpochMs,
  isResourceChanging,
  type PollObservation,
  type PollOutcome,
  findMseePathAddresses,
  type ResourceConfig,
} from '#lib/contract/index.ts'
import {
  DEFAULT_SETTINGS,
  type DetectionDataReaders,
  getConfiguredInstances,
  InMemoryDetector,
  type KnownSourceFacts,
  updateSourceKnowledge,
  EMPTY_SOURCE_KNOWLEDGE,
  createPausedPoll,
  createPollWithoutRows,
  InMemoryRecorder,
  markIncompletePoll,
  convertRowsToSessions,
} from '#lib/poller/index.ts'
import { createWorld, parseSimulatorScenario, type SimulatedWorld } from '../simulator/index.ts'
import { VirtualPoller } from './ask.ts'
import { createDetectionInputs, COLLECTOR_HOLD_MS } from './beside.ts'
import { createCollectorClock, createDatingClock } from './collector-clock.ts'
import { type CorpusScenario, CORPUS_DAY_START, toSimulatorScenario } from './scenario.ts'
import { getPollIntervalOfKindMs, type ScheduledCorpusPoll, createPollSlots, listPolledSources } from './schedule.ts'
import { POLL_PAUSED_REASON } from './poll-result.ts'
import { CORPUS_MACHINE_NAME, WatchdogSimulation } from './watching.ts'

/**
 * Delay in milliseconds after which a router's circuits are evaluated again: a silent router may return
 * (lib/detection/model/settings.ts, router.returns), and a router that hangs loses its session by the hold timer.
 */
const AGAIN_AFTER_MS: Record<string, number> = {
  silent: DEFAULT_SETTINGS.settings['router.returns'] + 1_000,
  hung: COLLECTOR_HOLD_MS,
}

export interface ScenarioRunResult {
  readonly scenario: CorpusScenario
  readonly world: SimulatedWorld
  readonly everyMs: number
  readonly slots: readonly ScheduledCorpusPoll[]
  readonly events: readonly DetectedEvent[]
  readonly incidents: readonly DetectedIncident[]
}

/** A poll as the collector made it. */
export interface CollectedPoll {
  slot: ScheduledCorpusPoll
  observation: PollObservation
  scope: string
  localAddresses: ValueByAddressFamily | null
  /**
   * whether the collector restarted before this poll, so that it first restores its last poll of each source from the
   * stored data
   */
  restarted: boolean
}

export function createScenarioWorld(scenario: CorpusScenario): SimulatedWorld {
  return createWorld(parseSimulatorScenario(toSimulatorScenario(scenario)), Date.parse(CORPUS_DAY_START))
}

/**
 * Plays a scenario and returns the detected events.
 * @param everyMs interval of each kind in milliseconds
 * @param slots polls that replace those of the timetable
 */
export async function runCorpusScenario(
  scenario: CorpusScenario,
  everyMs: number,
  slots?: readonly ScheduledCorpusPoll[],
): Promise<ScenarioRunResult> {
  const world = createScenarioWorld(scenario)
  const made = slots ?? createPollSlots(scenario, world.scenario, everyMs)
  const detected = await detectEvents({ scenario, world, everyMs }, generateScenarioPolls(scenario, world, made))
  return { scenario, world, everyMs, slots: made, ...detected }
}

/** Returns the events and incidents that detection derives from polls. */
export async function detectEvents(
  { scenario, world, everyMs }: Pick<ScenarioRunResult, 'scenario' | 'world' | 'everyMs'>,
  polls: AsyncIterable<CollectedPoll> | Iterable<CollectedPoll>,
  beside: DetectionDataReaders = createDetectionInputs(scenario, world),
  afterPoll?: (made: CollectedPoll, engine: InMemoryDetector) => void | Promise<void>,
): Promise<Pick<ScenarioRunResult, 'events' | 'incidents'>> {
  const recorder = new InMemoryRecorder()
  const engine = new InMemoryDetector(recorder, beside)
  const watching = new WatchdogSimulation(scenario, listPolledSources(world.scenario, scenario.also), everyMs)
  const last = new Map<string, CollectedPoll>()
  const feed = ({ observation, scope, localAddresses }: CollectedPoll) => {
    const noted = recorder.record(observation, scope, localAddresses)
    return engine.feed({
      ...noted,
      observation: noted.evaluated,
      localAddresses,
      everyMs: getPollIntervalOfKindMs(observation.kind, everyMs),
    })
  }
  const reports = scenario.collector
    .filter((one) => one.kind === 'router')
    .flatMap(({ resource, at, until, state }) =>
      [at, until, at + (AGAIN_AFTER_MS[state] ?? 0)].map((moment) => ({
        scope: resource.split('/')[0] ?? '',
        moment,
      })),
    )
    .toSorted((a, b) => a.moment - b.moment)
  for await (const made of polls) {
    const { target, kind } = made.observation
    await watching.until(made.slot.finishedAt, engine)
    for (let [next] = reports; next && next.moment <= made.slot.finishedAt; [next] = reports) {
      await engine.reported(next.scope, next.moment, getPollIntervalOfKindMs('summary', everyMs))
      reports.shift()
    }
    const source = `${target.resourceId} ${target.subresource} ${kind}`
    if (made.restarted) {
      engine.restart()
      for (const again of last.values()) await feed(again)
    }
    await feed(made)
    watching.note(made.slot.source, made.observation)
    last.set(source, made)
    await afterPoll?.(made, engine)
  }
  await watching.until(scenario.end, engine)
  return { events: engine.events, incidents: engine.incidents }
}

/**
 * Yields every poll of a scenario as history would receive it, in the order in which they end.
 * @param refusedAs the outcome of a poll that fails in addition to the scenario's faults; null = it does not fail
 */
export async function* generateScenarioPolls(
  scenario: CorpusScenario,
  world: SimulatedWorld,
  slots: Iterable<ScheduledCorpusPoll>,
  refusedAs: (slot: ScheduledCorpusPoll) => PollOutcome | null = () => null,
): AsyncGenerator<CollectedPoll> {
  const arm = new VirtualPoller(world)
  const clock = createCollectorClock(scenario)
  const dating = createDatingClock(scenario, CORPUS_MACHINE_NAME)
  const memory = new Memory()
  let resumesAt = restartAt(scenario)
  try {
    for (const slot of slots) {
      const begun = { startedAt: clock(slot.startedAt), clock: dating(slot.startedAt) }
      const { startedAt, clock: datedBy } = correctForClockStep(begun, dating(slot.finishedAt))
      // a call measures its duration by the monotonic clock, so that setting the wall clock does not change it
      const finishedAt = startedAt + (slot.finishedAt - slot.startedAt)
      const span = { startedAt, finishedAt, ...(datedBy && { clock: datedBy }) }
      const restarted = slot.startedAt >= resumesAt
      if (restarted) resumesAt = Number.POSITIVE_INFINITY
      const raw = refusal(arm, slot, span, refusedAs(slot)) ?? (await madeOf(scenario, arm, slot, span))
      yield { slot, ...memory.take(slot, raw), restarted }
    }
  } finally {
    arm.close()
  }
}

async function madeOf(
  scenario: CorpusScenario,
  arm: VirtualPoller,
  slot: ScheduledCorpusPoll,
  span: PollTimes,
): Promise<PollObservation> {
  const { source, result } = slot
  if (result.reason === POLL_PAUSED_REASON)
    return createPausedPoll(arm.targetOf(source), source.kind, PAUSE, span.startedAt)
  if (!timedOut(scenario, slot)) return arm.poll(slot, span)
  const about = { target: arm.targetOf(source), kind: source.kind, ...span }
  return createPollWithoutRows(about, 'timeout', { code: 'TIMEOUT', detail: 'No answer came in time.' })
}

function refusal(
  arm: VirtualPoller,
  { source }: ScheduledCorpusPoll,
  span: PollTimes,
  outcome: PollOutcome | null,
): PollObservation | null {
  if (outcome === null) return null
  const about = { target: arm.targetOf(source), kind: source.kind, ...span }
  return createPollWithoutRows(about, outcome, { code: outcome, detail: 'Nothing was read.' })
}

/** A pause by an operator; its text is irrelevant. */
const PAUSE = { id: 'pause', why: 'work', from: CORPUS_DAY_START, to: CORPUS_DAY_START, scopes: [], by: 'alice' }

/** Data from earlier polls that is needed to interpret the next poll, by gateway or path. */
class Memory {
  private readonly knowledge = new Map<string, KnownSourceFacts>()
  private readonly configs = new Map<string, ResourceConfig | null>()
  /** for gateways: the begin of the current change, and the bounds of the last finished change */
  private readonly changes = new Map<string, { since: EpochMs | null; over: TimestampBounds | null }>()
  private listedAt: EpochMs = 0

  take({ source }: ScheduledCorpusPoll, raw: PollObservation): Omit<CollectedPoll, 'restarted' | 'slot'> {
    const known = this.knowledge.get(source.name) ?? EMPTY_SOURCE_KNOWLEDGE
    const config = this.configs.get(source.resource) ?? null
    const observation = markIncompletePoll(raw, {
      ...known,
      ...getConfiguredInstances(config),
      changed: this.changes.get(source.resource)?.over ?? null,
    })
    const isGood = observation.outcome === 'ok' || observation.outcome === 'incomplete'
    if (isGood && (observation.kind === 'peers' || observation.kind === 'summary'))
      this.knowledge.set(
        source.name,
        updateSourceKnowledge(known, convertRowsToSessions(observation), observation.outcome === 'ok'),
      )
    if (isGood && observation.kind === 'inventory')
      for (const { name, type, config: own } of observation.rows.resources)
        this.note(name, decodeResourceConfig(type, own), observation)
    const { path } = source
    const isPath = observation.kind === 'summary' && (path === 'primary' || path === 'secondary')
    const localAddresses =
      isPath && config?.resource === 'circuit' ? findMseePathAddresses(config, source.peering, path) : null
    if (observation.kind === 'inventory') this.listedAt = observation.startedAt
    return { observation, scope: source.resource || 'subscription', localAddresses }
  }

  private note(name: string, config: ResourceConfig | null, { finishedAt }: PollObservation): void {
    this.configs.set(name, config)
    if (config?.resource !== 'gateway') return
    const { since, over } = this.changes.get(name) ?? { since: null, over: null }
    const is = isResourceChanging(config)
    if (is && since === null) this.changes.set(name, { since: this.listedAt, over })
    if (!is && since !== null) this.changes.set(name, { since: null, over: { earliest: since, latest: finishedAt } })
  }
}

function restartAt({ collector }: CorpusScenario): EpochMs {
  const restart = collector.find((c) => c.kind === 'restart')
  return restart ? restart.until : Number.POSITIVE_INFINITY
}

function timedOut({ collector }: CorpusScenario, { source, sampleAt }: ScheduledCorpusPoll): boolean {
  return collector.some(
    (c) =>
      c.kind === 'timeout' &&
      c.poll === source.kind &&
      (c.source ?? source.name) === source.name &&
      c.at <= sampleAt &&
      sampleAt < c.until,
  )
}
