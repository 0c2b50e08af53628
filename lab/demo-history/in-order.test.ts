import { expect, it } from 'vitest'
import { HOUR, MINUTE } from '#lib/contract/time/time.ts'
import { computeIntervalStaleAgeMs } from '#lib/detection/index.ts'
import { createWorld, parseScenario } from '../simulator/index.ts'
import { mergeLanes, endOfLastPoll } from './in-order.ts'
import { runLane, type Step } from './lane.ts'
import { createLanes } from './lanes.ts'
import type { Track } from './track.ts'
import { eventful, ORIGIN } from './testing.ts'
import { createVirtualAzure } from './virtual-azure.ts'

const FROM = ORIGIN - 26 * HOUR

/**
 * Returns the steps of a day in which nothing happens, and of the hours after it.
 * @param stops moments up to which one call runs; the next call continues
 */
async function stepsOf(until: number, stops: readonly number[]): Promise<Step[]> {
  const world = createWorld(parseScenario(eventful), ORIGIN)
  const azure = createVirtualAzure(world)
  const sourceIds = async (targets: readonly unknown[]) => targets.map((_, id) => id)
  const lanes = await createLanes({ world, azure, from: FROM, origin: ORIGIN, horizon: until, sourceIds })
  const steps: Step[] = []
  for (const to of [...stops, until]) {
    const running = lanes.map((lane) => ({ tracks: lane.tracks, steps: runLane(azure, lane, to, 'around-edges') }))
    for await (const step of mergeLanes(running, 'around-edges')) steps.push(step)
  }
  azure.close()
  return steps
}

const startsOf = (step: Step) =>
  (step.type === 'record' ? [step.observation] : step.polls).map(({ startedAt }) => startedAt)

it.each([
  { name: 'in one call', stops: [] },
  { name: 'in several calls', stops: [ORIGIN - 240 * MINUTE, ORIGIN - 117 * MINUTE] },
])('$name no other source of its group is stale when a poll is recorded, and each poll is made once', async (given) => {
  const until = ORIGIN - 90 * MINUTE
  const last = new Map<Track, number>()
  const starts = new Map<Track, number[]>()
  for (const step of await stepsOf(until, given.stops)) {
    const at = endOfLastPoll(step)
    for (const [track, written] of step.type === 'record' ? last : [])
      if (track !== step.track && (step.track.group === null || track.group === step.track.group))
        expect(at - written).toBeLessThanOrEqual(computeIntervalStaleAgeMs(track.everyMs(written)))
    last.set(step.track, at)
    starts.set(step.track, [...(starts.get(step.track) ?? []), ...startsOf(step)])
  }
  for (const [track, own] of starts) {
    // each poll once and in the order of time, without a gap
    expect(own).toEqual([...new Set(own)].toSorted((a, b) => a - b))
    const lengths = own.slice(1).map((start, i) => start - (own[i] ?? 0) - track.everyMs(own[i] ?? 0))
    expect(Math.max(...lengths)).toBeLessThanOrEqual(0)
  }
})
