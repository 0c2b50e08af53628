import { describe, expect, it } from 'vitest'
import { formatPollInterval, formatLimit, listIntervalReliefs } from './interval-text.ts'

const asConfigured = {
  configuredSeconds: 60,
  intervalSeconds: 60,
  observedSeconds: { p50: 61.2, p95: 70 },
  limitedBy: null,
  limitingBudget: null,
  relief: null,
} as const

describe('an interval', () => {
  it('as configured is shown with what was observed, and no reason', () => {
    expect(formatPollInterval(asConfigured)).toBe('60 s; observed 61 s')
    expect(formatLimit(asConfigured)).toBeNull()
    expect(listIntervalReliefs(asConfigured)).toEqual([])
  })

  it('that is longer is shown beside the configured one, with why and what would shorten it', () => {
    const longer = {
      ...asConfigured,
      intervalSeconds: 120,
      observedSeconds: null,
      limitedBy: 'budget',
      limitingBudget: 'arm.writes',
      relief: { withIdentitySeconds: 60, withLonger: { rank: 'tables', seconds: 84 } },
    } as const
    expect(formatPollInterval(longer)).toBe('2 min, configured 60 s')
    expect(formatLimit(longer)).toBe('The polls that share the budget ask for more ARM writes than Azure allows')
    expect(formatLimit({ ...longer, limitedBy: 'lock' })).toMatch(/one operation at a time on this resource/)
    expect(formatLimit({ ...longer, limitedBy: 'run_time' })).toMatch(/longer than the configured interval/)
    expect(listIntervalReliefs(longer)).toEqual([
      '60 s with one identity more',
      '84 s with route and ARP tables at twice their interval',
    ])
  })
})
