import { describe, expect, it } from 'vitest'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { arrangeWallTiles } from './arrange-wall.ts'
import type { ScreenShape } from './place-tiles.ts'
import { createTestWallTile, createTestWallData } from './testing.ts'

const still = { rotateMs: null, by: 'page' } as const
const many = (count: number, state: 'up' | 'down' | 'maintenance' = 'up', view = 'sub-1') =>
  Array.from({ length: count }, (_, i) => createTestWallTile(`${view}-${state}-${i}`, state, { views: [view] }))
const formsOf = ({ spots }: { spots: readonly { form: string }[] }) =>
  ['lead', 'tile', 'row'].map((form) => spots.filter((spot) => spot.form === form).length)

describe('what leads is large, what is up is a row, the rest is counted', () => {
  it.each<[ScreenShape, number, number, number[], boolean, object]>([
    ['wide', 0, 3, [0, 0, 3], true, { up: 0, worse: 0 }],
    ['wide', 0, 30, [0, 0, 16], true, { up: 14, worse: 0 }],
    ['4k', 0, 30, [0, 0, 22], true, { up: 8, worse: 0 }],
    ['4k', 12, 5, [2, 10, 5], false, { up: 0, worse: 0 }],
    ['4k', 22, 5, [0, 20, 0], false, { up: 5, worse: 2 }],
    ['portrait', 0, 30, [0, 0, 20], true, { up: 10, worse: 0 }],
    ['wide', 1, 11, [1, 0, 11], false, { up: 0, worse: 0 }],
    ['wide', 2, 11, [2, 0, 11], false, { up: 0, worse: 0 }],
    ['wide', 3, 11, [2, 1, 7], false, { up: 4, worse: 0 }],
    ['wide', 3, 1, [2, 1, 1], false, { up: 0, worse: 0 }],
    ['wide', 4, 11, [2, 2, 7], false, { up: 4, worse: 0 }],
    ['wide', 5, 11, [2, 3, 2], false, { up: 9, worse: 0 }],
    ['4k', 3, 30, [2, 1, 15], false, { up: 15, worse: 0 }],
    ['wide', 10, 5, [2, 8, 0], false, { up: 5, worse: 0 }],
    ['wide', 11, 5, [0, 11, 0], false, { up: 5, worse: 0 }],
    ['wide', 15, 5, [0, 12, 0], false, { up: 5, worse: 3 }],
    ['portrait', 1, 11, [1, 0, 11], false, { up: 0, worse: 0 }],
    ['portrait', 4, 11, [2, 2, 1], false, { up: 10, worse: 0 }],
    ['portrait', 12, 0, [0, 9, 0], false, { up: 0, worse: 3 }],
  ])('%s with %i down and %i up', (shape, down, up, forms, isCalm, beyond) => {
    const view = arrangeWallTiles(createTestWallData([...many(down, 'down'), ...many(up)]), still, shape, 0)
    expect(formsOf(view)).toEqual(forms)
    expect(view.headline !== null).toBe(isCalm)
    expect(view.beyond).toEqual({ silent: 0, unpolled: 0, ...beyond })
  })

  it('work that was announced leaves the headline to what is up', () => {
    const view = arrangeWallTiles(createTestWallData([...many(2, 'maintenance'), ...many(9)]), still, 'wide', 0)
    expect([formsOf(view), view.headline === null]).toEqual([[0, 2, 9], false])
  })

  it('a collector that is late takes little, and no circuit goes for it', () => {
    const collector = createTestWallTile('collector', 'unknown', { word: 'late', views: [] })
    const view = arrangeWallTiles(createTestWallData([collector, ...many(18)]), still, 'wide', 0)
    expect([formsOf(view), view.spots[0]?.height]).toEqual([[1, 0, 18], (5 / 15) * 100])
  })

  it('resources whose polls the collector lost keep their rows, and are not counted as further problems', () => {
    const collector = createTestWallTile('collector', 'unknown', { word: 'late', views: [] })
    const lastKnown = { state: 'up', word: 'up', called: 'both paths up', at: '2026-11-20T03:12:00.000Z' } as const
    const kept = many(22, 'up').map((one) => ({ ...one, state: 'unknown', lastKnown }) as const)
    const view = arrangeWallTiles(createTestWallData([collector, ...kept]), still, 'wide', 0)
    expect(formsOf(view)).toEqual([1, 0, 18])
    expect(view.beyond).toEqual({ up: 0, silent: 0, worse: 0, unpolled: 4 })
    expect(view.tiles[1]).toMatchObject({ state: 'up', word: 'up' })
    expect(view.counts.unknown, 'the counts are those of the API').toBe(23)
  })

  it('counts resources without sessions that have no space', () => {
    const silent = Array.from({ length: 3 }, (_, n) => createTestWallTile(`s${n}`, 'silent'))
    expect(arrangeWallTiles(createTestWallData([...many(15), ...silent]), still, 'wide', 0).beyond).toEqual({
      up: 0,
      silent: 2,
      worse: 0,
      unpolled: 0,
    })
  })

  it('what came back has a row over the whole width, before the others', () => {
    const recovered = { at: '', was: 'down', duration: null, monitoring: false } as const
    const view = arrangeWallTiles(
      createTestWallData([createTestWallTile('back', 'up', { recovered }), ...many(12)]),
      still,
      'wide',
      0,
    )
    expect(view.spots.map(({ width }) => width)).toEqual([100, ...Array(12).fill(50)])
  })

  it('what came back is at the bottom if rows are beside small tiles', () => {
    const recovered = { at: '', was: 'down', duration: null, monitoring: false } as const
    const tiles = [...many(3, 'down'), createTestWallTile('back', 'up', { recovered }), ...many(12)]
    const { spots, heads } = arrangeWallTiles(createTestWallData(tiles), still, 'wide', 0)
    expect(spots.slice(3).map(({ x, width }) => [x, width])).toEqual([[0, 100], ...Array(5).fill([50, 50])])
    expect(spots[3]?.y).toBeCloseTo((14 / 15) * 100)
    expect(heads.map(({ x }) => x)).toEqual([50])
  })

  it('counts what the API sent no tile for, too', () => {
    const wall = createTestWallData(many(12))
    expect(arrangeWallTiles({ ...wall, counts: { ...wall.counts, up: 500 } }, still, 'wide', 0).beyond.up).toBe(488)
  })

  it.each(['wide', 'portrait', '4k'] as const)('no two overlap, and none is outside, on %s', (shape) => {
    for (let down = 0; down <= 14; down++)
      for (const up of [0, 1, 7, 30]) {
        const { spots, headline, heads } = arrangeWallTiles(
          createTestWallData([...many(down, 'down'), ...many(up)]),
          still,
          shape,
          0,
        )
        const boxes = [...spots, ...heads, ...(headline ? [headline] : [])]
        for (const [n, a] of boxes.entries()) {
          expect(Math.max(a.x + a.width, a.y + a.height)).toBeLessThan(100.001)
          for (const b of boxes.slice(n + 1)) {
            const [wide, high] = [
              Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x),
              Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y),
            ]
            expect(Math.min(wide, high)).toBeLessThan(0.001)
          }
        }
      }
  })
})

