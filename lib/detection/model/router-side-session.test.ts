import { expect, it } from 'vitest'
import { MS_PER_SECOND } from '#lib/contract/time/time.ts'
import { type RouterStateInterval, mergeIntervalsAcrossShortUps } from './router-side-session.ts'

/** Returns intervals that begin at these seconds, alternately up and down. */
function spansAt(...seconds: number[]): RouterStateInterval[] {
  const bounds = (at: number) => ({ earliest: at * MS_PER_SECOND - 500, latest: at * MS_PER_SECOND })
  return seconds.map((at, index) => {
    const next = seconds[index + 1]
    const state = index % 2 === 0 ? 'up' : 'down'
    const reason = state === 'up' ? null : { by: 'localWithoutNotification' as const, fsmEvent: index }
    return { state, reason, from: bounds(at), to: next === undefined ? null : bounds(next) }
  })
}
const shown = (spans: readonly RouterStateInterval[]) =>
  spans.map(({ state, from, to }) => [
    state,
    from.latest / MS_PER_SECOND,
    to === null ? null : to.latest / MS_PER_SECOND,
  ])

it.each<[string, number[], unknown[]]>([
  [
    'a life of two seconds counts',
    [0, 10, 12, 14],
    [
      ['up', 0, 10],
      ['down', 10, 12],
      ['up', 12, 14],
      ['down', 14, null],
    ],
  ],
  [
    'a shorter one does not',
    [0, 10, 12, 13.9, 20],
    [
      ['up', 0, 10],
      ['down', 10, 20],
      ['up', 20, null],
    ],
  ],
  [
    'nor do several',
    [0, 10, 12, 13, 14, 15],
    [
      ['up', 0, 10],
      ['down', 10, null],
    ],
  ],
  [
    'the first one may be short',
    [0, 1, 5],
    [
      ['up', 0, 1],
      ['down', 1, 5],
      ['up', 5, null],
    ],
  ],
])('%s', (_, seconds, left) => {
  const spans = spansAt(...seconds)
  expect(shown(mergeIntervalsAcrossShortUps(spans))).toEqual(left)
  expect(mergeIntervalsAcrossShortUps(spans)[1]?.reason).toEqual(spans[1]?.reason)
})
