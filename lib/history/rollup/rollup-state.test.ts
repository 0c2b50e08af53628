import { describe, expect, it } from 'vitest'
import { readCarry, writeCarry } from './rollup-state.ts'
import { type Carry, NOTHING_CARRIED } from './growth.ts'

const T0 = Date.UTC(2026, 10, 20, 3)
const carry: Carry = { through: T0, in: { at: T0, bytes: 2n ** 64n, gapSince: false }, out: null }

describe('a carry', () => {
  it('is read as it was written, to the last byte', () => {
    expect(readCarry(JSON.parse(writeCarry(carry)), null)).toEqual(carry)
    expect(readCarry(null, new Date(T0))).toEqual(NOTHING_CARRIED)
  })

  it.each<[string, unknown]>([
    ['a number', 7],
    ['no reading', {}],
    ['a reading without bytes', { through: T0, in: { at: T0, gapSince: false }, out: null }],
    ['bytes that are none', { through: T0, in: { at: T0, bytes: 'x', gapSince: false }, out: null }],
  ])('that is damaged (%s) goes on from where its row has got to, so that nothing counts twice', (_, stored) => {
    expect(readCarry(stored, new Date(T0))).toEqual({ through: T0, in: null, out: null })
  })
})
