import { describe, expect, it } from 'vitest'
import { createTwoCircuitEstate } from '../../../testing/estates.ts'
import { runTestTimeline } from '#lib/poller/memory/testing/play.ts'
import type { TestTimelineChange, TestTimeline } from '#lib/poller/memory/testing/timeline.ts'
import { announceSimulatedPrefixes, withdrawSimulatedPrefixes } from '../../../testing/happenings.ts'

const LON = ['10.0.4.4', '10.0.4.5']
const comes = (at: string): TestTimelineChange => ({
  at,
  do: (world) => announceSimulatedPrefixes(world, LON, ['0.0.0.0/0'], [65001]),
})
const goes = (at: string): TestTimelineChange => ({
  at,
  do: (world) => withdrawSimulatedPrefixes(world, LON, ['0.0.0.0/0']),
})
const timeline: TestTimeline = {
  world: createTwoCircuitEstate,
  from: '9:50',
  to: '10:16',
  truth: [comes('10:00:25'), goes('10:05:25')],
}

describe('a default route that comes and goes again', () => {
  it('is reported both times, as one matter that is over', async () => {
    const { events, incidents } = await runTestTimeline(timeline)
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
