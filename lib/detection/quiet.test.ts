import { expect, it, vi } from 'vitest'
import { C, HUB, session, t2, t2v } from './testing/estates.ts'
import { announces } from './testing/happenings.ts'
import { line, play, topLevel } from '#lib/poller/memory/testing/play.ts'
import type { Timeline } from '#lib/poller/memory/testing/timeline.ts'

vi.setConfig({ testTimeout: 60_000 })

/**
 * An estate whose resources are set directly can contain situations that are missing in the corpus: an unknown neighbor
 * with its own table.
 */
it.each<{ name: string } & Timeline>([
  { name: 'nothing happens', world: t2v, from: '9:50', to: '10:30' },
  {
    name: 'a branch takes one prefix back and announces it again',
    world: t2v,
    from: '9:50',
    to: '10:40',
    truth: [
      { at: '10:00:30', do: (world) => void world.neighbor('10.200.0.1').routes.delete(C[0] ?? '') },
      { at: '10:10:30', do: (world) => announces(world, ['10.200.0.1'], C, [65010]) },
    ],
  },
  {
    name: 'a neighbor that is new brings its table with it',
    world: t2,
    from: '9:50',
    to: '10:40',
    truth: [
      {
        at: '10:00:30',
        do: (world, at) => {
          world.neighbors.push({
            address: '10.0.4.20',
            gateway: HUB,
            circuit: null,
            path: null,
            asn: 12076,
            sessions: { '10.0.4.12': { ...session(), upSince: at }, '10.0.4.13': { ...session(), upSince: at } },
            routes: new Map(Array.from({ length: 80 }, (_, i) => [`10.40.${i}.0/24`, [65001, 65001]])),
          })
        },
      },
    ],
  },
])('shows nothing where $name', async (timeline) => {
  const engine = await play(timeline)
  expect(topLevel(engine).map(line)).toEqual([])
  expect(engine.incidents).toEqual([])
})
