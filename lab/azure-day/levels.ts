/**
 * Simulates days of polling an Azure whose network provider reports its load only as a percentage, and refuses requests
 * at 100 %.
 */
import type { PollIntervals } from '#lib/poller/index.ts'
import { MS_PER_MINUTE, MS_PER_SECOND } from '#lib/contract/time/time.ts'
import { SIMULATOR_PROFILES } from '../simulator/index.ts'
import { runDay } from './day.ts'
import { discoverEstate, VIRTUAL_DAY_POLL_INTERVALS } from './estate.ts'

const ORIGIN = Date.parse('2026-03-02T00:00:00Z')

const FAST: PollIntervals = {
  ...VIRTUAL_DAY_POLL_INTERVALS,
  sessionsMs: 32 * MS_PER_SECOND,
  circuitsMs: 32 * MS_PER_SECOND,
}

/**
 * Polls circuits every 32 s, with larger buckets of ARM as recorded in 2026 and a provider whose limit is unknown.
 * @param reads requests that the provider accepts in five minutes
 * @returns number of refused polls by outcome, the largest use of the provider in a window as a share, and all polls
 */
export async function pollByLevels(circuits: number, { hours, reads }: { hours: number; reads: number }) {
  const { outcomes, azure } = await runDay({
    estate: await discoverEstate(circuits, 'one', ORIGIN, [], FAST),
    profile: {
      ...SIMULATOR_PROFILES.azure,
      headers: 'levels',
      arm: { reads: { size: 1_100, refill: 25 }, writes: { size: 200, refill: 10 }, allPrincipals: 15 },
      network: { windowMs: 5 * MS_PER_MINUTE, reads, writes: 1_000, countsPosts: false },
    },
    workers: 1,
    origin: ORIGIN,
    hours,
    warmUpMs: 0,
    countsPosts: 'learn',
    cutsPerDay: 0,
  })
  const refused = [...outcomes].filter(([outcome]) => outcome.startsWith('throttled'))
  const most = Math.max(...azure.meter.windows('network.reads', ORIGIN)) / reads
  const polls = [...outcomes.values()].reduce((sum, count) => sum + count, 0)
  return { refused: Object.fromEntries(refused), most, polls }
}
