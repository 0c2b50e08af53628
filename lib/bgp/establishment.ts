/**
 * Finds out from the uptime that a BGP session reports whether the session was established anew between two samples.
 * Times are epoch milliseconds with an earliest and a latest bound. The rules are in docs/rules/as-of.md, "One life of
 * a session"; a "life" is the time from one establishment of the session to the next.
 */

/** Bounds of an instant, which lies in [earliest, latest]. */
interface InstantSpan {
  earliest: number
  latest: number
}

/** Samples (responses to polls) from which the last establishment of the session is computed. Plain JSON. */
export interface EstablishmentSamples {
  /** establishment time according to each of the latest samples, newest last */
  samples: InstantSpan[]
  /** latest samples that contradict `samples`, but are consistent with each other; newest last */
  suspects: InstantSpan[]
  /** end of the poll with the first of these contradicting samples; null = `suspects` is empty */
  suspectedSince: number | null
}

/**
 * Result of comparing a sample with earlier samples of the session.
 * - `same`: the session has stayed up since the earlier samples
 * - `restarted`: the session went down and came up again between the two samples
 * - `inconsistent`: the sample contradicts the earlier samples and proves nothing (a cached response, another source)
 * - `rebaselined`: consecutive samples contradict the earlier samples, but have been consistent with each other for
 *   long enough, so they replace the earlier samples
 * - `unknown`: one of the two samples has no duration
 */
export type EstablishmentVerdict = 'same' | 'restarted' | 'inconsistent' | 'rebaselined' | 'unknown'

/**
 * Maximum difference between the establishment times that two samples of one establishment give, because of jitter and
 * clock drift. Milliseconds.
 */
const TOLERANCE_MS = 2_000
/**
 * Maximum number of samples that are kept. Older samples are dropped, so that slow clock drift cannot make the
 * intersection of all samples empty.
 */
const KEPT_SAMPLES = 10
/**
 * AGREEING_SUSPECTS: number of contradicting samples that must be consistent with each other before they replace the
 * earlier samples (docs/rules/detection.md 1.3).
 */
const AGREEING_SUSPECTS = 3
/**
 * AGREEING_FOR_MS: minimum time from the first to the last of these contradicting samples. Their number is not enough,
 * because frequent polls can read the same cached response several times.
 * The time is measured from the end of the first call to the start of the last call. Azure takes a sample at some
 * moment within a call, so the real time between the samples is at least this long.
 */
const AGREEING_FOR_MS = 120_000

const NO_SUSPECTS: Pick<EstablishmentSamples, 'suspects' | 'suspectedSince'> = { suspects: [], suspectedSince: null }

/**
 * Returns the bounds of the establishment time, computed from the age in a sample that was taken at some time in
 * [startedAt, finishedAt].
 * @param unitMs unit to which the printed age was truncated; 0 = not truncated
 */
export function computeEstablishmentSpan(
  sample: { startedAt: number; finishedAt: number },
  ageMs: number,
  unitMs = 0,
): InstantSpan {
  return { earliest: Math.floor(sample.startedAt - ageMs - unitMs), latest: Math.ceil(sample.finishedAt - ageMs) }
}

/**
 * Returns an establishment that is known from one sample; an establishment without samples if `established` is null.
 */
export function createEstablishmentSamples(established: InstantSpan | null): EstablishmentSamples {
  return { ...NO_SUSPECTS, samples: established ? [established] : [] }
}

/**
 * Returns the bounds of the establishment time, which are the intersection of all samples. If jitter makes the
 * intersection empty, the bounds are the gap between the samples. Null = no samples.
 */
export function computeEstablishmentBounds({ samples }: Pick<EstablishmentSamples, 'samples'>): InstantSpan | null {
  const [first, ...rest] = samples
  if (!first) return null
  const common = rest.reduce(
    (a, b) => ({ earliest: Math.max(a.earliest, b.earliest), latest: Math.min(a.latest, b.latest) }),
    first,
  )
  return common.earliest <= common.latest ? common : { earliest: common.latest, latest: common.earliest }
}

/**
 * Returns the time up to which a response proves that the session was up. The response contains the age of the session
 * (its reported uptime). Usually the result is the start of the request. It is earlier if Azure repeats an older
 * response from a cache (docs/rules/detection.md 1.3). A known sample may itself be such a repeat, and its computed
 * establishment time is then too late. Therefore the sample with the earliest establishment time is used. If the age
 * does not prove a repeat, the result is earlier than the request by at most the tolerance plus the unit of the age. If
 * the unit of the age is longer than the tolerance, and no repeat is proved, the result is exactly the start of the
 * request.
 * @param known establishment before this sample
 * @param lastUpAt result of this function for the previous sample; the result is never earlier
 */
export function computeLastProvenUpTime(
  { samples }: EstablishmentSamples,
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
 * Compares a sample that shows the session up with the establishment that is known from earlier samples.
 * @param lastSampleAt time up to which the last sample proved the session up, as returned by
 *   {@link computeLastProvenUpTime}
 * @param sample start and end of the call that returned this sample
 * @param established bounds of the establishment time according to this sample; null = not reported
 * @param counterFell a message counter is lower than at the last sample, which proves a restart only if one of the two
 *   samples has no age
 */
export function judgeEstablishment(
  known: EstablishmentSamples,
  lastSampleAt: number,
  sample: { startedAt: number; finishedAt: number },
  established: InstantSpan | null,
  counterFell: boolean,
): { verdict: EstablishmentVerdict; establishment: EstablishmentSamples } {
  const before = computeEstablishmentBounds(known)
  if (!established) {
    return counterFell
      ? { verdict: 'restarted', establishment: createEstablishmentSamples(null) }
      : { verdict: 'unknown', establishment: known }
  }
  if (!before) {
    return { verdict: counterFell ? 'restarted' : 'unknown', establishment: createEstablishmentSamples(established) }
  }
  if (agree(before, established)) {
    return {
      verdict: 'same',
      establishment: { ...NO_SUSPECTS, samples: [...known.samples, established].slice(-KEPT_SAMPLES) },
    }
  }
  if (established.earliest > before.latest && established.latest >= lastSampleAt) {
    return { verdict: 'restarted', establishment: createEstablishmentSamples(established) }
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
