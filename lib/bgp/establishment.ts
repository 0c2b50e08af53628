/**
 * The establishments of one BGP session, distinguished by the time that it says it has been up. Pure arithmetic on bounds, all in epoch
 * milliseconds; docs/rules/as-of.md, "One life of a session".
 */

/** Bounds on an instant: it lies in [earliest, latest]. */
interface InstantSpan {
  earliest: number
  latest: number
}

/** What is known of the life that a session is in. Plain JSON. */
export interface Establishment {
  /** when it came up, by each of the last samples; newest last */
  samples: InstantSpan[]
  /** the last samples since that contradict them and agree with each other, newest last */
  suspects: InstantSpan[]
  /** end of the first sample of those that agree; null = none contradicts */
  suspectedSince: number | null
}

/**
 * - `same`: the life goes on
 * - `restarted`: the session went down and came up again between the two samples
 * - `inconsistent`: the sample contradicts the earlier ones and proves nothing (a cached answer, another view)
 * - `rebaselined`: contradictions in a row have agreed with each other for long enough; from now on they are believed
 * - `unknown`: one of the two samples has no duration
 */
export type EstablishmentVerdict = 'same' | 'restarted' | 'inconsistent' | 'rebaselined' | 'unknown'

/** Jitter and drift that two samples of one life may show. */
const TOLERANCE_MS = 2_000
/** Older samples are let go, so that slow clock drift can't empty the intersection. */
const KEPT_SAMPLES = 10
/** Contradictions that agree are believed when they are three (docs/rules/detection.md 1.3) ... */
const AGREEING_SUSPECTS = 3
/** ... and were taken over so long, whenever within its call each was: frequent polls see the same other view more often. */
const AGREEING_FOR_MS = 120_000

const NO_SUSPECTS: Pick<Establishment, 'suspects' | 'suspectedSince'> = { suspects: [], suspectedSince: null }

/**
 * When a session came up, from the age in a sample: the sample was taken somewhere in [startedAt, finishedAt].
 * @param unitMs what the printed age was truncated to; 0 = not truncated
 */
export function establishedSpan(
  sample: { startedAt: number; finishedAt: number },
  ageMs: number,
  unitMs = 0,
): InstantSpan {
  return { earliest: Math.floor(sample.startedAt - ageMs - unitMs), latest: Math.ceil(sample.finishedAt - ageMs) }
}

/** An establishment with one sample; null = the sample has no age. */
export function beginEstablishment(established: InstantSpan | null): Establishment {
  return { ...NO_SUSPECTS, samples: established ? [established] : [] }
}

/** When the life began: what its samples have in common; where jitter leaves nothing in common, all that they span. */
export function establishedAt({ samples }: Establishment): InstantSpan | null {
  const [first, ...rest] = samples
  if (!first) return null
  const common = rest.reduce(
    (a, b) => ({ earliest: Math.max(a.earliest, b.earliest), latest: Math.min(a.latest, b.latest) }),
    first,
  )
  return common.earliest <= common.latest ? common : { earliest: common.latest, latest: common.earliest }
}

/**
 * From when on an answer proves a session up, which its age names: where Azure repeats an answer from a cache, that is before the
 * answer was asked for (docs/rules/detection.md 1.3). Each of the kept samples may be such a repeat, and date the life too late by as
 * much: the one that dates it earliest counts. What no age proves to be older than the tolerance is taken for no older. An age in coarser
 * units than that names no moment, but may prove a repeat.
 * @param known the life before this sample
 * @param lastUpAt what this returned for the sample before: nothing proves less later
 */
export function provenUpAt(
  { samples }: Establishment,
  lastUpAt: number,
  startedAt: number,
  age: { ms: number; unitMs: number },
): number {
  const earliest = Math.min(...samples.map((one) => one.earliest)) + age.ms
  const latest = Math.min(...samples.map((one) => one.latest)) + age.ms + age.unitMs
  const isRepeat = latest < startedAt
  if (age.unitMs > TOLERANCE_MS && !isRepeat) return startedAt
  const named = isRepeat ? earliest : Math.max(earliest, startedAt - TOLERANCE_MS - age.unitMs)
  return Math.max(lastUpAt, Math.min(startedAt, Math.ceil(named)))
}

/**
 * Judges a sample that shows the session up, against the life it was in at the last sample that showed it up.
 * @param lastSampleAt from when on that last sample proved it up, as of {@link provenUpAt}
 * @param sample the call that this one was taken in
 * @param established when the session came up, by this sample; null = not reported
 * @param counterFell a message counter is lower than at the last sample: proof of a restart only where no age is reported
 */
export function judgeEstablishment(
  known: Establishment,
  lastSampleAt: number,
  sample: { startedAt: number; finishedAt: number },
  established: InstantSpan | null,
  counterFell: boolean,
): { verdict: EstablishmentVerdict; establishment: Establishment } {
  const before = establishedAt(known)
  if (!established) {
    return counterFell
      ? { verdict: 'restarted', establishment: beginEstablishment(null) }
      : { verdict: 'unknown', establishment: known }
  }
  if (!before) {
    return { verdict: counterFell ? 'restarted' : 'unknown', establishment: beginEstablishment(established) }
  }
  if (agree(before, established)) {
    return {
      verdict: 'same',
      establishment: { ...NO_SUSPECTS, samples: [...known.samples, established].slice(-KEPT_SAMPLES) },
    }
  }
  if (established.earliest > before.latest && established.latest >= lastSampleAt) {
    return { verdict: 'restarted', establishment: beginEstablishment(established) }
  }
  const goesOn = known.suspects.every((one) => agree(one, established))
  const suspects = goesOn ? [...known.suspects, established].slice(-AGREEING_SUSPECTS) : [established]
  const suspectedSince = (goesOn ? known.suspectedSince : null) ?? sample.finishedAt
  const isBelieved = suspects.length === AGREEING_SUSPECTS && sample.startedAt - suspectedSince >= AGREEING_FOR_MS
  return isBelieved
    ? { verdict: 'rebaselined', establishment: { ...NO_SUSPECTS, samples: suspects } }
    : { verdict: 'inconsistent', establishment: { samples: known.samples, suspects, suspectedSince } }
}

function agree(a: InstantSpan, b: InstantSpan): boolean {
  return a.earliest <= b.latest + TOLERANCE_MS && b.earliest <= a.latest + TOLERANCE_MS
}
