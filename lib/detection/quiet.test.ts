import { expect, it, vi } from 'vitest'
import {
  SITE_C_PREFIXES,
  HUB_GATEWAY_NAME,
  createSimulatedUpSession,
  createTwoCircuitEstate,
  t2v,
} from './testing/estates.ts'
import { announceSimulatedPrefixes } from './testing/happenings.ts'
import { formatDetectedEventAsLine, runTestTimeline, listEventsWithoutParent } from '#lib/poller/memory/testing/play.ts'
import type { TestTimeline } from '#lib/poller/memory/testing/timeline.ts'

vi.setConfig({ testTimeout: 60_000 })

/**
 * An estate whose resources are set directly can contain situations that are missing in the corpus: an unknown neighbor
 * with its own table.
 */
it.each<{ name: string } & TestTimeline>([
  { name: 'nothing happens', world: t2v, from: '9:50', to: '10:30' },
  {
    name: 'a branch takes one prefix back and announces it again',
    world: t2v,
    from: '9:50',
    to: '10:40',
    truth: [
      { at: '10:00:30', do: (world) => void world.neighbor('10.200.0.1').routes.delete(SITE_C_PREFIXES[0] ?? '') },
      { at: '10:10:30', do: (world) => announceSimulatedPrefixes(world, ['10.200.0.1'], SITE_C_PREFIXES, [65010]) },
    ],
  },
  {
    name: 'a neighbor that is new brings its table with it',
    world: createTwoCircuitEstate,
    from: '9:50',
    to: '10:40',
    truth: [
      {
        at: '10:00:30',
        do: (world, at) => {
          world.neighbors.push({
            address: '10.0.4.20',
            gateway: HUB_GATEWAY_NAME,
            circuit: null,
            path: null,
            asn: 12076,
            sessions: {
              '10.0.4.12': { ...createSimulatedUpSession(), upSince: at },
              '10.0.4.13': { ...createSimulatedUpSession(), upSince: at },
            },
            routes: new Map(Array.from({ length: 80 }, (_, i) => [`10.40.${i}.0/24`, [65001, 65001]])),
          })
        },
      },
    ],
  },
])('shows nothing where $name', async (timeline) => {
  const engine = await runTestTimeline(timeline)
  expect(listEventsWithoutParent(engine).map(formatDetectedEventAsLine)).toEqual([])
  expect(engine.incidents).toEqual([])
})
