import { describe, expect, it } from 'vitest'
import type { NatPool } from '#lib/circuits/api/index.ts'
import { formatNatPool } from './nat-pool-text.ts'

const pool = (
  primary: NatPool['primary'],
  secondary: NatPool['secondary'],
  configured: string | null = '203.0.113.0/24',
) => formatNatPool({ prefix: '203.0.113.0/28', configured, primary, secondary })

describe('words for a NAT pool', () => {
  it.each([
    [pool('carried', 'carried'), 'up', /^both paths carry it$/],
    [pool('carried', 'carried', null), 'degraded', /both.*no advertised prefix/],
    [pool('carried', 'not_announced'), 'degraded', /^only the primary path.*the secondary path can’t/],
    [pool('not_announced', 'carried'), 'degraded', /^only the secondary path.*the primary path can’t/],
    [pool('not_announced', 'not_announced', null), 'degraded', /^no path.*no advertised prefix/],
    [pool('unknown', 'carried'), 'unknown', /^unknown/],
  ])('%o', ({ words, tone }, expected, pattern) => {
    expect(tone).toBe(expected)
    expect(words).toMatch(pattern)
  })
})
