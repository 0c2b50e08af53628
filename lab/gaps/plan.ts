import { type PollOutcome, pollKinds } from '#lib/contract/index.ts'
import { MS_PER_SECOND } from '#lib/contract/time/time.ts'
import type { ScenarioTopologyName } from '../simulator/index.ts'
import type { PolledSource } from '../corpus/schedule.ts'
import { createSeededNumberGenerator } from '../freezes/freezer.ts'

/**
 * Start of the round at ten o'clock of the virtual day, in seconds. All sources are polled for `UNDISTURBED_POLL_CYCLE_COUNT` cycles
 * before.
 */
const BEGIN = 10 * 3_600

/**
 * Disturbance of a poll: it fails with an outcome, is skipped (`gap`), starts late (`late`), takes long (`slow`), or is
 * recorded only after later polls (`held`).
 */
export type PollDisturbance = PollOutcome | 'gap' | 'late' | 'slow' | 'held'
const REFUSALS: readonly PollOutcome[] = [
  'throttled',
  'forbidden',
  'unauthorized',
  'not_found',
  'timeout',
  'unavailable',
  'malformed',
]

/** A period in which a share of the polls of some sources is disturbed, in milliseconds after ten o'clock. */
export interface DisturbedPollPeriod {
  from: number
  to: number
  kinds: readonly string[]
  /** prefix of the source names; '' = all */
  of: string
  how: PollDisturbance
  /** 0 to 1 */
  share: number
  /** maximum delay in milliseconds for `late` and `slow`; for `held`, the maximum number of polls recorded before it */
  most: number
}

/** True events of a round, and the disturbed polls. */
export interface DisturbedPollTestRun {
  seed: number
  topology: ScenarioTopologyName
  everyMs: number
  /** duration from ten o'clock on */
  lengthMs: number
  /** true events, in the notation of the corpus */
  truth: string[]
  /** faults of Azure in which it omits a part of a table, in the notation of the corpus */
  partial: string[]
  gaps: DisturbedPollPeriod[]
}

export interface DisturbedPollTestEstate {
  topology: ScenarioTopologyName
  sources: number
  circuits: readonly string[]
}

const NEIGHBORS = ['10.0.4.4', '10.0.4.5', '10.0.4.6', '10.0.4.7']
const INSTANCES = ['10.0.4.12', '10.0.4.13']

/**
 * Plans a round from a seed.
 * @param steps number of polls of the round in the timetable
 */
export function planDisturbedPollTestRun(seed: number, steps: number): DisturbedPollTestRun {
  const random = createSeededNumberGenerator(seed)
  const below = (n: number) => Math.floor(random() * n)
  const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T
  const estate = pick(ESTATES)
  const everyMs = pick([10, 20, 60]) * MS_PER_SECOND
  const lengthMs = Math.ceil(steps / estate.sources) * everyMs
  const seconds = lengthMs / MS_PER_SECOND
  const cycles = lengthMs / everyMs
  const moments = Array.from({ length: 2 + below(cycles / 8) }, () => below(0.7 * seconds))
  /**
   * Formats an event with its period.
   * @param longest maximum duration in cycles
   */
  const during = (longest: number, what: string, from = pick(moments)) =>
    `${formatSecondsAfterTenAsTime(from)} ${what} until ${formatSecondsAfterTenAsTime(from + 5 + below((longest * everyMs) / MS_PER_SECOND))}`
  const some = <T>(most: number, of: () => T): T[] => Array.from({ length: below(most + 1) }, of)
  const path = () => `${pick(estate.circuits)}/${pick(['primary', 'secondary'])}`
  const paths = () => `${pick(estate.circuits)}/${pick(['primary', 'secondary', 'both', 'both'])}`
  const losses: ((from: number) => string)[] = [
    (from) => during(8, `cut-path ${paths()}`, from),
    (from) => during(8, `session-loss ${path()}`, from),
    (from) => during(1, `cut-path ${paths()}`, from),
    (from) => during(1, `session-loss ergw-hub ${pick(INSTANCES)}~${pick(NEIGHBORS)}`, from),
    (from) => during(4, `session-loss ergw-hub ${pick(['', pick(INSTANCES)])}~${pick(NEIGHBORS)}`, from),
    (from) => during(8, `withdraw ${pick(estate.circuits)} site=dc-${pick(['a', 'b'])}`, from),
    (from) => during(4, `instance-loss ergw-hub ${pick(INSTANCES)}`, from),
  ]
  const gap = (): DisturbedPollPeriod => {
    // the disturbance starts from five cycles before to three cycles after an event
    const from = Math.max(0, pick(moments) * MS_PER_SECOND + (random() * 8 - 5) * everyMs)
    const how = pick<PollDisturbance>([...REFUSALS, 'throttled', 'throttled', 'gap', 'late', 'late', 'slow', 'held'])
    return {
      from,
      to: from + (1 + pick([2, 5, 15]) * random()) * everyMs,
      kinds: pick([pollKinds, ['peers'], ['summary'], ['learned'], ['stats'], ['arp'], ['summary', 'stats'], ['peers', 'learned']]), // biome-ignore format: a list
      of: pick(['', '', ...estate.circuits, `${pick(estate.circuits)}/${pick(['primary', 'secondary'])}`, 'ergw-hub']),
      how,
      share: pick([1, 1, 0.7, 0.3]),
      most: how === 'held' ? 1 + below(30) : everyMs * pick([0.5, 1, 3, 6]),
    }
  }
  return {
    seed,
    topology: estate.topology,
    everyMs,
    lengthMs,
    truth: moments.map((from) => pick(losses)(from)),
    partial: some(1, () =>
      during(4, `api-fault ${pick(['missing-instance', 'null'])} gateway.learned instance=${pick(INSTANCES)}`),
    ),
    gaps: [gap(), gap(), ...some(cycles / 4, gap)],
  }
}

const ESTATES: readonly DisturbedPollTestEstate[] = [
  { topology: 'T2', sources: 18, circuits: ['ckt-lon', 'ckt-ams'] },
  { topology: 'T3', sources: 26, circuits: ['ckt-lon', 'ckt-ams', 'ckt-lon2'] },
  { topology: 'T2v', sources: 20, circuits: ['ckt-lon', 'ckt-ams'] },
]

/** Returns the gap that affects a poll of a source at a time, if any. */
export function findGap(
  gaps: readonly DisturbedPollPeriod[],
  { kind, name }: Pick<PolledSource, 'kind' | 'name'>,
  at: number,
): DisturbedPollPeriod | undefined {
  return gaps.find(
    ({ from, to, kinds, of }) => from <= at && at < to && kinds.includes(kind) && name.startsWith(of) && name !== '',
  )
}

/**
 * Formats a time of day.
 * @param seconds after ten o'clock
 */
export function formatSecondsAfterTenAsTime(seconds: number): string {
  const at = BEGIN + Math.round(seconds)
  return [at / 3_600, (at / 60) % 60, at % 60].map((part) => String(Math.floor(part)).padStart(2, '0')).join(':')
}
