import { describe, expect, it } from 'vitest'
import { MS_PER_HOUR } from '#lib/contract/time/time.ts'
import { InvalidRequestError } from './errors.ts'
import { resolvePinnedRange } from './range-cursor.ts'

const now = 100 * MS_PER_HOUR

describe('a range whose ends are left to the clock', () => {
  it('ends now and has the usual length', () => {
    expect(resolvePinnedRange({}, now, MS_PER_HOUR)).toMatchObject({
      from: now - MS_PER_HOUR,
      to: now,
      cursor: undefined,
    })
    expect(resolvePinnedRange({ to: 50 * MS_PER_HOUR }, now, MS_PER_HOUR)).toMatchObject({
      from: 49 * MS_PER_HOUR,
      to: 50 * MS_PER_HOUR,
    })
    expect(resolvePinnedRange({ to: 10 }, now, MS_PER_HOUR)).toMatchObject({ from: 0, to: 10 })
  })

  it('stays the same on later pages, though the clock goes on', () => {
    const cursor = resolvePinnedRange({}, now, MS_PER_HOUR).wrap('inner') ?? ''
    expect(resolvePinnedRange({ cursor }, now + 999, MS_PER_HOUR)).toMatchObject({
      from: now - MS_PER_HOUR,
      to: now,
      cursor: 'inner',
    })
  })

  it('has no cursor where history has none', () => {
    expect(resolvePinnedRange({}, now, MS_PER_HOUR).wrap(null)).toBeNull()
  })

  it.each([
    { name: 'nonsense', query: { cursor: 'nonsense' } },
    { name: 'of another form', query: { cursor: Buffer.from('["a","b","c"]').toString('base64url') } },
    ...[
      { name: 'of a range before 1970', range: [-1, 5] },
      { name: 'of a range after 9999', range: [1, 1e300] },
      { name: 'of a range with a fraction', range: [0.5, 5] },
      { name: 'of a range that runs backwards', range: [6, 5] },
    ].map(({ name, range }) => ({
      name,
      query: { cursor: Buffer.from(JSON.stringify([...range, 'inner'])).toString('base64url') },
    })),
    {
      name: 'of another range',
      query: { from: 5, cursor: resolvePinnedRange({ from: 4 }, now, MS_PER_HOUR).wrap('inner') ?? '' },
    },
  ])('refuses a cursor $name', ({ query }) => {
    expect(() => resolvePinnedRange(query, now, MS_PER_HOUR)).toThrow(InvalidRequestError)
  })
})
