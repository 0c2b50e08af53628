import { expect, it } from 'vitest'
import { absencesOf, type PresentInterval } from './absences.ts'

const row = (from: number | null, first: number, last: number, to: number | null): PresentInterval => ({
  since: { earliest: from, latest: first },
  until: { earliest: last, latest: to },
})

it.each<[string, PresentInterval[], unknown[]]>([
  ['a row that stays', [row(null, 0, 50, null)], []],
  ['a row that is replaced', [row(null, 0, 20, 30), row(20, 30, 50, null)], []],
  [
    'a row that is withdrawn and returns',
    [row(null, 0, 20, 30), row(60, 70, 90, null)],
    [{ started: { earliest: 20, latest: 30 }, ended: { earliest: 60, latest: 70 } }],
  ],
  ['a row that another row stands in for', [row(null, 0, 20, 30), row(60, 70, 90, null), row(10, 15, 65, 75)], []],
  ['a row that does not return', [row(null, 0, 20, 30)], [{ started: { earliest: 20, latest: 30 }, ended: null }]],
  ['no row', [], []],
])('finds the absences of %s', (_, rows, absences) => {
  expect(absencesOf(rows)).toEqual(absences)
})
