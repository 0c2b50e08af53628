import { describe, expect, it } from 'vitest'
import { runTestTimeline } from '#lib/poller/memory/testing/play.ts'
import { simulateTimelineOnce, testTimelinesOfEventKinds } from '../../../testing/kind-cases.ts'
import { trafficKindCases } from '../testing/traffic-kinds.ts'

testTimelinesOfEventKinds(trafficKindCases, 'all')

describe('all of it', () => {
  it.each(Object.values(trafficKindCases).flatMap(({ raises }) => Object.entries(raises)))(
    'comes out the same with all state stored between any two polls: %s',
    async (_, timeline) => {
      const restarted = await runTestTimeline(timeline, { restarting: true })
      expect(restarted.events).toEqual(await simulateTimelineOnce(timeline))
    },
  )
})
