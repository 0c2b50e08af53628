import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { WhatIfOutcome, WhatIfRow } from '../../api/index.ts'
import { findCircuitShifts, computeShiftedBytes } from './circuit-shifts.ts'
import { createTestWhatIfRow, createTestPath } from './testing.ts'

const moving = (
  from: string[],
  to: (string | null)[],
  outcome: WhatIfOutcome = 'moves',
  more: Partial<WhatIfRow> = {},
) =>
  createTestWhatIfRow(
    from.map((one) => createTestPath(one)),
    to.map((one) => createTestPath(one)),
    { outcome, ...more },
  )
const BYTES: Record<string, bigint> = { x: 100n, y: 10n, z: 1n }
const after = (rows: WhatIfRow[], { other = [] as string[], unknown = [] as string[] } = {}) =>
  Object.fromEntries(
    [
      ...computeShiftedBytes(
        findCircuitShifts(rows),
        (id) => (unknown.includes(id) ? null : (BYTES[id] ?? 0n)),
        (id) => other.includes(id),
      ),
    ].map(([id, bounds]) => [id, bounds && [Number(bounds.atLeast), Number(bounds.atMost)]]),
  )

describe('bytes that circuits would carry', () => {
  it.each<[string, WhatIfRow[], Record<string, number[] | null>]>([
    ['all of one to another', [moving(['x'], ['y'])], { x: [0, 0], y: [110, 110] }],
    ['some of one to another', [moving(['x'], ['y']), moving(['x'], ['x'], 'stays')], { x: [0, 100], y: [10, 110] }],
    ['to one of two', [moving(['x'], ['y']), moving(['x'], ['z'])], { x: [0, 0], y: [10, 110], z: [1, 101] }],
    ['some is stranded', [moving(['x'], ['y']), moving(['x'], [], 'stranded')], { x: [0, 0], y: [10, 110] }],
    ['some goes by VPN', [moving(['x'], ['y']), moving(['x'], [null])], { x: [0, 0], y: [10, 110] }],
    ['all is stranded', [moving(['x'], [], 'stranded')], { x: [0, 0] }],
    ['one of two equal ones is left', [moving(['x', 'y'], ['y'], 'stays')], { x: [0, 0], y: [110, 110] }],
    ['another becomes equal', [moving(['x'], ['x', 'y'])], { x: [0, 100], y: [10, 110] }],
    ['where it goes is not known', [moving(['x'], [], 'unknown'), moving(['z'], ['y'])], { x: null, y: null, z: null }],
    ['between the paths of one', [moving(['x'], ['x'], 'stays')], {}],
    ['what the customer sends is not billed', [moving(['x'], ['y'], 'moves', { side: 'onprem' })], {}],
  ])('%s', (_, rows, expected) => expect(after(rows)).toMatchObject(expected))

  it('are not known where those that move are not', () => {
    expect(after([moving(['x'], ['y'])], { unknown: ['x'] })).toEqual({ x: null, y: null })
  })

  it('of Microsoft peering may go anywhere', () => {
    expect(after([moving(['x'], ['y'])], { other: ['x'] })).toEqual({ x: [0, 100], y: [10, 110] })
  })

  it('law: whatever each prefix carries, the truth lies within', () => {
    const circuit = fc.constantFrom('x', 'y', 'z')
    const flow = fc.record({ from: circuit, to: fc.option(circuit), bytes: fc.integer({ min: 0, max: 1_000 }) })
    fc.assert(
      fc.property(fc.array(flow, { minLength: 1, maxLength: 8 }), (flows) => {
        const sum = (of: (one: (typeof flows)[number]) => string | null, id: string) =>
          flows.reduce((total, one) => total + (of(one) === id ? one.bytes : 0), 0)
        const rows = flows.map(({ from, to }) =>
          moving([from], to === null ? [] : [to], to === from ? 'stays' : to === null ? 'stranded' : 'moves'),
        )
        const bounds = computeShiftedBytes(
          findCircuitShifts(rows),
          (id) => BigInt(sum(({ from }) => from, id)),
          () => false,
        )
        for (const [id, own] of bounds) {
          const truth = BigInt(sum(({ to }) => to, id))
          expect(own && own.atLeast <= truth && truth <= own.atMost).toBe(true)
        }
      }),
    )
  })
})
