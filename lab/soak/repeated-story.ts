import { createBuiltInEstate, type HappeningInput, type ScenarioInput } from '../simulator/index.ts'

/** Length of the estate's own sequence of events, in days. */
const STORY_DAYS = 35
const BEFORE = /^-(?:(\d+)d)?(.*)$/

/** Returns the built-in estate with its sequence of events of 35 days repeated a number of times. */
export function estateWithStories(origin: number, times: number): ScenarioInput {
  const quiet = createBuiltInEstate([{ from: origin, until: origin }])
  const happenings = quiet.happenings ?? []
  const earlier = Array.from({ length: times - 1 }, (_, n) =>
    happenings.filter(canRepeat).map((one) => earlierBy(one, n + 1)),
  )
  return { ...quiet, happenings: [...happenings, ...earlier.flat()] }
}

/**
 * Reports whether a happening can be repeated earlier: its end is in the past and is a part of the happening. Happenings
 * that last until the present, or whose end is a separate happening, happen only once.
 */
const canRepeat = (one: HappeningInput): boolean =>
  one.at.startsWith('-') && ('for' in one || one.op === 'maintenance' || one.op === 'counter-reset')

/**
 * Returns an earlier relative time.
 * @param at relative time, such as `-27d4h`
 */
export function momentEarlier(at: string, days: number): string {
  const [, given = '0', rest = ''] = BEFORE.exec(at) ?? []
  return `-${Number(given) + days}d${rest}`
}

function earlierBy(one: HappeningInput, n: number): HappeningInput {
  return { ...one, id: `${one.id}-${n}`, at: momentEarlier(one.at, n * STORY_DAYS) }
}
