import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { copyPlainJson, isEqualPlainJson } from './plain-json.ts'

const plain = fc.jsonValue({ maxDepth: 4 }).filter((value) => !JSON.stringify(value).includes('__proto__'))

describe('a copy of plain state', () => {
  it('is the same, and shares nothing that can be written to', () => {
    fc.assert(
      fc.property(plain, (value) => {
        const copy = copyPlainJson(value)
        expect(copy).toEqual(value)
        if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
          Object.assign(copy as object, { added: 1 })
          expect('added' in value).toBe(false)
        }
      }),
    )
  })
})

describe('sameness of plain state', () => {
  it('is that of what would be stored', () => {
    const sorted = (value: unknown) =>
      JSON.stringify(value, (_, inner) =>
        inner !== null && typeof inner === 'object' && !Array.isArray(inner)
          ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
          : inner,
      )
    fc.assert(
      fc.property(plain, plain, (a, b) => {
        expect(isEqualPlainJson(a, b)).toBe(sorted(a) === sorted(b))
        expect(isEqualPlainJson(a, copyPlainJson(a))).toBe(true)
      }),
    )
  })

  it.each([
    [{ a: 1, b: 2 }, { b: 2, a: 1 }, true],
    [{ a: 1, b: undefined }, { a: 1 }, true],
    [{ a: 1 }, { a: 1, b: undefined }, true],
    [{ a: 1 }, { a: 1, b: null }, false],
    [[1, 2], [2, 1], false],
    [[], {}, false],
    [{ a: { b: [1] } }, { a: { b: [1, 2] } }, false],
  ])('%j and %j: %s', (a, b, same) => expect(isEqualPlainJson(a, b)).toBe(same))
})
