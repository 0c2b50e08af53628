import { describe, expect, it } from 'vitest'
import { MINUTE } from '#lib/contract/time/time.ts'
import { arrange, type Shape } from './arrange.ts'
import { tile, wallOf } from './testing.ts'

const still = { rotateMs: null, by: 'page' } as const
const many = (count: number, state: 'up' | 'down' = 'up', subscriptionId = 'sub-1') =>
  Array.from({ length: count }, (_, i) => tile(`${subscriptionId}-${state}-${i}`, state, { subscriptionId }))

describe('as many tiles as can be read, the rest is counted', () => {
  it.each<[Shape, number, number, object]>([
    ['wide', 0, 3, { columns: 2, rows: 2, beyond: { up: 0, worse: 0 } }],
    ['wide', 0, 30, { columns: 3, rows: 3, beyond: { up: 21, worse: 0 } }],
    ['wide', 10, 30, { columns: 4, rows: 3, beyond: { up: 28, worse: 0 } }],
    ['wide', 15, 30, { columns: 4, rows: 3, beyond: { up: 30, worse: 3 } }],
    ['portrait', 0, 30, { columns: 1, rows: 8, beyond: { up: 22, worse: 0 } }],
    ['wide', 1, 30, { columns: 4, rows: 3, hasLead: true, beyond: { up: 22, worse: 0 } }],
    ['wide', 9, 30, { columns: 4, rows: 3, hasLead: true, beyond: { up: 30, worse: 0 } }],
    ['wide', 10, 0, { columns: 4, rows: 3, hasLead: false, eventLines: 0 }],
    ['wide', 2, 0, { columns: 3, rows: 2, hasLead: true, eventLines: 2 }],
    ['portrait', 1, 30, { columns: 1, rows: 8, hasLead: true, eventLines: 3 }],
    ['portrait', 9, 0, { columns: 1, rows: 9, hasLead: false, eventLines: 0 }],
    ['4k', 3, 30, { columns: 4, rows: 3, hasLead: true, beyond: { up: 24, worse: 0 } }],
    ['portrait', 12, 0, { columns: 1, rows: 9, beyond: { up: 0, worse: 3 } }],
    ['4k', 0, 30, { columns: 4, rows: 3, beyond: { up: 18, worse: 0 } }],
  ])('%s with %i down and %i up', (shape, down, up, expected) => {
    expect(arrange(wallOf([...many(down, 'down'), ...many(up)]), still, shape, 0)).toMatchObject(expected)
  })

  it('counts what the API sent no tile for, too', () => {
    const wall = wallOf(many(12))
    expect(arrange({ ...wall, counts: { ...wall.counts, up: 500 } }, still, 'wide', 0).beyond.up).toBe(491)
  })

  it.each(['wide', 'portrait', '4k'] as const)('every number of tiles has its place on %s', (shape) => {
    for (let count = 0; count <= 15; count++) {
      const { tiles, cells, columns, rows, hasLead } = arrange(wallOf(many(count, 'down')), still, shape, 0)
      expect(tiles.length).toBe(Math.min(count, shape === 'portrait' ? 9 : 12))
      const isLarge = hasLead && count > 1
      const taken = cells.flatMap(({ column, row }, n) => {
        const [wide, high] = n > 0 || !isLarge ? [1, 1] : shape === 'portrait' ? [1, 2] : [2, 2]
        return Array.from({ length: wide * high }, (_, i) => [column + (i % wide), row + Math.floor(i / wide)])
      })
      expect(cells).toHaveLength(tiles.length)
      expect(new Set(taken.map(String)).size).toBe(taken.length)
      for (const [column = Number.NaN, row = Number.NaN] of taken)
        expect([column < columns, row < rows]).toEqual([true, true])
      const inOrder = cells.map(({ column, row }) => row * columns + column)
      expect(inOrder).toEqual(inOrder.toSorted((a, b) => a - b))
    }
  })
})

describe('rotation', () => {
  const tiles = [...many(2, 'down', 'a'), ...many(3, 'up', 'b'), tile('collector', 'unknown', { subscriptionId: null })]
  const bySubscription = { rotateMs: MINUTE, by: 'subscription' } as const

  it('shows one subscription after the other, and says what is wrong elsewhere', () => {
    const [first, second, third] = [0, 1, 2].map((turn) =>
      arrange(wallOf(tiles), bySubscription, 'wide', turn * MINUTE),
    )
    expect(first).toMatchObject({ title: 'Customer a, 1 of 2', elsewhere: 0, counts: { down: 2, unknown: 1, up: 0 } })
    expect(second).toMatchObject({ title: 'Customer b, 2 of 2', elsewhere: 2, counts: { down: 0, unknown: 1, up: 3 } })
    expect(third?.title).toBe('Customer a, 1 of 2')
  })

  it('shows what belongs to nobody in every view', () => {
    for (const turn of [0, 1]) {
      const view = arrange(wallOf(tiles), bySubscription, 'wide', turn * MINUTE)
      expect(view.tiles.map(({ id }) => id)).toContain('collector')
    }
  })

  it('turns pages where nothing else is asked for', () => {
    const wall = wallOf(many(20))
    const views = [0, 1, 2].map((turn) => arrange(wall, { rotateMs: MINUTE, by: 'page' }, 'wide', turn * MINUTE))
    expect(views.map(({ title, tiles: { length } }) => `${title}: ${length}`)).toEqual([
      '1 of 3: 9',
      '2 of 3: 9',
      '3 of 3: 2',
    ])
    expect(new Set(views.flatMap((view) => view.tiles)).size).toBe(20)
  })

  it('without a subscription shows all there is', () => {
    expect(arrange(wallOf([]), bySubscription, 'wide', 0)).toMatchObject({ tiles: [], title: null })
  })
})
