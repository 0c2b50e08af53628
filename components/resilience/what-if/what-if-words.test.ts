import { describe, expect, it } from 'vitest'
import { worstOf } from './what-if-words.ts'

const site = { site: 'London', stranded: 0, internet: 0, unknown: 0, changed: 0, prefixes: [] }

describe('what a loss does to a site', () => {
  it.each([
    ['nothing', undefined, null, 0],
    ['nothing that changes', site, null, 0],
    ['other paths', { ...site, changed: 5 }, 'change', 5],
    ['what is not known before what changes', { ...site, changed: 5, unknown: 2 }, 'unknown', 2],
    ['the Internet before what is not known', { ...site, changed: 5, unknown: 2, internet: 3 }, 'to the Internet', 3],
    ['what is stranded before all', { ...site, changed: 5, unknown: 2, internet: 3, stranded: 1 }, 'stranded', 1],
  ])('is %s', (_, found, worst, count) => {
    expect(worstOf(found)).toEqual({ worst, count })
  })
})
