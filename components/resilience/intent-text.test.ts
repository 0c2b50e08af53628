import { describe, expect, it } from 'vitest'
import {
  formatCarryingCircuits,
  formatDeclaredPolicy,
  formatIntentCount,
  formatIntentPrefixes,
  formatReturnDifference,
  formatReturnPath,
} from './intent-text.ts'

const nameOf = (id: string) => `erc-${id}`

describe('words of intent', () => {
  it.each([
    [['lon'], false, 'erc-lon'],
    [['lon', 'ams'], true, 'erc-ams, erc-lon, no circuit (VPN, or not mapped)'],
    [[], false, 'none'],
  ])('carriers %s %s', (circuits, hasOther, text) =>
    expect(formatCarryingCircuits({ circuits, hasOther }, nameOf)).toBe(text),
  )

  it('says who declared what', () => {
    const declared = { declaredBy: 'policy' as const, primary: ['lon'], backup: ['ams'] }
    expect(formatDeclaredPolicy({ declared }, nameOf)).toBe('erc-lon, then erc-ams (policy)')
    expect(formatDeclaredPolicy({ declared: { ...declared, declaredBy: 'site', backup: null } }, nameOf)).toBe(
      'erc-lon (home of the site)',
    )
    expect(formatDeclaredPolicy({ declared: null }, nameOf)).toBeNull()
  })

  it('counts prefixes by state, the worst first', () => {
    const none = { deviates: 0, no_route: 0, backup_differs: 0, unknown: 0, undeclared: 0, as_declared: 0 }
    expect(formatIntentCount(none)).toBe('0 prefixes')
    expect(formatIntentCount({ ...none, as_declared: 8, deviates: 1 })).toBe('9 prefixes: 1 deviates, 8 as declared')
  })

  it('says what returns to Azure, by what, and what it differs from', () => {
    const parted = { by: 'local_preference' as const, better: '200', worse: '100' }
    const paths = {
      circuits: ['lon'],
      agrees: false,
      prefixes: 3,
      assumed: 0,
      routers: ['ce-1', 'ce-2'],
      parted: [parted],
    }
    expect(formatReturnPath(paths, nameOf)).toBe('erc-lon, as ce-1, ce-2 report: local preference 200 over 100')
    expect(formatReturnPath({ ...paths, circuits: [], routers: ['ce-1'], parted: [] }, nameOf)).toBe(
      'no circuit, as ce-1 reports',
    )
    expect(formatReturnDifference({ declared: null })).toBe('not what carries them from Azure')
    expect(formatReturnDifference({ declared: { declaredBy: 'site', primary: ['lon'], backup: null } })).toBe(
      'not what is declared',
    )
  })

  it('names the first prefixes', () => {
    expect(formatIntentPrefixes(['a', 'b', 'c', 'd'])).toBe('a, b, c, d')
    expect(formatIntentPrefixes(['a', 'b', 'c', 'd', 'e'])).toBe('a, b, c and 2 others')
  })
})
