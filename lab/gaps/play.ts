import {
  type DetectedEvent,
  type PollOutcome,
  type TimestampBounds,
  type EventKind,
  monitoringEventKinds,
  circuitPaths,
  type EpochMs,
} from '#lib/contract/index.ts'
import { detectEvents, type CollectedPoll, generateScenarioPolls, createScenarioWorld } from '../corpus/run.ts'
import type { CorpusScenario } from '../corpus/scenario.ts'
import { type ScheduledCorpusPoll, createScheduledPollAt, createPollSlots } from '../corpus/schedule.ts'
import { readScenarios } from '../corpus/text/read.ts'
import { createSeededNumberGenerator } from '../freezes/freezer.ts'
import {
  type PollDisturbance,
  type DisturbedPollPeriod,
  findGap,
  type DisturbedPollTestRun,
  formatSecondsAfterTenAsTime,
} from './plan.ts'
import {
  defaultSettings,
  judgePathState,
  formatPollKey,
  parseResourceState,
  computeIntervalStaleAgeMs,
} from '#lib/detection/index.ts'
import { type InMemoryDetector, TopologyCache } from '#lib/poller/index.ts'

/** Number of undisturbed poll cycles before the start and after the end of a round. */
export const UNDISTURBED_POLL_CYCLE_COUNT = 6
/**
 * Short poll interval in milliseconds, at which nearly every event is detected. At the interval of the round, a late
 * poll can show an event that no poll at its regular time would show.
 */
export const CLOSE_MS = 5_000

/**
 * Runs a round with disturbed polls, and again with complete answers at the interval of the round. If those answers do
 * not confirm all events, the round is also run with complete answers at a short interval.
 * @returns texts about events of the disturbed round that complete answers do not confirm, and about paths that were
 * reported as up without a recent poll; empty if there are none
 */
export async function runDisturbedPollTest(round: DisturbedPollTestRun): Promise<string[]> {
  const unasked = new Unasked()
  const found = await playWithGaps(round, unasked)
  const complete = await runTestWithCompleteAnswers(round, round.everyMs)
  if (findUnconfirmedEvents(found, complete).length === 0) return unasked.stated
  return [
    ...unasked.stated,
    ...findUnconfirmedEvents(found, [...complete, ...(await runTestWithCompleteAnswers(round, CLOSE_MS))]),
  ]
}

export function createScenarioOfTestRun(
  { topology, lengthMs, everyMs }: DisturbedPollTestRun,
  lines: readonly string[],
): CorpusScenario {
  const calm = (UNDISTURBED_POLL_CYCLE_COUNT * everyMs) / 1_000
  const head = [
    'scenario S999 collector: Made',
    `run ${topology} from ${formatSecondsAfterTenAsTime(-calm)} to ${formatSecondsAfterTenAsTime(lengthMs / 1_000 + calm)}`,
  ]
  const [scenario] = readScenarios(`${[...head, ...lines].join('\n  ')}\n`, 'made')
  if (!scenario) throw new Error('nothing was read')
  return scenario
}

export async function runTestWithCompleteAnswers(
  round: DisturbedPollTestRun,
  everyMs: number,
): Promise<readonly DetectedEvent[]> {
  const scenario = createScenarioOfTestRun(round, round.truth)
  const world = createScenarioWorld(scenario)
  const slots = createPollSlots(scenario, world.scenario, everyMs)
  const { events } = await detectEvents({ scenario, world, everyMs }, generateScenarioPolls(scenario, world, slots))
  return events
}

async function playWithGaps(round: DisturbedPollTestRun, unasked: Unasked): Promise<readonly DetectedEvent[]> {
  const { truth, partial, everyMs, gaps, seed } = round
  const scenario = createScenarioOfTestRun(round, [...truth, ...partial])
  const world = createScenarioWorld(scenario)
  const random = createSeededNumberGenerator(seed + 1)
  const begin = scenario.start + UNDISTURBED_POLL_CYCLE_COUNT * everyMs
  const found = ({ source, startedAt }: ScheduledCorpusPoll) => {
    const gap = findGap(gaps, source, startedAt - begin)
    return gap && random() < gap.share ? gap : undefined
  }
  const held = new Map<string, number>()
  const outcomes = new Map<string, PollOutcome>()
  const slots = delayed(
    scenario,
    world.scenario.happenings,
    createPollSlots(scenario, world.scenario, everyMs),
    (slot) => {
      const gap = found(slot)
      if (gap?.how === 'held') held.set(keyOf(slot), 1 + Math.floor(random() * gap.most))
      else if (gap && isOutcome(gap.how)) outcomes.set(keyOf(slot), gap.how)
      return { gap, share: random() }
    },
  )
  const polls = generateScenarioPolls(scenario, world, slots, (slot) => outcomes.get(keyOf(slot)) ?? null)
  const { events } = await detectEvents(
    { scenario, world, everyMs },
    heldBack(polls, held),
    undefined,
    (made, engine) => unasked.note(made, engine),
  )
  return events
}

