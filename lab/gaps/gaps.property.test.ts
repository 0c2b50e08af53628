import { describe, expect, it } from 'vitest'
import { MS_PER_SECOND } from '#lib/contract/time/time.ts'
import { runTestInSeveralPollOrders } from './orders.ts'
import { type DisturbedPollPeriod, type DisturbedPollTestRun, planDisturbedPollTestRun } from './plan.ts'
import { runDisturbedPollTest } from './play.ts'

const throttled = (kinds: DisturbedPollPeriod['kinds'], of: string, from: number, to: number): DisturbedPollPeriod => ({
  from: from * MS_PER_SECOND,
  to: to * MS_PER_SECOND,
  kinds,
  of,
  how: 'throttled',
  share: 1,
  most: 0,
})
const round = (more: Pick<DisturbedPollTestRun, 'truth' | 'gaps'>): DisturbedPollTestRun => ({
  seed: 1,
  topology: 'T2',
  everyMs: 20 * MS_PER_SECOND,
  lengthMs: 280 * MS_PER_SECOND,
  partial: [],
  ...more,
})

describe('polls that are refused, throttled, late, slow, not made or recorded out of order', () => {
  it.each([3, 7, 11])(
    'make nothing worse than complete answers do, nor end it at another time: seed %i',
    async (seed) => {
      expect(await runDisturbedPollTest(planDisturbedPollTestRun(seed, 150))).toEqual([])
    },
  )

  it.each([
    [2, 100, 3],
    [5, 100, 3],
    // tables of a path are recorded before the summary that shows its session as down
    [31, 150, 5],
  ])(
    'make the same events in each order in which they are recorded, with restarts between them: seed %i, %i steps, %i orders',
    async (seed, steps, orders) => {
      expect(await runTestInSeveralPollOrders(planDisturbedPollTestRun(seed, steps), orders)).toEqual([])
    },
  )

  it.each([
    ['which no gateway could report', ['peers', 'learned']],
    ['which waits for a poll of the sessions', ['peers']],
  ])('make no one-way traffic of a withdrawal %s', async (_, kinds) => {
    const truth = ['10:02:27 withdraw ckt-lon site=dc-a until 10:14:11']
    const gaps = [{ ...throttled(kinds, 'ergw-hub', 26, 860), how: 'malformed' as const }]
    const played = {
      ...round({ truth, gaps }),
      topology: 'T2v' as const,
      everyMs: 60 * MS_PER_SECOND,
      lengthMs: 960 * MS_PER_SECOND,
    }
    expect(await runDisturbedPollTest(played)).toEqual([])
  })

  it('show no moment at which both paths were lost, where one was last read before the other fell', async () => {
    const truth = [
      '10:01:07 cut-path ckt-lon/primary until 10:01:50',
      '10:02:05 cut-path ckt-lon/secondary until 10:03:37',
    ]
    const gaps = [throttled(['summary'], 'ckt-lon/primary', 100, 280), throttled(['stats', 'arp'], 'ckt-lon', 100, 280)]
    expect(await runDisturbedPollTest(round({ truth, gaps }))).toEqual([])
  })
})
