import { describe, expect, it } from 'vitest'
import { findAuditDifference } from './audit-difference.ts'

describe('the difference of two states', () => {
  it('is of objects the fields that differ', () => {
    expect(findAuditDifference({ a: 1, b: 2, c: { d: 3, e: 4 } }, { a: 1, b: 5, c: { d: 3, e: 6 }, f: 7 })).toEqual({
      before: { b: 2, c: { e: 4 } },
      after: { b: 5, c: { e: 6 }, f: 7 },
    })
  })

  it('is of lists the members that the other side lacks', () => {
    const [lon, par, ams] = ['lon', 'par', 'ams'].map((name) => ({ name }))
    expect(findAuditDifference({ sites: [lon, par] }, { sites: [par, ams] })).toEqual({
      before: { sites: [lon] },
      after: { sites: [ams] },
    })
  })

  it('is everything where nothing was there before', () => {
    expect(findAuditDifference(undefined, { name: 'x' })).toEqual({ before: null, after: { name: 'x' } })
  })

  it('holds no secret', () => {
    const after = { token: 'pw_abc', nested: [{ clientSecret: 'abc', password: null, link: '/sign-in/link#abc' }] }
    expect(JSON.stringify(findAuditDifference(null, after))).not.toContain('abc')
    expect(findAuditDifference(null, after).after).toMatchObject({ nested: [{ password: null }] })
  })

  it('is cut where it is long', () => {
    const { after } = findAuditDifference(null, { text: 'x'.repeat(20_000) })
    expect(after).toMatchObject({ cutAfter: 16_000 })
  })
})
