import { describe, expect, it } from 'vitest'
import { runTestTimeline } from '#lib/poller/memory/testing/play.ts'
import type { TestTimelineChange } from '#lib/poller/memory/testing/timeline.ts'
import {
  createTwoCircuitEstate,
  GATEWAY_INSTANCE_ADDRESSES,
  HUB_GATEWAY_NAME,
  SITE_A_PREFIXES,
} from '../../../testing/estates.ts'
import {
  announceSimulatedPrefixes,
  endSimulatedNeighborSessions,
  startSimulatedNeighborSessions,
  withdrawSimulatedPrefixes,
} from '../../../testing/happenings.ts'
import { parseTimeOfSimulatedDay, type SimulatedEstate } from '../../../testing/world.ts'

const LONDON = ['10.0.4.4', '10.0.4.5']
const AMSTERDAM = ['10.0.4.6', '10.0.4.7']
const BOTH = [...LONDON, ...AMSTERDAM]
const [LOST, OTHER] = GATEWAY_INSTANCE_ADDRESSES

const instanceIsLost = (at: string): TestTimelineChange => ({
  at,
  do: (world) => world.gateway(HUB_GATEWAY_NAME).silent.add(LOST),
})
const instanceReturns = (at: string): TestTimelineChange => ({
  at,
  do: (world) => world.gateway(HUB_GATEWAY_NAME).silent.delete(LOST),
})
const withdraws = (at: string, peers = BOTH): TestTimelineChange => ({
  at,
  do: (world) => withdrawSimulatedPrefixes(world, peers, SITE_A_PREFIXES),
})
const announces = (at: string, peers = BOTH): TestTimelineChange => ({
  at,
  do: (world) => announceSimulatedPrefixes(world, peers, SITE_A_PREFIXES, [65001]),
})

const withSite = (): SimulatedEstate => {
  const world = createTwoCircuitEstate()
  world.sites.push({ name: 'A', prefixes: [...SITE_A_PREFIXES], home: null, routers: {} })
  return world
}

/**
 * Returns the different events about routes as `kind started-ended`, with times of the day; ended `open` = ongoing.
 */
async function routeEvents(truth: TestTimelineChange[], to: string, world = createTwoCircuitEstate): Promise<string[]> {
  const { events } = await runTestTimeline({ world, from: '9:50', to, truth })
  const time = (at: number) => new Date(at).toISOString().slice(11, 16)
  return events
    .filter(({ kind }) => ABOUT_ROUTES.has(kind))
    .map(({ kind, started, ended }) => `${kind} ${time(started.latest)}-${ended ? time(ended.latest) : 'open'}`)
    .toSorted()
    .filter((text, n, all) => text !== all[n - 1])
}
const ABOUT_ROUTES = new Set<string>(['mass_withdraw', 'no_path', 'failover', 'best_path_shift', 'site_state_changed'])

const endsOtherSessions = (at: string): TestTimelineChange => ({
  at,
  do: (world) => BOTH.forEach((peer) => endSimulatedNeighborSessions(world, peer, [OTHER])),
})
const startsOtherSessions = (at: string): TestTimelineChange => ({
  at,
  do: (world) =>
    BOTH.forEach((peer) => startSimulatedNeighborSessions(world, peer, parseTimeOfSimulatedDay(at), [OTHER])),
})

describe('while one instance is lost, whose last rows stay in the history', () => {
  it.each<{ name: string; later: TestTimelineChange[]; is: string[]; ofSite: string[] }>([
    {
      name: 'a withdrawal is reported at its time',
      later: [withdraws('10:10:30')],
      is: ['mass_withdraw 10:11-open'],
      ofSite: ['mass_withdraw 10:11-open', 'no_path 10:11-open', 'site_state_changed 10:11-open'],
    },
    {
      name: 'a withdrawal by one circuit moves the traffic',
      later: [withdraws('10:10:30', LONDON)],
      is: ['best_path_shift 10:11-open', 'mass_withdraw 10:11-open'],
      ofSite: ['best_path_shift 10:11-open', 'mass_withdraw 10:11-open'],
    },
    {
      name: 'a withdrawal ends before the instance returns',
      later: [withdraws('10:10:30'), announces('10:20:30'), instanceReturns('10:30:30')],
      is: ['mass_withdraw 10:11-10:21'],
      ofSite: ['mass_withdraw 10:11-10:21', 'no_path 10:11-10:21', 'site_state_changed 10:11-10:21'],
    },
    {
      name: 'a withdrawal is not reported again when the instance returns',
      later: [withdraws('10:10:30'), instanceReturns('10:20:30'), announces('10:30:30')],
      is: ['mass_withdraw 10:11-10:31'],
      ofSite: ['mass_withdraw 10:11-10:31', 'no_path 10:11-10:31', 'site_state_changed 10:11-10:31'],
    },
    {
      name: 'a moved prefix is not reported again when the instance returns',
      later: [withdraws('10:10:30', LONDON), instanceReturns('10:20:30'), announces('10:30:30', LONDON)],
      is: ['best_path_shift 10:11-10:31', 'mass_withdraw 10:11-10:31'],
      ofSite: ['best_path_shift 10:11-10:31', 'mass_withdraw 10:11-10:31'],
    },
    {
      name: 'a loss of the other instance ends when the lost instance returns with the same rows',
      later: [endsOtherSessions('10:10:30'), instanceReturns('10:20:30'), startsOtherSessions('10:40:30')],
      is: ['no_path 10:11-10:21'],
      ofSite: ['no_path 10:11-10:21', 'site_state_changed 10:11-10:21'],
    },
  ])('$name', async ({ later, is, ofSite }) => {
    const truth = [instanceIsLost('10:00:30'), ...later]
    expect(await routeEvents(truth, '11:00')).toEqual(is)
    expect(await routeEvents(truth, '11:00', withSite)).toEqual(ofSite)
  })
})

it('a withdrawal has its cause while an instance is lost, whose sessions no poll reads', async () => {
  const truth = [instanceIsLost('10:00:30'), withdraws('10:10:30')]
  const { events } = await runTestTimeline({ world: createTwoCircuitEstate, from: '9:50', to: '10:20', truth })
  const withdrawals = events.filter(({ kind }) => kind === 'mass_withdraw')
  expect(withdrawals.map(({ causes: [cause] }) => cause?.class)).toEqual([
    'onprem_policy_change',
    'onprem_policy_change',
  ])
})
