import { describe, expect, it } from 'vitest'
import { parseRollupState, formatRollupState } from './rollup-state.ts'
import { type RollupState, EMPTY_ROLLUP_STATE } from './counter-growth.ts'

const T0 = Date.UTC(2026, 10, 20, 3)
const state: RollupState = { through: T0, in: { at: T0, bytes: 2n ** 64n, gapSince: false }, out: null }

describe('a rollup state', () => {
  it('is read as it was written, to the last byte', () => {
    expect(parseRollupState(JSON.parse(formatRollupState(state)), null)).toEqual(state)
    for (const none of [null, undefined]) expect(parseRollupState(none, new Date(T0))).toEqual(EMPTY_ROLLUP_STATE)
  })

  it.each<[string, unknown]>([
    ['a number', 7],
    ['no reading', {}],
    ['a reading without bytes', { through: T0, in: { at: T0, gapSince: false }, out: null }],
    ['no reading of one direction', { through: T0, out: null }],
    ['no word of a gap', { through: T0, in: { at: T0, bytes: '1' }, out: null }],
    ['bytes with more before them', { through: T0, in: { at: T0, bytes: 'x1', gapSince: false }, out: null }],
    ['bytes that are none', { through: T0, in: { at: T0, bytes: 'x', gapSince: false }, out: null }],
  ])('that is damaged (%s) goes on from where its row has got to, so that nothing counts twice', (_, stored) => {
    expect(parseRollupState(stored, new Date(T0))).toEqual({ through: T0, in: null, out: null })
  })
})
