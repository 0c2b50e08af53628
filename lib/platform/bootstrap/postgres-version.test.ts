import { describe, expect, it } from 'vitest'
import { judgeVersion, updateAdvice } from './postgres-version.ts'

describe('a server’s version', () => {
  it.each([
    { text: 'postgres (PostgreSQL) 18.4', running: '18.4', newest: '18.6', minorsBehind: 2 },
    { text: '17.11 (Debian 17.11-1.pgdg12+1)', running: '17.11', newest: '17.11', minorsBehind: 0 },
    { text: '18.9', running: '18.9', newest: '18.6', minorsBehind: 0 },
    { text: '19.1', running: '19.1', newest: null, minorsBehind: 0 },
  ])('$text stands beside the newest one of its major', ({ text, ...expected }) => {
    expect(judgeVersion(text)).toEqual({ ...expected, asOf: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) })
  })

  it('that is none is refused', () => {
    expect(() => judgeVersion('bash: postgres: not found')).toThrow(/is no version of PostgreSQL/)
  })

  it('that is behind comes with what to do', () => {
    expect(updateAdvice(judgeVersion('18.5'))).toMatch(/^PostgreSQL 18\.5 is 1 minor release behind 18\.6 .*your own/)
    expect(updateAdvice(judgeVersion('18.6'))).toBeNull()
    expect(updateAdvice(judgeVersion('19.0'))).toBeNull()
  })
})
