import { describe, expect, it } from 'vitest'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { defaultSettings } from '#lib/detection/index.ts'
import { defaultNotifySettings as settings } from '../settings.ts'
import { TEST_START_TIME } from '../testing/facts.ts'
import { NEVER_NOTIFIED_ALERT_STATE } from './alert-state.ts'
import { decideDueNotices } from './decide-notices.ts'
import { type NoDataPeriod, convertNoDataToIncident, checkNoData } from './no-data.ts'

const at = (minutes: number) => TEST_START_TIME + minutes * MS_PER_MINUTE

/**
 * Checks every minute; `goodAt` gives the minute of the newest good sample. Returns `reason severity @minute` for each
 * notice.
 */
function watch(subscription: string, goodAt: (minute: number) => number | null, until: number, watchingSince = 0) {
  let noData: NoDataPeriod | null = null
  let state = NEVER_NOTIFIED_ALERT_STATE
  const sent: string[] = []
  for (let minute = watchingSince; minute <= until; minute += 1) {
    const good = goodAt(minute)
    const newestGoodAt = good === null ? null : at(good)
    const times = { watchingSince: at(watchingSince), now: at(minute) }
    noData = checkNoData(noData, { subscription, newestGoodAt }, times, defaultSettings)
    if (!noData) continue
    const decision = decideDueNotices(state, convertNoDataToIncident(subscription, noData), at(minute), settings)
    state = decision.state
    sent.push(...decision.notices.map(({ reason, severity }) => `${reason} ${severity} @${minute}`))
  }
  return { sent, noData }
}

describe('missing data', () => {
  it('is critical after 5 min without any good sample, repeated, and closed with the next one', () => {
    const { sent, noData } = watch('', (minute) => (minute < 10 ? minute : minute < 50 ? 10 : minute), 55)
    expect(sent).toEqual(['opened critical @15', 'repeated critical @45', 'closed critical @50'])
    expect(noData).toMatchObject({ since: at(10), ended: { earliest: at(49), latest: at(50) } })
  })

  it('of one subscription is major after 10 min', () => {
    expect(watch('sub', () => 0, 12).sent).toEqual(['opened major @10'])
  })

  it('is not reported for the time before the process started', () => {
    expect(watch('', (minute) => (minute < 104 ? 1 : minute), 120, 100).sent).toEqual([])
    expect(watch('', () => null, 106, 100).sent).toEqual(['opened critical @105'])
  })

  it('is reported again when it recurs', () => {
    const { sent } = watch('', (minute) => (minute < 8 ? 0 : 8), 14)
    expect(sent).toEqual(['opened critical @5', 'closed critical @8', 'opened critical @13'])
  })
})
