import { describe, expect, it } from 'vitest'
import { formatPollInterval, formatIntervalLimit, listIntervalRemedies } from './interval-text.ts'

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
    expect(formatIntervalLimit(asConfigured)).toBeNull()
    expect(listIntervalRemedies(asConfigured)).toEqual([])
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
    expect(formatIntervalLimit(longer)).toBe(
      'The polls that share the budget ask for more ARM writes than Azure allows',
    )
    expect(formatIntervalLimit({ ...longer, limitedBy: 'lock' })).toMatch(/one operation at a time on this resource/)
    expect(formatIntervalLimit({ ...longer, limitedBy: 'run_time' })).toMatch(/longer than the configured interval/)
    expect(listIntervalRemedies(longer)).toEqual([
      '60 s with one identity more',
      '84 s with route and ARP tables at twice their interval',
    ])
  })
})
