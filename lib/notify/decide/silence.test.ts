import { describe, expect, it } from 'vitest'
import { defaultSettings } from '#lib/detection/index.ts'
import { defaultNotifySettings as settings } from '../settings.ts'
import { MINUTE, T0 } from '../testing/facts.ts'
import { UNTOLD } from './case-memory.ts'
import { decide } from './decide.ts'
import { type Silence, silenceFacts, watchSilence } from './silence.ts'

const at = (minutes: number) => T0 + minutes * MINUTE

/** Looks at each minute, the newest good sample being what `goodAt` says; `reason @minute` of what is told. */
function watch(subscription: string, goodAt: (minute: number) => number | null, until: number, watchingSince = 0) {
  let silence: Silence | null = null
  let memory = UNTOLD
  const told: string[] = []
  for (let minute = watchingSince; minute <= until; minute += 1) {
    const good = goodAt(minute)
    const newestGoodAt = good === null ? null : at(good)
    const times = { watchingSince: at(watchingSince), now: at(minute) }
    silence = watchSilence(silence, { subscription, newestGoodAt }, times, defaultSettings)
    if (!silence) continue
    const decision = decide(memory, silenceFacts(subscription, silence), at(minute), settings)
    memory = decision.memory
    told.push(...decision.notices.map(({ reason, severity }) => `${reason} ${severity} @${minute}`))
  }
  return { told, silence }
}

describe('the silence of the collector', () => {
  it('is critical after 5 min without any good sample, repeated, and over with the next one', () => {
    const { told, silence } = watch('', (minute) => (minute < 10 ? minute : minute < 50 ? 10 : minute), 55)
    expect(told).toEqual(['opened critical @15', 'repeated critical @45', 'closed critical @50'])
    expect(silence).toMatchObject({ since: at(10), ended: { earliest: at(49), latest: at(50) } })
  })

  it('of one subscription is major after 10 min', () => {
    expect(watch('sub', () => 0, 12).told).toEqual(['opened major @10'])
  })

  it('is not told of the time before anybody watched', () => {
    expect(watch('', (minute) => (minute < 104 ? 1 : minute), 120, 100).told).toEqual([])
    expect(watch('', () => null, 106, 100).told).toEqual(['opened critical @105'])
  })

  it('is told once more when it comes back', () => {
    const { told } = watch('', (minute) => (minute < 8 ? 0 : 8), 14)
    expect(told).toEqual(['opened critical @5', 'closed critical @8', 'opened critical @13'])
  })
})
