import type { EpochMs } from '#lib/contract/index.ts'
import { MS_PER_DAY, MS_PER_MINUTE } from '#lib/contract/time/time.ts'

const DAYS = 7
const P99 = 0.99

/**
 * Usual rate of route changes of one table. For each of the last seven days it stores how many minutes had each rate
 * (changes per minute). Minutes without changes are not stored; they are the rest of the time since `since`.
 */
export interface UsualChurnRate {
  since: EpochMs
  days: { day: number; minutes: Record<string, number> }[]
}

export const createUsualChurnRate = (since: EpochMs): UsualChurnRate => ({ since, days: [] })

/**
 * Adds the minutes of a poll that found changes.
 * @param perMinute changes per minute; rounded to a whole number
 */
export function addChurnRate(usual: UsualChurnRate, at: EpochMs, minutes: number, perMinute: number): UsualChurnRate {
  const day = Math.floor(at / MS_PER_DAY)
  const kept = usual.days.filter((one) => one.day > day - DAYS)
  const today = kept.find((one) => one.day === day)?.minutes ?? {}
  const rate = String(Math.round(perMinute))
  const entry = { day, minutes: { ...today, [rate]: round((today[rate] ?? 0) + minutes) } }
  return { since: usual.since, days: [...kept.filter((one) => one.day !== day), entry] }
}

const round = (minutes: number) => Math.round(minutes * 100) / 100

/**
 * Returns the 99th percentile of the rate of route changes in the last seven days (or since `since`, if that is later),
 * in changes per minute: at least 99 % of the minutes had at most this rate. The result is 0 if at least 99 % of the
 * minutes had no change.
 */
export function computeUsualP99Rate({ since, days }: UsualChurnRate, now: EpochMs): number {
  const from = now - DAYS * MS_PER_DAY
  const total = (now - Math.max(since, from)) / MS_PER_MINUTE
  const rates = new Map<number, number>()
  for (const { day, minutes } of days) {
    if ((day + 1) * MS_PER_DAY <= from) continue
    for (const [rate, count] of Object.entries(minutes)) {
      rates.set(Number(rate), (rates.get(Number(rate)) ?? 0) + count)
    }
  }
  let above = 0
  for (const [rate, count] of [...rates].toSorted(([a], [b]) => b - a)) {
    above += count
    if (above > (1 - P99) * total) return rate
  }
  return 0
}
