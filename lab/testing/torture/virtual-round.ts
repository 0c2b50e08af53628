import type { DetectedEvent } from '#lib/contract/index.ts'
import { MS_PER_SECOND } from '#lib/contract/time/time.ts'
import { computeScenarioGroundTruth, type SimulatedWorld } from '../../simulator/index.ts'
import { readScenarios } from '../../corpus/text/read.ts'
import { detectEvents, type CollectedPoll, generateScenarioPolls, createScenarioWorld } from '../../corpus/run.ts'
import { type ScheduledCorpusPoll, createPollSlots } from '../../corpus/schedule.ts'
import { createSeededNumberGenerator } from '../../freezes/freezer.ts'
import {
  listSafetyAndLivenessFaults,
  findSafetyAndLivenessFaults,
  type GoodPoll,
  type RecordedNetworkEvent,
} from './audit.ts'
import { findLossEventsWithoutEnd } from './open-losses.ts'
import { type ArmFault, armFaults } from './plan.ts'
import { trueDowns } from './true-downs.ts'

const BEGIN = 10 * 3_600
/**
 * Lengths in seconds: the disturbed period, the calm period after it in which all faults end, and the undisturbed
 * polling before it.
 */
const DISTURBED = 600
const CALM = 900
const LEAD = 120
const DAY = 86_400

/** Faults of a connection, which virtual polls do not have. */
const OF_CONNECTIONS: readonly ArmFault[] = ['half-body', 'nothing', 'reset', 'slow']
const ARM_FAULTS = armFaults.filter((fault) => !OF_CONNECTIONS.includes(fault))
const OPERATIONS = ['*', 'circuit', 'gateway', 'gateway.peers', 'gateway.learned', 'circuit.summary', 'circuit.routes', 'circuit.arp'] // biome-ignore format: a list
const CIRCUITS = ['ckt-lon', 'ckt-ams']
const INSTANCES = ['10.0.4.12', '10.0.4.13']
const NEIGHBORS = ['10.0.4.4', '10.0.4.5', '10.0.4.6', '10.0.4.7']

/** Probability of each mishap of a poll between its answer and its recording, from 0 to 1. */
interface Mishaps {
  /** the worker ends before the commit */
  lost: number
  /** the connection is lost after the commit, so that the poll is recorded again */
  repeated: number
  /** the worker freezes, and other polls are recorded first */
  late: number
  /** the worker restarts before the poll, so that it knows only stored data */
  restarted: number
}

export interface VirtualTortureRound {
  seed: number
  everyMs: number
  /** length of the period in which faults may occur, from the start of the round */
  disturbedSeconds: number
  /** events in the notation of the corpus */
  lines: string[]
  mishaps: Mishaps
  /** clock offsets in force at some time, in milliseconds */
  clockSteps: number[]
}

/** Returns random helper functions for a seed. */
function drawn(seed: number, disturbed: number) {
  const random = createSeededNumberGenerator(seed)
  const below = (n: number) => Math.floor(random() * n)
  const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T
  const during = (longest: number, what: string) => {
    const from = below(disturbed)
    const to = Math.min(disturbed, from + 5 + below(longest))
    return `${time(from)} ${what} until ${time(to)}`
  }
  const some = (most: number, of: () => string) => Array.from({ length: below(most + 1) }, of)
  const share = () => pick([0, 0, 0.05, 0.3]) * random()
  const lossOfPath = () => `${pick(['session-loss', 'cut-path'])} ${pick(CIRCUITS)}/${pick(['primary', 'secondary'])}`
  const lossOfNeighbor = () => `session-loss ergw-hub ${pick(INSTANCES)}~${pick(NEIGHBORS)}`
  const loss = () => during(300, pick([lossOfPath, lossOfNeighbor])())
  return { below, pick, during, some, share, loss }
}

/** Plans a round from a seed: true events, Azure's answers, clock changes, and mishaps of polls. */
export function planVirtualRound(seed: number): VirtualTortureRound {
  const { below, pick, during, some, share, loss } = drawn(seed, DISTURBED)
  const armFault = () => during(300, `api-fault ${pick(ARM_FAULTS)} ${pick(OPERATIONS)}`)
  const step = pick([0, 0, 1_500, 30_000, 240_000, -1_500, -30_000, -240_000])
  const [setAt, setBackAt] = [below(DISTURBED / 2), DISTURBED / 2 + below(DISTURBED / 2)]
  const clock =
    step === 0
      ? []
      : [`${time(setAt)} collector clock stepMs=${step}`, `${time(setBackAt)} collector clock stepMs=${-step}`]
  return {
    seed,
    everyMs: pick([15, 30, 60]) * MS_PER_SECOND,
    disturbedSeconds: DISTURBED,
    lines: [...some(3, loss), ...some(3, armFault), ...clock],
    mishaps: { lost: share(), repeated: share(), late: share(), restarted: share() / 10 },
    clockSteps: [...new Set([0, step])],
  }
}

/** Budget window of the network provider, in seconds. Another client uses up the budget before the window ends. */
const WINDOW = 300

/**
 * Plans a day on which a subscription's budget is exhausted in every five-minute window, for all or some operations,
 * which are then refused for the rest of the window. Sessions and paths go down as on any day, whether polls detect
 * this or not.
 * @param seconds a multiple of five minutes; tests use less than a day
 */
