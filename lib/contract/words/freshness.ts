import type { DataFreshness } from '../api/envelope.ts'

/**
 * Words for the freshness of polls. Users need only one word for polls that are overdue, so that `stale` (too old for a
 * conclusion) is shown as `late` too. The state next to it shows whether a conclusion is possible.
 */
export const freshnessStateLabels: Readonly<Record<DataFreshness['state'], string>> = {
  fresh: 'fresh',
  late: 'late',
  stale: 'late',
  never: 'not polled',
}

/**
 * Returns the number of polls without data: `not polled yet`, `1 of 48 not polled yet`, `2 of 48 never answered`, or
 * the last two together; null if every poll has had a good response.
 */
export function formatMissingPolls({ state, missing }: Pick<DataFreshness, 'state' | 'missing'>): string | null {
  if (!missing) return state === 'never' ? 'not polled yet' : null
  const { notPolled, unanswered, of } = missing
  if (notPolled === of) return 'not polled yet'
  const parts = [
    notPolled > 0 && `${notPolled} of ${of} not polled yet`,
    unanswered > 0 && `${unanswered} of ${of} never answered`,
  ]
  return parts.filter(Boolean).join(', ')
}

/** Reports whether polls behind a response are stale or missing, so that no good result can be concluded from it. */
export const hasStaleOrMissingPolls = ({ state, missing }: Pick<DataFreshness, 'state' | 'missing'>): boolean =>
  state === 'stale' || state === 'never' || missing !== undefined