const NOT_OUTCOMES: ReadonlySet<PollDisturbance> = new Set(['gap', 'late', 'slow', 'held'])
const isOutcome = (how: PollDisturbance): how is PollOutcome => !NOT_OUTCOMES.has(how)
const keyOf = ({ source: { kind, name }, startedAt }: ScheduledCorpusPoll) => `${kind} ${name} ${startedAt}`

/**
 * Returns the polls of the timetable, in which some are skipped and some are late or slow. A poll is left out if the
 * previous poll of its source is still running.
 */
function delayed(
  scenario: CorpusScenario,
  happenings: Parameters<typeof createScheduledPollAt>[1],
  slots: readonly ScheduledCorpusPoll[],
  befall: (slot: ScheduledCorpusPoll) => { gap: DisturbedPollPeriod | undefined; share: number },
): ScheduledCorpusPoll[] {
  const freeAt = new Map<string, number>()
  const made = slots.flatMap((slot) => {
    const { source, startedAt, finishedAt } = slot
    const name = `${source.kind} ${source.name}`
    if (startedAt < (freeAt.get(name) ?? 0)) return []
    const { gap, share } = befall(slot)
    if (gap?.how === 'gap') return []
    if (gap?.how !== 'late' && gap?.how !== 'slow') return [slot]
    const by = Math.round(share * gap.most)
    const late =
      gap.how === 'late'
        ? createScheduledPollAt(scenario, happenings, source, startedAt + by)
        : createScheduledPollAt(scenario, happenings, source, startedAt, finishedAt - startedAt + by)
    if (!late || late.finishedAt >= scenario.end) return []
    freeAt.set(name, late.finishedAt)
    return [late]
  })
  return made.toSorted((a, b) => a.finishedAt - b.finishedAt)
}

/** Yields the polls in a changed order: each held poll is recorded only after a number of others. */
async function* heldBack(
  polls: AsyncIterable<CollectedPoll>,
  held: Map<string, number>,
): AsyncGenerator<CollectedPoll> {
  let waiting: { made: CollectedPoll; left: number }[] = []
  for await (const made of polls) {
    const left = held.get(keyOf(made.slot))
    if (left !== undefined) {
      waiting.push({ made, left })
      continue
    }
    yield made
    waiting = waiting.map((one) => ({ ...one, left: one.left - 1 }))
    for (const one of waiting) if (one.left <= 0) yield one.made
    waiting = waiting.filter(({ left: more }) => more > 0)
  }
  for (const { made } of waiting) yield made
}

/** Groups of event kinds that describe the same problem. Which kind is reported depends on the poll interval. */
const SAME_MATTER: readonly ReadonlySet<EventKind>[] = [
  new Set<EventKind>(['session_down', 'session_flap', 'session_flapping']),
  new Set<EventKind>(['failover', 'best_path_shift', 'ecmp_reduced']),
]
/** Event kinds whose subject identifies one of several objects in the scope. */
const NAMED: ReadonlySet<EventKind> = new Set<EventKind>([
  'session_down',
  'session_flap',
  'session_flapping',
  'path_down',
  'peer_lost',
  'circuit_down',
  'redundancy_lost',
  'gateway_instance_lost',
  'green_but_dead',
])
/** Tolerance between different polls that detect the same loss, because a request takes time. */
const SLACK_MS = 3_000

/**
 * Returns texts about adverse root events that complete answers do not confirm, because complete answers raise no such
 * event, or because its begin or end differs.
 */
export function findUnconfirmedEvents(events: readonly DetectedEvent[], complete: readonly DetectedEvent[]): string[] {
  // an event that is part of another event is not checked, because it adds no statement of its own
  return events
    .filter((event) => isAdverse(event) && event.partOf === null)
    .flatMap((event) => {
      const same = complete.filter((one) => isSameMatter(one, event))
      if (same.length === 0) return [`complete answers raise none: ${formatEvent(event)}`]
      const began = same.filter(({ started }) => doTimeBoundsOverlap(started, event.started))
      if (began.length === 0)
        return [`begins at another time: ${formatEvent(event)}, truly ${same.map(formatEvent).join('; ')}`]
      if (event.ended === null) return []
      const ends = same.flatMap(({ ended }) => ended ?? [])
      const { ended } = event
      const isTrue = ends.some((one) => doTimeBoundsOverlap(one, ended))
      return isTrue ? [] : [`ends at another time: ${formatEvent(event)}, truly ${same.map(formatEvent).join('; ')}`]
    })
}