describe('rotation', () => {
  const tiles = [
    ...many(3, 'up', 'a'),
    ...many(2, 'down', 'b'),
    ...many(1, 'up', 'c'),
    createTestWallTile('collector', 'unknown', { views: [] }),
  ]
  const byView = { rotateMs: MS_PER_MINUTE, by: 'subscription' } as const
  const turn = (n: number) => arrangeWallTiles(createTestWallData(tiles), byView, 'wide', n * MS_PER_MINUTE)

  it('shows one view after the other, that with an outage first and for two turns, and says what is wrong elsewhere', () => {
    expect([0, 1, 2, 3, 4].map((n) => `${turn(n).title} ${turn(n).turn}`)).toEqual([
      'Customer b 2 of 3',
      'Customer b 2 of 3',
      'Customer a 1 of 3',
      'Customer c 3 of 3',
      'Customer b 2 of 3',
    ])
    expect(turn(0)).toMatchObject({ elsewhere: 0, counts: { down: 2, unknown: 1, up: 0 } })
    expect(turn(2)).toMatchObject({ elsewhere: 2, counts: { down: 0, unknown: 1, up: 3 } })
    expect(turn(2).estate.circuits).toEqual({ up: 3 })
  })

  it('shows what belongs to nobody in every view, and what belongs to two in both', () => {
    const shared = createTestWallTile('shared', 'up', { views: ['a', 'c'] })
    for (const n of [0, 2, 3]) {
      const ids = arrangeWallTiles(createTestWallData([...tiles, shared]), byView, 'wide', n * MS_PER_MINUTE).tiles.map(
        ({ id }) => id,
      )
      expect([ids.includes('collector'), ids.includes('shared')]).toEqual([true, n > 0])
    }
  })

  it('turns pages where nothing else is asked for', () => {
    const wall = createTestWallData(many(40))
    const views = [0, 1, 2].map((n) =>
      arrangeWallTiles(wall, { rotateMs: MS_PER_MINUTE, by: 'page' }, 'wide', n * MS_PER_MINUTE),
    )
    expect(views.map((view) => `${view.turn}: ${view.tiles.length}`)).toEqual(['1 of 3: 16', '2 of 3: 16', '3 of 3: 8'])
    expect(new Set(views.flatMap((view) => view.tiles)).size).toBe(40)
  })

  it('without a subscription shows all there is', () => {
    expect(arrangeWallTiles(createTestWallData([]), byView, 'wide', 0)).toMatchObject({ tiles: [], title: null })
  })
})
