/**
 * What a poller with this timetable could have seen, and within which bounds: from the truth and the timetable, by arithmetic of
 * its own. Detection is not asked.
 */
import { type Bounds, type DurationBounds, type EpochMs, BEFORE_MONITORING } from '#lib/contract/index.ts'
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
export function pollsFor(
  expectation: Pick<Expectation, 'sees' | 'source' | 'subject'>,
  slots: readonly Slot[],
): Slot[] {
  const kind = POLLS[expectation.sees]
  const name = sourceOf(expectation)
  return slots.filter(
    ({ source, telling }) => source.kind === kind && source.name === name && !telling.failed && !telling.blank,
  )
}

function sourceOf({ source, subject, sees }: Pick<Expectation, 'sees' | 'source' | 'subject'>): string {
  if (source !== undefined) return source
  if (sees === 'rg' || sees === 'al') return ''
  if (sees === 'ps' || sees === 'lr') return 'ergw-hub'
  const [circuit = '', path] = /^ckt-\w+(?:\/(?:primary|secondary))?/.exec(subject)?.[0].split('/') ?? []
  return sees === 'st' || sees === 'mx' ? circuit : `${circuit}/${path ?? 'primary'}`
}

/** The catalogue's `bounds(kind, T)`: [request of the last good poll before, end of the first good one that shows it]. */
function boundsOf(polls: readonly Slot[], at: EpochMs): { index: number; bounds: Bounds } | null {
  const index = polls.findIndex(({ sampleAt }) => sampleAt >= at)
  const [before, first] = [polls[index - 1], polls[index]]
  if (!before || !first) return null
  return { index, bounds: { earliest: before.startedAt, latest: first.finishedAt } }
}

/** What can be seen of an expectation; null = nothing. */
export function visible(expectation: Expectation, slots: readonly Slot[], scenario: CorpusScenario): Visible | null {
  const polls = pollsFor(expectation, slots)
  const { at, samples, flat, told, proved, after, sees, between, unless, level } = expectation
  const until = expectation.until ?? scenario.end + 1
  if (expectation.standing) return standing(polls)
  const begin = boundsOf(polls, at)
  const isPolledIn = (span: Bounds) => polls.some(({ sampleAt }) => span.earliest <= sampleAt && sampleAt < span.latest)
  if (between && !isPolledIn(between)) return null
  if (unless && isPolledIn(unless)) return null
  const provable = proved === undefined ? begin : boundsOf(polls, proved)
  if (!begin || !provable) return null
  const proof = flat === undefined ? nth(polls, provable.index, samples) : fullWindow(polls, begin.index, flat, samples)
  if (!proof || proof.sampleAt >= until) return null
  const first = polls[begin.index]
  const started = told && first ? narrowed(begin.bounds, toldBounds(first, at, told)) : begin.bounds
  if (level) Object.assign(started, crossed(polls, begin.index, at, level))
  else if (flat !== undefined && sees === 'st') started.latest += DEAD_SHARE * pairLength(polls, begin.index)
  if (after)
    started.earliest =
      lastBefore(pollsFor({ sees: after, subject: expectation.subject }, slots), at) ?? started.earliest
  const ended = expectation.ends ? endOf(expectation.ends, polls) : null
  const duration = ended && {
    minMs: Math.max(0, ended.earliest - started.latest),
    maxMs: Math.max(0, ended.latest - started.earliest),
  }
  return { started, detectedAt: proof.finishedAt, ended, duration }
}

/**
 * When a rate crossed a level for good, by means over pairs of samples alone: in the first pair whose mean is beyond it, or in the
 * end of the one before, for as long as that pair's own bits allow. The other way round for one that fell.
 */
function crossed(
  polls: readonly Slot[],
  index: number,
  at: EpochMs,
  { was, is }: NonNullable<Expectation['level']>,
): Bounds {
  const [previous, proving] = [polls[index - 1], polls[index]]
  if (!previous || !proving) throw new Error('a level is crossed between two polls')
  const lengthMs = proving.sampleAt - previous.sampleAt
  const mean = (was * (at - previous.sampleAt) + is * (proving.sampleAt - at)) / lengthMs
  const isRising = is > was
  const isShown = isRising ? mean >= 1 : mean <= 1
  const from = isShown ? index : index + 1
  const [begin, first] = [polls[from - 1] ?? previous, polls[from] ?? proving]
  if (isRising) {
    const head = lengthMs * Math.min(1, isShown ? was : mean)
    return { earliest: begin.startedAt - head, latest: first.finishedAt }
  }
  const tail = lengthMs * Math.min(1, isShown ? mean : is)
  return { earliest: (polls[from - 2] ?? begin).startedAt, latest: begin.finishedAt + tail }
}

/** Bytes too few to lift the next pair over the dead rate (detection.md 4, mark F). */
const DEAD_SHARE = 0.02

const pairLength = (polls: readonly Slot[], index: number) =>
  (polls[index]?.startedAt ?? 0) - (polls[index - 1]?.startedAt ?? 0)

function standing(polls: readonly Slot[]): Visible | null {
  const [first] = polls
  if (!first) return null
  const started = { earliest: BEFORE_MONITORING, latest: first.finishedAt }
  return { started, detectedAt: first.finishedAt, ended: null, duration: null }
}

const lastBefore = (polls: readonly Slot[], at: EpochMs) => polls.findLast(({ sampleAt }) => sampleAt < at)?.startedAt

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
  return { earliest: startedAt - printed - unit, latest: finishedAt - printed }
}

/** A router prints seconds for a day, hours for a week, then days (detection.md 1.2). */
function unitOf(age: number): number {
  const day = 86_400 * SECOND
  return age < day ? SECOND : age < 7 * day ? 3_600 * SECOND : day
}

export function narrowed(samples: Bounds, told: Bounds): Bounds {
  return { earliest: Math.max(samples.earliest, told.earliest), latest: Math.min(samples.latest, told.latest) }
}
