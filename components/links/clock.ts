/** Parameters of a page's address that set the time that the page shows. */
export const clockNames = ['at', 'range', 'from', 'to'] as const

/**
 * Time in a page's address: `at` for a moment, `range` for a length that ends now, `from` and `to` for a range. If all
 * are null, the page shows now.
 */
export type ClockAddress = Record<(typeof clockNames)[number], string | null>

export interface ShownTime {
  kind: 'now' | 'moment' | 'range'
  /** moment of the state that is shown: the chosen moment, or the end of a range in the past. ISO 8601; null = now */
  at: string | null
}

const NOW: ShownTime = { kind: 'now', at: null }

/**
 * Reads the time that a page shows from its address. If both a moment and a range are set, the state of the moment is
 * shown, while charts show the range. Invalid values are ignored, and future times count as now.
 * @param now epoch milliseconds
 */
export function readClock({ at, to }: Pick<ClockAddress, 'at' | 'to'>, now: number): ShownTime {
  const moment = pastInstant(at, now)
  if (moment !== null) return { kind: 'moment', at: moment }
  const end = pastInstant(to, now)
  return end === null ? NOW : { kind: 'range', at: end }
}

function pastInstant(text: string | null, now: number): string | null {
  const at = Date.parse(text ?? '')
  return Number.isNaN(at) || at >= now ? null : new Date(at).toISOString()
}
