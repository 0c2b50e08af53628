import type { EpochMs } from '#lib/contract/index.ts'
import { InvalidRequestError } from './errors.ts'

/** Rules for dividing a time range into steps. */
export interface Steps {
  /** name of the result with these steps, used as the subject of an error message */
  what: string
  /** usual steps in milliseconds, ascending */
  usual: readonly number[]
  /** number of points that limits the choice of a usual step; the shortest step within this limit is used */
  usualPoints: number
  /** maximum number of points; larger requests are refused */
  mostPoints: number
  /** Returns the step for a range in which every usual step is too short, from the length of the range. */
  longest: (lengthMs: number) => number
}

/**
 * Returns the step of a range in milliseconds.
 * @param asked step requested by the caller; undefined = a usual step
 * @throws InvalidRequestError for a range without length, or with too many steps
 */
export function stepOfRange(
  asked: number | undefined,
  { from, to }: { from: EpochMs; to: EpochMs },
  { what, usual, usualPoints, mostPoints, longest }: Steps,
): number {
  const length = lengthOfRange(what, { from, to })
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
export function lengthOfRange(what: string, { from, to }: { from: EpochMs; to: EpochMs }): number {
  if (to > from) return to - from
  throw new InvalidRequestError(`to: ${what} needs a range of time; send a to that is later than from`)
}
