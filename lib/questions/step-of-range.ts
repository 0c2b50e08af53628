import type { EpochMs } from '#lib/contract/index.ts'
import { InvalidRequestError } from './errors.ts'

/** Rules by which a time range is divided into equal steps, for example the points of a chart. */
export interface RangeStepRules {
  /** subject of error messages, for example the name of the chart */
  what: string
  /** usual steps in milliseconds, ascending */
  usual: readonly number[]
  /**
   * Maximum number of points if the request contains no step. The shortest usual step that does not give more points is
   * then used
   */
  usualPoints: number
  /** maximum number of points; a request for more is refused */
  mostPoints: number
  /**
   * Returns the step in milliseconds for a range in which even the longest usual step would give too many points.
   * @param lengthMs length of the range in milliseconds
   */
  longest: (lengthMs: number) => number
}

/**
 * Returns the length of one step in milliseconds.
 * @param asked step that the caller requested; undefined = choose a usual step
 * @throws InvalidRequestError for a range without length, or with too many steps
 */
export function chooseStepOfRange(
  asked: number | undefined,
  { from, to }: { from: EpochMs; to: EpochMs },
  { what, usual, usualPoints, mostPoints, longest }: RangeStepRules,
): number {
  const length = measureRangeMs(what, { from, to })
  const step = asked ?? usual.find((one) => length / one <= usualPoints) ?? longest(length)
  if (length / step <= mostPoints) return step
  const least = Math.ceil(length / mostPoints / 1_000)
  throw new InvalidRequestError(
    `step: this range has more than ${mostPoints} such steps; send a step of ${least}s or more, or a shorter range`,
  )
}

/**
 * Returns the length of a range in milliseconds.
 * @param what subject of the error message
 * @throws InvalidRequestError for a range without length
 */
export function measureRangeMs(what: string, { from, to }: { from: EpochMs; to: EpochMs }): number {
  if (to > from) return to - from
  throw new InvalidRequestError(`to: ${what} needs a range of time; send a to that is later than from`)
}
