/**
 * What a poller with this timetable could have seen, and within which bounds: from the truth and the timetable, by arithmetic of
 * its own. Detection is not asked.
 */
import type { Bounds, DurationBounds, EpochMs } from '#lib/contract/index.ts'
import { type Expectation, POLLS, type CorpusScenario } from './scenario.ts'
import type { Slot } from './schedule.ts'

const SECOND = 1_000

/** Something that a perfect detector would have said. */
export interface Visible {
  /** bounds of the begin, from the samples around it */
  started: Bounds
  /** end of the poll that proves it */
  detectedAt: EpochMs
  ended: Bounds | null
  duration: DurationBounds | null
}

/** Good polls of the source that shows an expectation, in order. */
export function pollsFor(expectation: Expectation, slots: readonly Slot[]): Slot[] {
  const kind = POLLS[expectation.sees]
  const name = sourceOf(expectation)
  return slots.filter(
    ({ source, telling }) => source.kind === kind && source.name === name && !telling.failed && !telling.blank,
  )
}

function sourceOf({ source, subject, sees }: Expectation): string {
  if (source !== undefined) return source
  if (sees === 'rg' || sees === 'al') return ''
  if (sees === 'ps' || sees === 'lr') return 'ergw-hub'
  const [circuit = '', path] = /^ckt-\w+(?:\/(?:primary|secondary))?/.exec(subject)?.[0].split('/') ?? []
  return sees === 'st' ? circuit : `${circuit}/${path ?? 'primary'}`
}

/** The catalogue's `bounds(kind, T)`: [request of the last good poll before, end of the first good one that shows it]. */
export function boundsOf(polls: readonly Slot[], at: EpochMs): { index: number; bounds: Bounds } | null {
  const index = polls.findIndex(({ sampleAt }) => sampleAt >= at)
  const [before, first] = [polls[index - 1], polls[index]]
  if (!before || !first) return null
  return { index, bounds: { lo: before.startedAt, hi: first.finishedAt } }
}

/** What can be seen of an expectation; null = nothing. */
export function visible(expectation: Expectation, slots: readonly Slot[], scenario: CorpusScenario): Visible | null {
  const polls = pollsFor(expectation, slots)
  const { at, samples, flat } = expectation
  const until = expectation.until ?? scenario.end + 1
  const begin = boundsOf(polls, at)
  if (!begin) return null
  const proof = flat === undefined ? nth(polls, begin.index, samples) : fullWindow(polls, begin.index, flat, samples)
  if (!proof || proof.sampleAt >= until) return null
  const ended = expectation.ends ? endOf(expectation.ends, polls) : null
  const started = begin.bounds
  const duration = ended && { minMs: Math.max(0, ended.lo - started.hi), maxMs: Math.max(0, ended.hi - started.lo) }
  return { started, detectedAt: proof.finishedAt, ended, duration }
}

const nth = (polls: readonly Slot[], index: number, samples: number) => polls[index + samples - 1] ?? null

/** The sample that ends a whole window in which a counter stood still: so many pairs, and so long (detection.md 3.5). */
function fullWindow(polls: readonly Slot[], index: number, flatMs: number, pairs: number): Slot | null {
  const begin = polls[index]
  if (!begin) return null
  const rest = polls.slice(index + pairs)
  return rest.find(({ sampleAt }) => sampleAt - begin.sampleAt >= flatMs) ?? null
}

function endOf({ at, told }: NonNullable<Expectation['ends']>, polls: readonly Slot[]): Bounds | null {
  const end = boundsOf(polls, at)
  const proof = end && polls[end.index]
  if (!end || !proof) return null
  return told ? narrowed(end.bounds, toldBounds(proof, at, told)) : end.bounds
}

/** Since when, as the answer itself tells it: exact to the latency, and to the unit in which it is printed. */
export function toldBounds(
  { startedAt, finishedAt, sampleAt }: Slot,
  at: EpochMs,
  told: 'duration' | 'upDown',
): Bounds {
  const age = sampleAt - at
  const unit = told === 'duration' ? 0 : unitOf(age)
  const printed = unit === 0 ? age : Math.floor(age / unit) * unit
  return { lo: startedAt - printed - unit, hi: finishedAt - printed }
}

/** A router prints seconds for a day, hours for a week, then days (detection.md 1.2). */
function unitOf(age: number): number {
  const day = 86_400 * SECOND
  return age < day ? SECOND : age < 7 * day ? 3_600 * SECOND : day
}

export function narrowed(samples: Bounds, told: Bounds): Bounds {
  return { lo: Math.max(samples.lo, told.lo), hi: Math.min(samples.hi, told.hi) }
}
