import { describe, expect, it } from 'vitest'
import type { WallTile, WallTileHistory } from '#lib/overview/api/index.ts'
import type { TilePlacement } from './place-tiles.ts'
import { buildRowHeads, findLastMeanRate, listRiskForms } from './row-heads.ts'
import { createTestWallTile } from './testing.ts'

const NOW = Date.parse('2026-11-20T22:11:00.000Z')
const FROM = '2026-11-20T21:00:00.000Z'
const LEFT = { x: 0, y: 40, width: 50, height: 5 }
const row = (x: number): TilePlacement => ({ x, y: 50, width: 50, height: 5, form: 'row' })
const circuit = (more: Partial<WallTile> = {}) => createTestWallTile('c', 'up', { bitsPerSecond: 4e6, ...more })
const gateway = createTestWallTile('g', 'up', { type: 'gateway' })
const lastKnown = { state: 'up', word: 'up', called: 'both paths up', at: FROM } as const
const past = (id: string, bitsPerSecond: (number | null)[]): WallTileHistory => ({
  id,
  states: ['up', 'up', 'up'],
  traffic: { bitsPerSecond },
  month: null,
})
const heads = (tiles: WallTile[], histories: WallTileHistory[] = [], columns = 2) =>
  buildRowHeads(LEFT, {
    tiles,
    spots: tiles.map(() => row(0)),
    columns,
    history: { tiles: histories, from: FROM, stepSeconds: 1_800 },
    now: NOW,
    zone: 'UTC',
  })

describe('the headings of a column of rows', () => {
  it('are those of its values', () => {
    expect(heads([circuit()])).toEqual({ day: '24 h', rate: 'Mb/s', legends: [] })
  })

  it('are absent over rows whose states are only last known', () => {
    expect(heads([circuit({ lastKnown }), circuit({ lastKnown })])).toEqual({ day: null, rate: null, legends: [] })
  })

  it('have no unit over rows that name how late they are in place of a rate', () => {
    const freshness = { state: 'late', oldestPollAt: FROM, latePollAt: FROM } as const
    expect(heads([circuit({ freshness, risk: '17 prefixes at risk' })])).toEqual({
      day: '24 h',
      rate: null,
      legends: [],
    })
  })

  it('do not depend on the rows of another column', () => {
    const tiles = [circuit({ lastKnown }), circuit()]
    const history = { tiles: [], from: FROM, stepSeconds: 1_800 }
    const spots = [row(0), row(50)]
    expect(buildRowHeads(LEFT, { tiles, spots, columns: 2, history, now: NOW, zone: 'UTC' }).rate).toBeNull()
  })

  it('do not include a row of the whole width, which has its values in the last column', () => {
    const spots = [{ ...row(0), width: 100 }]
    const input = { tiles: [circuit()], spots, columns: 2, history: null, now: NOW, zone: 'UTC' }
    expect(buildRowHeads(LEFT, input).day).toBeNull()
    expect(buildRowHeads({ ...LEFT, x: 50 }, input).day).toBe('24 h')
  })

  it('name the unit of prefixes at risk only if rows are narrow', () => {
    const tiles = [circuit({ risk: '17 prefixes at risk' })]
    expect(heads(tiles).legends).toEqual(['at risk: number of prefixes'])
    expect(heads(tiles, [], 1).legends).toEqual([])
    expect(heads([circuit({ risk: 'risk not known' })]).legends).toEqual([])
  })

  it('do not include the risk of a row that shows a recovery in its place', () => {
    const recovered = { at: FROM, was: 'down', duration: null, monitoring: false } as const
    expect(heads([circuit({ risk: '17 prefixes at risk', recovered })]).legends).toEqual([])
  })

  it('name both the unit of prefixes at risk and the time of mean rates', () => {
    const tiles = [circuit({ risk: '17 prefixes at risk' }), gateway]
    expect(heads(tiles, [past('g', [1, 2, 3])]).legends).toEqual([
      'at risk: number of prefixes',
      'gateways: mean since 22:00',
    ])
  })

  it('name the time of mean rates of circuits without a current rate', () => {
    expect(heads([circuit({ bitsPerSecond: null }), circuit()], [past('c', [1, 2, 3])]).legends).toEqual([
      'some rates: mean since 22:00',
    ])
  })

  it.each<[string, (number | null)[][], string | null]>([
    ['of the current half hour', [[1, 2, 3]], 'gateways: mean since 22:00'],
    ['of the half hour before', [[1, 2, null]], 'gateways: mean 21:30 – 22:00'],
    [
      'of both',
      [
        [1, 2, 3],
        [1, 2, null],
      ],
      'gateways: means since 21:30',
    ],
    ['that is unknown', [[1, null, null]], null],
  ])('name the time of a mean rate %s', (_, rates, legend) => {
    const tiles = rates.map((_rate, index) => ({ ...gateway, id: `g${index}` }))
    const histories = rates.map((rate, index) => past(`g${index}`, rate))
    expect(heads(tiles, histories).legends).toEqual(legend === null ? [] : [legend])
  })
})

it('the last mean rate of a circuit is the sum of both directions, if both are known', () => {
  const traffic = { toAzureBitsPerSecond: [1, 5, 7], fromAzureBitsPerSecond: [1, 6, null] }
  expect(findLastMeanRate(traffic)).toEqual({ rate: 11, step: 1 })
  expect(findLastMeanRate({ bitsPerSecond: [3] })).toEqual({ rate: 3, step: 0 })
  expect(findLastMeanRate({ bitsPerSecond: [null] })).toBeNull()
  expect(findLastMeanRate(null)).toBeNull()
})

it.each([
  ['17 prefixes at risk', ['17 prefixes at risk', 'at risk: 17']],
  ['1 prefix at risk', ['1 prefix at risk', 'at risk: 1']],
  ['≥ 1,204 prefixes at risk, last known', ['≥ 1,204 prefixes at risk, last known', 'at risk: ≥ 1,204, last known']],
  ['5 prefixes to the Internet', ['5 prefixes to the Internet', '5 to the Internet']],
  ['risk not known', ['risk not known']],
])('the risk "%s" has shorter forms only with its number', (risk, forms) => {
  expect(listRiskForms(risk)).toEqual(forms)
})
