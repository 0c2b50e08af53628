import type { Source } from '#lib/setup/api/index.ts'
import { plural } from '../format/quantity.ts'

type Poll = Pick<Source, 'state' | 'error' | 'lastOutcome'>

/** `48 polls, all current`, or how many are not, by what is the matter: `48 polls: 2 failing, 1 not polled yet`. A poll counts once. */
export function pollsWords(polls: readonly Poll[]): string {
  const counts = Map.groupBy(polls, matterOf)
  const parts = matters.flatMap((matter) => {
    const own = counts.get(matter)
    return own ? [`${own.length} ${matter}`] : []
  })
  const all = plural(polls.length, 'poll')
  return parts.length === 0 ? `${all}, all current.` : `${all}: ${parts.join(', ')}.`
}

const matters = ['failing', 'stale', 'not polled yet', 'late'] as const

function matterOf({ state, error, lastOutcome }: Poll): (typeof matters)[number] | null {
  if (error !== null) return 'failing'
  if (lastOutcome === 'not_polled' || state === 'never') return 'not polled yet'
  return state === 'fresh' ? null : state
}
