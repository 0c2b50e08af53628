import { describe, expect, it } from 'vitest'
import { comparePostgresReleases, formatUpdateAdvice } from './postgres-version.ts'

describe('a server’s version', () => {
  it.each([
    { text: 'postgres (PostgreSQL) 18.4', running: '18.4', newest: '18.7', minorsBehind: 2 },
    { text: '17.12 (Debian 17.12-1.pgdg12+1)', running: '17.12', newest: '17.12', minorsBehind: 0 },
    { text: '15.18 (Debian 15.18-0+deb12u1)', running: '15.18', newest: '15.20', minorsBehind: 2 },
    { text: '18.9', running: '18.9', newest: '18.7', minorsBehind: 0 },
    { text: '19.1', running: '19.1', newest: null, minorsBehind: 0 },
  ])('$text stands beside the newest one of its major', ({ text, ...expected }) => {
    expect(comparePostgresReleases(text)).toEqual({ ...expected, asOf: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) })
  })

  it('that is none is refused', () => {
    expect(() => comparePostgresReleases('bash: postgres: not found')).toThrow(/is no version of PostgreSQL/)
  })

  it('that is behind comes with what to do', () => {
    expect(formatUpdateAdvice(comparePostgresReleases('18.6'))).toMatch(
      /^PostgreSQL 18\.6 lacks the security fixes of 18\.7 .*; CVE-2026-6460 and .*npm run move/,
    )
    expect(formatUpdateAdvice(comparePostgresReleases('18.4'))).toMatch(/CVE-2026-6460, CVE-2026-6471, .* and others/)
    expect(formatUpdateAdvice(comparePostgresReleases('18.7'))).toBeNull()
    expect(formatUpdateAdvice(comparePostgresReleases('19.0'))).toBeNull()
  })
})
