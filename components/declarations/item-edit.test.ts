import { describe, expect, it } from 'vitest'
import { type DeclarationsResponse, createEmptyDeclarations } from '#lib/contract/index.ts'
import { buildDeclarationsBody, ConcurrentDeclarationChangeError } from './item-edit.ts'

const watched = (prefix: string, note = '') => ({ prefix, note })
const current = (...list: ReturnType<typeof watched>[]): DeclarationsResponse => ({
  ...createEmptyDeclarations(),
  watched: list,
  version: 7,
  updatedAt: null,
  updatedBy: null,
  unreadable: [],
})
const [a, b, c] = [watched('10.0.0.0/8'), watched('10.1.0.0/16'), watched('10.2.0.0/16')]

describe('an edit of one item', () => {
  it.each([
    ['adds it at the end', null, c, [a, b, c]],
    ['changes it in its place', a, watched('10.0.0.0/8', 'all'), [watched('10.0.0.0/8', 'all'), b]],
    ['gives it another name in its place', a, c, [c, b]],
    ['takes it away', b, null, [a]],
  ] as const)('%s, and sends that list alone', (_, before, after, expected) => {
    expect(buildDeclarationsBody(current(a, b), { list: 'watched', before, after })).toEqual({
      watched: expected,
      version: 7,
    })
  })

  it.each([
    ['was changed', current(watched('10.0.0.0/8', 'by somebody'), b)],
    ['was taken away', current(b)],
  ])('is refused where the item %s since', (_, now) => {
    expect(() => buildDeclarationsBody(now, { list: 'watched', before: a, after: null })).toThrow(
      ConcurrentDeclarationChangeError,
    )
  })
})
