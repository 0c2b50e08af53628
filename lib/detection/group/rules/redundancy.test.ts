import { expect, it, vi } from 'vitest'
import { createTwoCircuitEstate } from '../../testing/estates.ts'
import { runTestTimeline } from '#lib/poller/memory/testing/play.ts'
import { parseTimeOfSimulatedDay } from '#lib/poller/memory/testing/timeline.ts'
import { endSimulatedCustomerSession, startSimulatedCustomerSession } from '../../testing/happenings.ts'

vi.setConfig({ testTimeout: 60_000 })

it('is lost since the ARP entry went, and back with it, however long ago the session that stays came up', async () => {
  const { events } = await runTestTimeline({
    world: createTwoCircuitEstate,
    from: '9:40',
    to: '10:10',
    collector: [{ kind: 'stats', from: '9:30', until: '10:59', outcome: 'forbidden' }],
    truth: [
      { at: '9:43:10', do: (world) => endSimulatedCustomerSession(world, 'ckt-lon', 'primary') },
      { at: '9:45:10', do: (world, time) => startSimulatedCustomerSession(world, 'ckt-lon', 'primary', time) },
      { at: '10:00:30', do: (world) => (world.path('ckt-lon', 'primary').arp = 'incomplete') },
      { at: '10:05:30', do: (world) => (world.path('ckt-lon', 'primary').arp = 'complete') },
    ],
  })
  const lost = [...events].filter(({ kind }) => kind === 'redundancy_lost')
  expect(lost).toHaveLength(2)
  expect(lost[1]?.started.earliest).toBeGreaterThan(parseTimeOfSimulatedDay('9:59'))
  expect(lost[1]?.started.earliest).toBeLessThanOrEqual(parseTimeOfSimulatedDay('10:00:30'))
  expect(lost[1]?.ended?.earliest).toBeLessThanOrEqual(parseTimeOfSimulatedDay('10:05:30'))
  expect(lost[1]?.ended?.latest).toBeGreaterThanOrEqual(parseTimeOfSimulatedDay('10:05:30'))
})

it('is a part of the fall of the path that took it, and so is its return', async () => {
  const played = await runTestTimeline({
    world: createTwoCircuitEstate,
    from: '9:50',
    to: '10:10',
    truth: [
      { at: '10:00:10', do: (world) => endSimulatedCustomerSession(world, 'ckt-lon', 'primary') },
      { at: '10:03:10', do: (world, time) => startSimulatedCustomerSession(world, 'ckt-lon', 'primary', time) },
    ],
  })
  const parents = played.events
    .filter(({ kind }) => kind === 'redundancy_lost' || kind === 'redundancy_restored')
    .map(({ partOf }) => (partOf ? played.event(partOf)?.kind : null))
  expect(parents).toEqual(['path_down', 'path_down'])
})

it('is back with the session of the path, although the ARP table was read before', async () => {
  const played = await runTestTimeline({
    world: createTwoCircuitEstate,
    from: '9:50',
    to: '10:10',
    collector: [{ kind: 'stats', from: '9:30', until: '10:59', outcome: 'forbidden' }],
    truth: [
      {
        at: '10:00:10',
        do: (world) => {
          endSimulatedCustomerSession(world, 'ckt-lon', 'primary')
          world.path('ckt-lon', 'primary').arp = 'incomplete'
        },
      },
      {
        at: '10:03:10',
        do: (world, time) => {
          startSimulatedCustomerSession(world, 'ckt-lon', 'primary', time)
          world.path('ckt-lon', 'primary').arp = 'complete'
        },
      },
    ],
  })
  const [up, restored] = (['session_up', 'redundancy_restored'] as const).map((wanted) =>
    played.events.find(({ kind, scope }) => kind === wanted && scope === 'ckt-lon'),
  )
  expect(restored?.detectedAt).toBe(up?.detectedAt)
})