export function planVirtualDay(seed: number, seconds = DAY): VirtualTortureRound {
  const { below, pick, some, share, loss } = drawn(seed, seconds)
  const spent = () => {
    const [from, spentFor] = [below(WINDOW), 30 + below(WINDOW - 60)]
    const windows = seconds / WINDOW - 1
    return `${time(from)} api-fault 429 ${pick(OPERATIONS)} for ${spentFor}s every ${WINDOW}s times ${windows}`
  }
  return {
    seed,
    everyMs: pick([60, 120]) * MS_PER_SECOND,
    disturbedSeconds: seconds,
    lines: [spent(), ...some(1, spent), ...some(30, loss)],
    mishaps: { lost: share(), repeated: 0, late: 0, restarted: 0 },
    clockSteps: [0],
  }
}

/**
 * Plays a round through decoder, recorder and detection, in memory and at virtual time.
 * @returns all faults; empty = none
 */
export async function playVirtualRound(round: VirtualTortureRound): Promise<string[]> {
  const { everyMs, lines, mishaps, clockSteps, disturbedSeconds } = round
  const end = disturbedSeconds + CALM
  const head = ['scenario S999 collector: Made', `run T2 from ${time(-LEAD)} to ${time(end)}`]
  const [scenario] = readScenarios(`${[...head, ...lines].join('\n  ')}\n`, 'made')
  if (!scenario) throw new Error('nothing was read')
  const world = createScenarioWorld(scenario)
  const random = createSeededNumberGenerator(round.seed + 1)
  const calm = scenario.end - CALM * MS_PER_SECOND
  const isLost = ({ startedAt }: ScheduledCorpusPoll) => startedAt < calm && random() < mishaps.lost
  const slots = createPollSlots(scenario, world.scenario, everyMs).filter((slot) => !isLost(slot))
  const goodPolls: GoodPoll[] = []
  const polls = befall(generateScenarioPolls(scenario, world, slots), {
    mishaps,
    calm,
    random,
    note: (made) => goodPolls.push(made),
  })
  const { events } = await detectEvents({ scenario, world, everyMs }, polls)
  const recorded = events.map(recordedOf)
  const from = scenario.end - (end + LEAD) * MS_PER_SECOND
  const verdicts = findSafetyAndLivenessFaults({
    unrecorded: [],
    // bounds from a wrong clock are compared with the true times, but not with polls
    undated: clockSteps.length > 1 ? [{ from, to: scenario.end }] : [],
    downs: trueDowns(computeScenarioGroundTruth(world, from, scenario.end)),
    touched: happenings(world, from, scenario.end).map((span) => ({
      from: span.from - MS_PER_SECOND,
      to: span.to + 2 * everyMs + 60 * MS_PER_SECOND,
      // if a circuit fails, gateways and other circuits take over and may have events, too
      names: recorded.map(({ scopeName }) => scopeName),
    })),
    clockSteps,
    events: recorded,
    goodPolls,
    writes: [],
    stored: new Map(),
    historyFaults: [],
    notAtRest: findLossEventsWithoutEnd(recorded),
    changed: [],
    sources: [],
    notifications: { lost: [], doubled: [] },
  })
  return listSafetyAndLivenessFaults(verdicts)
}

interface Befalling {
  mishaps: Mishaps
  /** time from which polls have no mishaps */
  calm: number
  random: () => number
  /** called for each successful poll that is recorded in order */
  note: (poll: GoodPoll) => void
}

async function* befall(
  polls: AsyncIterable<CollectedPoll>,
  { mishaps, calm, random, note }: Befalling,
): AsyncGenerator<CollectedPoll> {
  let held: CollectedPoll | null = null
  for await (const made of polls) {
    const isCalm = made.slot.startedAt >= calm
    if (held && (isCalm || random() < 0.2)) {
      yield held
      held = null
    }
    if (!isCalm && !held && random() < mishaps.late) {
      held = made
      continue
    }
    if (made.observation.outcome === 'ok') note(goodPollOf(made))
    yield !isCalm && random() < mishaps.restarted ? { ...made, restarted: true } : made
    if (!isCalm && random() < mishaps.repeated) yield { ...made, restarted: false }
  }
  if (held) yield held
}

const goodPollOf = ({ slot: { source, startedAt, finishedAt } }: CollectedPoll): GoodPoll => ({
  scopeName: source.resource,
  path: source.path,
  kind: source.kind,
  from: startedAt,
  to: finishedAt,
})

const recordedOf = ({ kind, scope, subject, started, ended }: DetectedEvent): RecordedNetworkEvent => ({
  kind,
  scopeName: scope,
  subject,
  started,
  ended,
})

function happenings(world: SimulatedWorld, from: number, to: number): { from: number; to: number }[] {
  return computeScenarioGroundTruth(world, from, to)
    .happenings.filter(({ op }) => op !== 'api-fault')
    .flatMap(({ times }) => times.map((one) => ({ from: Date.parse(one.from), to: Date.parse(one.until ?? one.from) })))
}

/**
 * Formats a time of day. Hours continue after 23 on the next day.
 * @param seconds after ten o'clock of the virtual day
 */
function time(seconds: number): string {
  const at = BEGIN + seconds
  return [at / 3_600, (at / 60) % 60, at % 60].map((part) => String(Math.floor(part)).padStart(2, '0')).join(':')
}
