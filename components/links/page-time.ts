/** URL parameters that set the page time, that is, the time that a page shows. */
export const timeParameterNames = ['at', 'range', 'from', 'to'] as const

/**
 * URL parameters with the page time: `at` is a moment, `range` is the length of a range that ends now, `from` and `to`
 * are the ends of a fixed range. If all are null, the page shows the present.
 */
export type PageTimeParameters = Record<(typeof timeParameterNames)[number], string | null>

export interface PageTime {
  kind: 'now' | 'moment' | 'range'
  /**
   * Moment whose state the page shows: the chosen moment, or the end of a chosen range in the past. ISO 8601; null =
   * now.
   */
  at: string | null
}

const NOW: PageTime = { kind: 'now', at: null }

/**
 * Reads the page time from URL parameters. If both a moment and a range are set, the page shows the state at the
 * moment, and its charts show the range. Invalid values are ignored; a future time counts as now.
 * @param now epoch milliseconds
 */
export function parsePageTime({ at, to }: Pick<PageTimeParameters, 'at' | 'to'>, now: number): PageTime {
  const moment = pastInstant(at, now)
  if (moment !== null) return { kind: 'moment', at: moment }
  const end = pastInstant(to, now)
  return end === null ? NOW : { kind: 'range', at: end }
}

function pastInstant(text: string | null, now: number): string | null {
  const at = Date.parse(text ?? '')
  return Number.isNaN(at) || at >= now ? null : new Date(at).toISOString()
}
