import { describe, expect, it } from 'vitest'
import { carriersText, declaredText, intentCountWords, prefixesText } from './intent-words.ts'

const nameOf = (id: string) => `erc-${id}`

describe('words of intent', () => {
  it.each([
    [['lon'], false, 'erc-lon'],
    [['lon', 'ams'], true, 'erc-ams, erc-lon, no circuit (VPN, or not mapped)'],
    [[], false, 'nothing'],
  ])('carriers %s %s', (circuits, hasOther, text) => expect(carriersText({ circuits, hasOther }, nameOf)).toBe(text))

  it('says who declared what', () => {
    const declared = { declaredBy: 'policy' as const, primary: ['lon'], backup: ['ams'] }
    expect(declaredText({ declared }, nameOf)).toBe('erc-lon, then erc-ams (policy)')
    expect(declaredText({ declared: { ...declared, declaredBy: 'site', backup: null } }, nameOf)).toBe(
      'erc-lon (home of the site)',
    )
    expect(declaredText({ declared: null }, nameOf)).toBe('nothing')
  })

  it('counts prefixes by state, the worst first', () => {
    const none = { deviates: 0, no_route: 0, backup_differs: 0, unknown: 0, undeclared: 0, as_declared: 0 }
    expect(intentCountWords(none)).toBe('0 prefixes')
    expect(intentCountWords({ ...none, as_declared: 8, deviates: 1 })).toBe('9 prefixes: 1 deviates, 8 as declared')
  })

  it('names the first prefixes', () => {
    expect(prefixesText(['a', 'b', 'c', 'd'])).toBe('a, b, c, d')
    expect(prefixesText(['a', 'b', 'c', 'd', 'e'])).toBe('a, b, c and 2 others')
  })
})
