import { expect, it } from 'vitest'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { type IncidentEventStart, countFaultsJoinedByBounds } from './joined-pages.ts'

const begun = (incident: string, at: number, earliest: number, latest: number): IncidentEventStart => ({
  incident,
  at: at * MS_PER_MINUTE,
  started: { earliest: earliest * MS_PER_MINUTE, latest: latest * MS_PER_MINUTE },
})

it.each<[string, IncidentEventStart[], number]>([
  ['near in truth', [begun('a', 0, 0, 1), begun('a', 3, 2, 4)], 0],
  ['far in truth, and near by their bounds', [begun('a', 0, 0, 5), begun('a', 10, 6, 11)], 1],
  ['far by their bounds, too', [begun('a', 0, 0, 1), begun('a', 10, 9, 11)], 0],
  ['far, in incidents of their own', [begun('a', 0, 0, 5), begun('b', 10, 6, 11)], 0],
  ['far in truth, with a third between them', [begun('a', 0, 0, 5), begun('a', 4, 3, 5), begun('a', 8, 7, 9)], 0],
])('of faults %s, so many are joined', (_, events, joined) => {
  expect(countFaultsJoinedByBounds(events)).toBe(joined)
})
