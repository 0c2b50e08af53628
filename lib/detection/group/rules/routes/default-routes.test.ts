import { describe, expect, it } from 'vitest'
import { t2 } from '../../../testing/estates.ts'
import { play } from '#lib/poller/memory/testing/play.ts'
import type { Happening, Timeline } from '#lib/poller/memory/testing/timeline.ts'
import { announces, withdraws } from '../../../testing/happenings.ts'

const LON = ['10.0.4.4', '10.0.4.5']
const comes = (at: string): Happening => ({ at, do: (world) => announces(world, LON, ['0.0.0.0/0'], [65001]) })
const goes = (at: string): Happening => ({ at, do: (world) => withdraws(world, LON, ['0.0.0.0/0']) })
const timeline: Timeline = { world: t2, from: '9:50', to: '10:16', truth: [comes('10:00:25'), goes('10:05:25')] }

describe('a default route that comes and goes again', () => {
  it('is reported both times, as one matter that is over', async () => {
    const { events, incidents } = await play(timeline)
    const reported = [...events].filter(({ kind }) => kind.startsWith('default_route'))
    const [appeared, disappeared] = ['default_route_appeared', 'default_route_disappeared'].map((kind) =>
      reported.find((event) => event.kind === kind),
    )
    expect(reported).toHaveLength(2)
    expect(disappeared?.partOf).toBe(appeared?.key)
    expect(reported.every(({ ended }) => ended !== null)).toBe(true)
    expect(incidents.map(({ closedAt }) => closedAt !== null)).toEqual([true])
  })
})
