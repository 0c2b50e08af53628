import { describe, expect, it } from 'vitest'
import type { DetectedEvent } from '#lib/contract/index.ts'
import { A, B, t2 } from '../../../testing/estates.ts'
import { play } from '#lib/poller/memory/testing/play.ts'
import { clock, type Happening } from '#lib/poller/memory/testing/timeline.ts'
import { announces, endsCe, startsCe, withdraws } from '../../../testing/happenings.ts'

const PRIMARY = ['10.0.4.4']

const falls = (at: string): Happening => ({
  at,
  do: (world) => {
    endsCe(world, 'ckt-lon', 'primary')
    withdraws(world, PRIMARY, [...A, ...B])
  },
})
const rises = (at: string): Happening => ({
  at,
  do: (world, time) => {
    startsCe(world, 'ckt-lon', 'primary', time)
    announces(world, PRIMARY, A, [65001])
    announces(world, PRIMARY, B, [65001, 65001, 65001])
  },
})
/** The customer's router makes its own path longer, and takes that back. */
const prepends = (at: string, times: number): Happening => ({
  at,
  do: (world) => announces(world, PRIMARY, A, [65001, ...Array<number>(times).fill(65001)]),
})

const shifts = async (truth: Happening[]): Promise<DetectedEvent[]> =>
  (await play({ world: t2, from: '9:50', to: '10:16', truth })).events.filter(({ kind }) =>
    ['failover', 'failback', 'best_path_shift', 'ecmp_reduced', 'ecmp_restored'].includes(kind),
  )
const kinds = (events: DetectedEvent[]) => events.map(({ kind }) => kind).toSorted()

describe('a shift of the best paths', () => {
  it('is no failover because of a loss that was over before', async () => {
    const events = await shifts([
      falls('10:00:10'),
      rises('10:01:10'),
      prepends('10:03:10', 3),
      prepends('10:06:10', 0),
    ])
    expect(kinds(events)).toEqual(['best_path_shift', 'ecmp_reduced', 'ecmp_restored', 'ecmp_restored'])
  })

  it('that is undone before it is known to be none of a loss is reported with its end', async () => {
    const events = await shifts([prepends('10:05:10', 3), prepends('10:06:10', 0)])
    expect(kinds(events)).toEqual(['best_path_shift', 'ecmp_restored'])
    const shift = events.find(({ kind }) => kind === 'best_path_shift')
    expect(shift?.started.earliest).toBeLessThan(clock('10:05:10'))
    expect(shift?.started.latest).toBeGreaterThan(clock('10:05:10'))
    expect(shift?.ended?.earliest).toBeLessThan(clock('10:06:10'))
    expect(shift?.ended?.latest).toBeGreaterThan(clock('10:06:10'))
  })
})
