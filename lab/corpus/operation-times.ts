/**
 * A timetable with Azure's real delays: operations take the time of a profile and run one at a time on a gateway or
 * circuit. The product's own rule decides which is next.
 */
import type { EpochMs } from '#lib/contract/index.ts'
import { type DuePollOfResource, summarizeSessionPolls, nextTurn } from '#lib/platform/leases/testing/turn.ts'
import {
  computeRunTimeOfRequest,
  type ProfileName,
  SIMULATOR_PROFILES,
  type SimulatedWorld,
} from '../simulator/index.ts'
import { VirtualPoller } from './ask.ts'
import { runCorpusScenario, type ScenarioRunResult, createScenarioWorld } from './run.ts'
import type { CorpusScenario, PolledKind } from './scenario.ts'
import {
  sortScheduledPollsByEndTime,
  type PolledSource,
  type ScheduledCorpusPoll,
  createScheduledPollAt,
  createPollSlots,
} from './schedule.ts'

/** Kinds that are operations. `FIRST` lists those with priority. */
const OPERATIONS: ReadonlySet<PolledKind> = new Set(['peers', 'summary', 'learned', 'tables', 'arp', 'advertised'])
const FIRST: ReadonlySet<PolledKind> = new Set(['peers', 'summary'])
/** Interval in milliseconds at which a resource on which no operation may begin is checked again. */
const STEP_MS = 1_000
/**
 * Maximum wait for the resource, as a share of the interval. If a poll waited longer, its next due time is computed
 * from its actual start, as in `claimDuePolls`.
 */
const WAITED = 0.05

interface Waiting {
  source: PolledSource
  nextAt: EpochMs
  askedAt: EpochMs | null
  runMs: number | null
}

/**
 * Returns a function that plays a scenario as {@link runCorpusScenario} does, with operations that take as long as those of a
 * profile.
 */
export function createRunWithProfile(
  profile: ProfileName,
): (scenario: CorpusScenario, everyMs: number) => Promise<ScenarioRunResult> {
  return (scenario, everyMs) => {
    const world = createScenarioWorld(scenario)
    const usual = createPollSlots(scenario, world.scenario, everyMs)
    // A Route Server or a hub lists its peers in a plain request. Operations for its peers run on the server or hub
    // itself, and not on a gateway.
    const { routeServers, hubs } = world.scenario
    const withPeers = new Set([...routeServers, ...hubs].map(({ name }) => name))
    const isOfPeers = ({ kind, resource }: ScheduledCorpusPoll['source']) =>
      kind !== 'tables' && withPeers.has(resource.split('/')[0] ?? '')
    const isOperation = ({ source, startedAt }: ScheduledCorpusPoll) =>
      OPERATIONS.has(source.kind) && startedAt >= scenario.start && !isOfPeers(source)
    const byResource = Map.groupBy(usual.filter(isOperation), ({ source }) => source.resource)
    const arm = new VirtualPoller(world)
    try {
      const operations = [...byResource.values()].flatMap((slots) =>
        inTurn({ scenario, world, arm, profile, everyMs }, slots),
      )
      return runCorpusScenario(
        scenario,
        everyMs,
        sortScheduledPollsByEndTime([...usual.filter((slot) => !isOperation(slot)), ...operations]),
      )
    } finally {
      arm.close()
    }
  }
}

interface Playing {
  scenario: CorpusScenario
  world: SimulatedWorld
  arm: VirtualPoller
  profile: ProfileName
  everyMs: number
}

/** Returns the polls of one resource, which run one after the other. */
function inTurn(playing: Playing, usual: readonly ScheduledCorpusPoll[]): ScheduledCorpusPoll[] {
  const { scenario, world, everyMs } = playing
  const first = new Map<string, ScheduledCorpusPoll>()
  for (const slot of usual) {
    const key = `${slot.source.kind} ${slot.source.name}`
    if (!first.has(key)) first.set(key, slot)
  }
  const waiting = [...first.values()].map(
    // at the begin, every poll counts as requested, because it was never made
    ({ source, startedAt }): Waiting => ({ source, nextAt: startedAt, askedAt: startedAt, runMs: null }),
  )
  const slots: ScheduledCorpusPoll[] = []
  let followsTable = true
  for (let now = Math.min(...waiting.map(({ nextAt }) => nextAt)); now <= scenario.end; ) {
    const turn = turnAt(waiting, { now, followsTable, everyMs })
    if (!turn) {
      now = Math.max(now + STEP_MS, Math.min(...waiting.map(({ nextAt }) => nextAt)))
      continue
    }
    const lengthMs = lengthOf(playing, turn.source, now)
    const slot = createScheduledPollAt(scenario, world.scenario.happenings, turn.source, now, lengthMs)
    const waited = now - turn.nextAt > WAITED * everyMs
    const finishedAt = slot?.finishedAt ?? now
    turn.nextAt = Math.max((waited ? now : turn.nextAt) + everyMs, finishedAt)
    turn.askedAt = null
    if (!slot) continue
    turn.runMs = turn.runMs === null ? lengthMs : 0.7 * turn.runMs + 0.3 * lengthMs
    slots.push(slot)
    followsTable = !FIRST.has(turn.source.kind)
    now = finishedAt
  }
  return slots
}

function turnAt(
  waiting: readonly Waiting[],
  { now, followsTable, everyMs }: { now: EpochMs; followsTable: boolean; everyMs: number },
): Waiting | null {
  const candidates = waiting
    .filter(({ nextAt }) => nextAt <= now)
    .map((one): DuePollOfResource & { one: Waiting } => ({
      one,
      isFirst: FIRST.has(one.source.kind),
      nextAt: one.nextAt,
      everyMs,
      askedAt: one.askedAt,
      isBurst: false,
      runMs: one.runMs,
    }))
  const first = waiting.flatMap(({ source, nextAt }) => (FIRST.has(source.kind) ? [{ nextAt, everyMs }] : []))
  const chosen = nextTurn(candidates, { followsTable, first: summarizeSessionPolls(first) }, now)
  return candidates.find((candidate) => candidate === chosen)?.one ?? null
}

const lengthOf = ({ world, arm, profile }: Playing, source: PolledSource, at: EpochMs): number =>
  computeRunTimeOfRequest(world, SIMULATOR_PROFILES[profile], arm.pathOf(source), at)
