import { estateIn, type HappeningInput, type ScenarioInput } from '../simulator/index.ts'

/** How long the estate's own story is. */
const STORY_DAYS = 35
const BEFORE = /^-(?:(\d+)d)?(.*)$/

/** The built-in estate, whose story of 35 days has happened so many times before. */
export function estateWithStories(origin: number, times: number): ScenarioInput {
  const quiet = estateIn([{ from: origin, until: origin }])
  const happenings = quiet.happenings ?? []
  const earlier = Array.from({ length: times - 1 }, (_, n) =>
    happenings.filter(canRepeat).map((one) => earlierBy(one, n + 1)),
  )
  return { ...quiet, happenings: [...happenings, ...earlier.flat()] }
}

/** What has passed and leaves nothing behind; what still lasts, or has an end of its own, happens once. */
const canRepeat = (one: HappeningInput): boolean =>
  one.at.startsWith('-') && ('for' in one || one.op === 'maintenance' || one.op === 'counter-reset')

/** @param at of the story, such as `-27d4h` */
export function momentEarlier(at: string, days: number): string {
  const [, given = '0', rest = ''] = BEFORE.exec(at) ?? []
  return `-${Number(given) + days}d${rest}`
}

function earlierBy(one: HappeningInput, n: number): HappeningInput {
  return { ...one, id: `${one.id}-${n}`, at: momentEarlier(one.at, n * STORY_DAYS) }
}
