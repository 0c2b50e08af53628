import { expect, it } from 'vitest'
import { runTestTimeline } from '#lib/poller/memory/testing/play.ts'
import { createTwoCircuitEstate, SITE_A_PREFIXES } from '../../../testing/estates.ts'
import {
  endSimulatedNeighborSessions,
  startSimulatedNeighborSessions,
  withdrawSimulatedPrefixes,
} from '../../../testing/happenings.ts'
import { parseTimeOfSimulatedDay } from '../../../testing/world.ts'

const PEERS = ['10.0.4.4', '10.0.4.5', '10.0.4.6', '10.0.4.7']

it.each([
  { back: '10:05:30', gone: '10:06:30', withdrawn: '10:07' },
  { back: '10:05:30', gone: '10:07:30', withdrawn: '10:08' },
  { back: '10:05:01', gone: '10:06:01', withdrawn: '10:06' },
  { back: '10:05:59', gone: '10:06:59', withdrawn: '10:07' },
])('prefixes that are withdrawn $gone, after their sessions came back $back, are a withdrawal', async (times) => {
  const { events } = await runTestTimeline({
    world: createTwoCircuitEstate,
    from: '9:50',
    to: '10:20',
    truth: [
      { at: '10:00:30', do: (world) => PEERS.forEach((peer) => endSimulatedNeighborSessions(world, peer)) },
      {
        at: times.back,
        do: (world) =>
          PEERS.forEach((peer) => startSimulatedNeighborSessions(world, peer, parseTimeOfSimulatedDay(times.back))),
      },
      { at: times.gone, do: (world) => withdrawSimulatedPrefixes(world, PEERS, SITE_A_PREFIXES) },
    ],
  })
  const withdrawals = events.filter(({ kind }) => kind === 'mass_withdraw')
  expect(withdrawals.map(({ started }) => new Date(started.latest).toISOString().slice(11, 16))).toContain(
    times.withdrawn,
  )
})