export const isAdverse = ({ kind, severity }: DetectedEvent) => severity !== 'info' && !monitoringEventKinds.has(kind)

function isSameMatter(one: DetectedEvent, other: DetectedEvent): boolean {
  const isKind = one.kind === other.kind || SAME_MATTER.some((kinds) => kinds.has(one.kind) && kinds.has(other.kind))
  return isKind && one.scope === other.scope && (!NAMED.has(one.kind) || one.subject === other.subject)
}

export const doTimeBoundsOverlap = (a: TimestampBounds, b: TimestampBounds) =>
  a.earliest <= b.latest + SLACK_MS && b.earliest <= a.latest + SLACK_MS

export function formatEvent({ kind, scope, subject, severity, started, ended, detectedAt }: DetectedEvent): string {
  const until = ended ? bounds(ended) : 'goes on'
  return `${kind} ${scope} ${subject} (${severity}) ${bounds(started)} to ${until}, found ${clock(detectedAt)}`
}
const bounds = ({ earliest, latest }: TimestampBounds) => `[${clock(earliest)}, ${clock(latest)}]`
const clock = (at: number) => new Date(at).toISOString().slice(11, 19)

type FoldContext = Parameters<typeof judgePathState>[0]

/**
 * Finds paths that detection reports as up without a recent successful poll. After each poll, it compares the reported
 * state of every path with the time of the path's last successful poll.
 */
class Unasked {
  readonly #book = new TopologyCache()
  /** start of the last poll that returned rows, by source and kind */
  readonly #readAt = new Map<string, EpochMs>()
  readonly #stated = new Set<string>()
  #now: EpochMs = 0

  /** Paths that were reported as up at some step without a recent poll; empty if there were none. */
  get stated(): string[] {
    return [...this.#stated]
  }

  async note({ observation, scope }: CollectedPoll, { store }: InMemoryDetector): Promise<void> {
    const { kind, target, outcome, startedAt, finishedAt } = observation
    this.#now = Math.max(this.#now, finishedAt)
    if (outcome === 'ok' || outcome === 'incomplete') {
      const key = formatPollKey(scope, target.subresource, kind)
      this.#readAt.set(key, Math.max(startedAt, this.#readAt.get(key) ?? 0))
    }
    const { topology, scopes } = await this.#book.groupOf(store, scope, this.#now)
    const [lastGoodPolls, stored] = await Promise.all([store.lastGoodPolls(scopes), store.loadScopes(scopes)])
    const context: FoldContext = {
      topology,
      scopes: Object.fromEntries(scopes.map((one) => [one, parseResourceState(stored.get(one) ?? null)])),
      mark: { ...MARK, scope, kind, startedAt, finishedAt: this.#now },
      everyMs: 0,
      settings: defaultSettings,
      lastGoodPolls,
    }
    for (const circuit of topology.circuits)
      for (const peering of circuit.peerings)
        for (const path of circuitPaths) {
          const { state, subresource } = judgePathState(context, circuit, peering, path)
          // keys of the polls that report the session of this path, and of the polls that report the byte counters of
          // the circuit
          const keys = [formatPollKey(circuit.scope, subresource, 'summary'), formatPollKey(circuit.scope, '', 'stats')]
          if ((state === 'up' || state === 'degraded') && !keys.some((key) => this.#isYoung(key, lastGoodPolls)))
            this.#stated.add(`stays ${state} and was not asked: ${circuit.scope} ${subresource}`)
        }
  }

  #isYoung(key: string, polled: NonNullable<FoldContext['lastGoodPolls']>): boolean {
    const readAt = this.#readAt.get(key)
    return readAt !== undefined && this.#now - readAt <= computeIntervalStaleAgeMs(polled[key]?.everyMs ?? 0)
  }
}

const MARK: Omit<FoldContext['mark'], 'scope' | 'kind' | 'startedAt' | 'finishedAt'> = {
  sourceId: 0,
  subresource: '',
  outcome: 'ok',
  previousOkAt: null,
  previousAttemptAt: null,
  silentInstances: [],
}
