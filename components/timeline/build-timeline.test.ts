import { describe, expect, it } from 'vitest'
import { buildTimeline } from './build-timeline.ts'

const asOf = '2026-11-24T00:00:00Z'
const answered = (more: object = {}) => ({ isPending: false, error: null, data: { asOf, ...more } })

describe('a timeline', () => {
  it.each([
    {
      name: 'of whole answers is whole',
      queries: [answered(), answered({ nextCursor: null })],
      own: 0,
      is: [false, 0],
    },
    { name: 'of a page is cut', queries: [answered(), answered({ nextCursor: 'x' })], own: 0, is: [true, 0] },
    {
      name: 'has all gaps that its answers leave out',
      queries: [answered({ uncoveredOmitted: 40 }), answered({ uncoveredOmitted: 2 }), answered()],
      own: 300,
      is: [false, 342],
    },
    {
      name: 'that is still loading has none yet',
      queries: [{ isPending: true, error: null }],
      own: 0,
      is: [false, 0],
    },
  ])('$name', ({ queries, own, is }) => {
    const { isCut, gapsOmitted } = buildTimeline([], queries, own)
    expect([isCut, gapsOmitted]).toEqual(is)
  })
})
