import { expect, it } from 'vitest'
import { checkPollIntervals, type TimedPoll } from './interval-check.ts'

const resourceId =
  '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers/Microsoft.Network/virtualNetworkGateways/gw'
// two operations of 6 s each on one gateway do not fit into 5 s
const polls = (inForce?: TimedPoll['inForce']): TimedPoll[] =>
  (['peers', 'learned'] as const).map((kind) => ({
    resourceId,
    kind,
    region: 'uksouth',
    everySeconds: 5,
    seconds: 6,
    ...(inForce && { inForce }),
  }))
const intervalsOf = (planned: TimedPoll[]) =>
  checkPollIntervals(planned).intervals?.map(({ everySeconds, floorSeconds }) => [everySeconds, floorSeconds])

it('the check shows the plan in force, and forecasts intervals only before the first plan', () => {
  const forecast = checkPollIntervals(polls())
  expect(forecast).toMatchObject({ state: 'warn' })
  expect(forecast.lines).toHaveLength(2)

  const inForce = { seconds: 6.7, limitedBy: 'lock' as const, budget: null, floorSeconds: 8 }
  expect(intervalsOf(polls(inForce))).toEqual([
    [6.7, 8],
    [6.7, 8],
  ])
  expect(checkPollIntervals(polls(inForce)).detail).toBe(
    'Some intervals are longer than configured: Azure runs one diagnostic operation at a time on a resource.',
  )
  const { state, detail } = checkPollIntervals(polls({ seconds: 5, limitedBy: null, budget: null, floorSeconds: 11 }))
  expect({ state, detail }).toEqual({ state: 'pass', detail: 'The configured intervals fit.' })
})

it('a budget that lengthens an interval is named', () => {
  const inForce = { seconds: 40, limitedBy: 'budget' as const, budget: 'arm.reads' as const, floorSeconds: null }
  expect(checkPollIntervals(polls(inForce)).detail).toContain('Azure Resource Manager’s budget of reads')
})
