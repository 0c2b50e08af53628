import type { EpochMs } from '#lib/contract/index.ts'
import { InvalidRequestError } from './errors.ts'

/** How a question divides its range of time. */
export interface Steps {
  /** what has them, as an error says it */
  what: string
  /** milliseconds, the shortest first */
  usual: readonly number[]
  /** the first usual step is taken with which there are no more than these */
  usualPoints: number
  /** more than these are refused */
  mostPoints: number
  /** where every usual step is too short, by the length of the range */
  longest: (lengthMs: number) => number
}

/**
 * The step of a range, milliseconds.
 * @param asked by the caller; undefined = a usual one
 * @throws InvalidRequestError for a range without length, or one of too many steps
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
 * The length of a range, milliseconds.
 * @param what needs one, as an error says it
 * @throws InvalidRequestError for a range without length
 */
export function lengthOfRange(what: string, { from, to }: { from: EpochMs; to: EpochMs }): number {
  if (to > from) return to - from
  throw new InvalidRequestError(`to: ${what} needs a range of time; send a to that is later than from`)
}
