/**
 * Distinguishes the establishments of one BGP session by its reported uptime. Pure arithmetic on bounds in epoch
 * milliseconds; see docs/rules/as-of.md, "One life of a session". A "life" is the time from one establishment to the
 * next.
 */

/** Bounds of an instant, which lies in [earliest, latest]. */
interface InstantSpan {
  earliest: number
  latest: number
}

/** Evidence for the current establishment of a session. Plain JSON. */
export interface Establishment {
  /** establishment time according to each of the latest samples, newest last */
  samples: InstantSpan[]
  /** latest samples that contradict `samples` and agree with each other, newest last */
  suspects: InstantSpan[]
  /** end of the first of the suspects that agree with each other; null if no sample contradicts */
  suspectedSince: number | null
}

/**
 * - `same`: the session has stayed up since the earlier samples
 * - `restarted`: the session went down and came up again between the two samples
 * - `inconsistent`: the sample contradicts the earlier samples and proves nothing (a cached response, another source)
 * - `rebaselined`: consecutive contradictions have agreed with each other for long enough, so they become the new
 * baseline
 * - `unknown`: one of the two samples has no duration
 */
export type EstablishmentVerdict = 'same' | 'restarted' | 'inconsistent' | 'rebaselined' | 'unknown'

/** Difference by jitter and clock drift allowed between two samples of one establishment. */
const TOLERANCE_MS = 2_000
/**
 * Maximum number of samples kept. Older samples are dropped, so that slow clock drift cannot empty the intersection.
 */
const KEPT_SAMPLES = 10
/** Number of agreeing contradictions that is needed before they are believed (docs/rules/detection.md 1.3) ... */
const AGREEING_SUSPECTS = 3
/**
 * ... and minimum time between them, because frequent polls see the same cached response more often. The time is
 * measured so that it holds wherever within its call each sample was taken.
 */
const AGREEING_FOR_MS = 120_000

const NO_SUSPECTS: Pick<Establishment, 'suspects' | 'suspectedSince'> = { suspects: [], suspectedSince: null }

/**
 * Returns the bounds of the establishment time, from the age in a sample that was taken somewhere in [startedAt,
 * finishedAt].
 * @param unitMs unit to which the printed age was truncated; 0 = not truncated
 */
export function computeEstablishmentSpan(
  sample: { startedAt: number; finishedAt: number },
  ageMs: number,
  unitMs = 0,
): InstantSpan {
  return { earliest: Math.floor(sample.startedAt - ageMs - unitMs), latest: Math.ceil(sample.finishedAt - ageMs) }
}

/** Returns an establishment with one sample; without samples if `established` is null. */
export function beginEstablishment(established: InstantSpan | null): Establishment {
  return { ...NO_SUSPECTS, samples: established ? [established] : [] }
}

/**
 * Returns the bounds of the establishment time: the intersection of all samples. If jitter makes the intersection
 * empty, the bounds span the gap between the samples.
 */
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
 * Returns the time from which a response with an age proves that the session is up. If Azure repeats a response from a
 * cache, this time is before the request (docs/rules/detection.md 1.3). Each of the kept samples may be such a repeat
 * and make the establishment time too late by the same amount, so the sample with the earliest time counts. An age that
 * does not prove a repeat moves the time back by at most the tolerance. An age in units coarser than the tolerance
 * cannot give an exact time, but may prove a repeat.
 * @param known establishment before this sample
 * @param lastUpAt result of this function for the previous sample; the result is never earlier
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
 * Compares a sample that shows the session up with the establishment at the last sample that showed it up.
 * @param lastSampleAt time from which that last sample proved the session up, as returned by {@link provenUpAt}
 * @param sample start and end of the call that returned this sample
 * @param established bounds of the establishment time according to this sample; null = not reported
 * @param counterFell a message counter is lower than at the last sample, which proves a restart only if no age is
 *   reported
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
