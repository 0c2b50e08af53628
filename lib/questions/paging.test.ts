import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { InvalidRequestError } from './errors.ts'
import { pickPageOfList } from './paging.ts'

const identity = (row: string) => row

describe('pages of a list', () => {
  it('hold every row once, in order, whatever the size of a page', () => {
    const rows = fc.uniqueArray(fc.string())
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 7 }), (all, limit) => {
        const read: string[] = []
        let cursor: string | undefined
        do {
          const page = pickPageOfList(all, identity, { cursor, limit })
          expect(page.rows.length).toBeLessThanOrEqual(limit)
          read.push(...page.rows)
          cursor = page.nextCursor ?? undefined
        } while (cursor !== undefined)
        expect(read.toSorted()).toEqual(all.toSorted())
        expect(read).toEqual([...new Set(read)])
      }),
    )
  })

  it('double and skip nothing when rows come and go between them', () => {
    const first = pickPageOfList(['a', 'c', 'e'], identity, { limit: 2 })
    const second = pickPageOfList(['b', 'c', 'd', 'e'], identity, { limit: 2, cursor: first.nextCursor ?? '' })
    expect([...first.rows, ...second.rows]).toEqual(['a', 'c', 'd', 'e'])
  })

  it('end without a cursor when the last page is just full', () => {
    expect(pickPageOfList(['a', 'b'], identity, { limit: 2 }).nextCursor).toBeNull()
  })

  it.each([
    { name: 'of another scope', cursor: pickPageOfList(['a', 'b'], identity, { limit: 1, scope: 'x' }).nextCursor },
    { name: 'of a query with less in it', cursor: pickPageOfList(['a', 'b'], identity, { limit: 1 }).nextCursor },
    { name: 'that is no cursor', cursor: 'nonsense' },
    { name: 'that is JSON of another form', cursor: Buffer.from('{"a":1}').toString('base64url') },
    { name: 'that is a list of numbers', cursor: Buffer.from('[1,2]').toString('base64url') },
  ])('refuse a cursor $name', ({ cursor }) => {
    expect(() => pickPageOfList(['a', 'b'], identity, { limit: 1, scope: 'y', cursor: cursor ?? '' })).toThrow(
      InvalidRequestError,
    )
  })

  it('accept a cursor with another page size', () => {
    const { nextCursor } = pickPageOfList(['a', 'b', 'c'], identity, { limit: 1, scope: 'y' })
    expect(pickPageOfList(['a', 'b', 'c'], identity, { limit: 9, scope: 'y', cursor: nextCursor ?? '' }).rows).toEqual([
      'b',
      'c',
    ])
  })
})
