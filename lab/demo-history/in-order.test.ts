import { expect, it } from 'vitest'
import { MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { computeIntervalStaleAgeMs } from '#lib/detection/index.ts'
import { createWorld, parseSimulatorScenario } from '../simulator/index.ts'
import { mergeTrackGroupSteps, endOfLastPoll } from './in-order.ts'
import { runPollTrackGroup, type PollTrackStep } from './lane.ts'
import { createPollTrackGroups } from './lanes.ts'
import type { PastPollTrack } from './track.ts'
import { scenarioWithAllEventKinds, TEST_TIMELINE_START_MS } from './testing.ts'
import { createVirtualAzure } from './virtual-azure.ts'

const FROM = TEST_TIMELINE_START_MS - 26 * MS_PER_HOUR

/**
 * Returns the steps of a day in which nothing happens, and of the hours after it.
 * @param stops moments up to which one call runs; the next call continues
 */
async function stepsOf(until: number, stops: readonly number[], from = FROM): Promise<PollTrackStep[]> {
  const world = createWorld(parseSimulatorScenario(scenarioWithAllEventKinds), TEST_TIMELINE_START_MS)
  const azure = createVirtualAzure(world)
  const sourceIds = async (targets: readonly unknown[]) => targets.map((_, id) => id)
  const lanes = await createPollTrackGroups({
    world,
    azure,
    from,
    origin: TEST_TIMELINE_START_MS,
    horizon: until,
    sourceIds,
  })
  const steps: PollTrackStep[] = []
  for (const to of [...stops, until]) {
    const running = lanes.map((lane) => ({
      tracks: lane.tracks,
      steps: runPollTrackGroup(azure, lane, to, 'around-edges'),
    }))
    for await (const step of mergeTrackGroupSteps(running, 'around-edges')) steps.push(step)
  }
  azure.close()
  return steps
}

const startsOf = (step: PollTrackStep) =>
  (step.type === 'record' ? [step.observation] : step.polls).map(({ startedAt }) => startedAt)

/** Expects each poll once and in the order of time, without a gap. */
function expectEachPollOnce(startsByTrack: ReadonlyMap<PastPollTrack, readonly number[]>) {
  for (const [track, own] of startsByTrack) {
    expect(own).toEqual([...new Set(own)].toSorted((a, b) => a - b))
    const lengths = own.slice(1).map((start, i) => start - (own[i] ?? 0) - track.everyMs(own[i] ?? 0))
    expect(Math.max(...lengths)).toBeLessThanOrEqual(0)
  }
}

it.each([
  { name: 'in one call', stops: [] },
  {
    name: 'in several calls',
    stops: [TEST_TIMELINE_START_MS - 240 * MS_PER_MINUTE, TEST_TIMELINE_START_MS - 117 * MS_PER_MINUTE],
  },
])('$name no other source of its group is stale when a poll is recorded, and each poll is made once', async (given) => {
  const until = TEST_TIMELINE_START_MS - 90 * MS_PER_MINUTE
  const last = new Map<PastPollTrack, number>()
  const starts = new Map<PastPollTrack, number[]>()
  for (const step of await stepsOf(until, given.stops)) {
    const at = endOfLastPoll(step)
    for (const [track, written] of step.type === 'record' ? last : [])
      if (track !== step.track && (step.track.group === null || track.group === step.track.group))
        expect(at - written).toBeLessThanOrEqual(computeIntervalStaleAgeMs(track.everyMs(written)))
    last.set(step.track, at)
    starts.set(step.track, [...(starts.get(step.track) ?? []), ...startsOf(step)])
  }
  expectEachPollOnce(starts)
})

it('few polls wait to be written, however long nothing happens', async () => {
  const until = TEST_TIMELINE_START_MS - MS_PER_DAY
  const steps = await stepsOf(until, [], until - 8 * MS_PER_DAY)
  for (const step of steps)
    if (step.type !== 'record') expect(step.polls.length).toBeLessThan(step.type === 'count' ? 200 : 1_000 + 24 * 60)
  // all polls between the first and the last one of a track are made without being recorded separately
  const recorded = Map.groupBy(
    steps.filter(({ type, track: { kind } }) => type === 'record' && kind === 'summary'),
    ({ track }) => track,
  )
  expect([...recorded.values()].map((own) => own.length)).toEqual([5, 5])
  const own = Map.groupBy(steps, ({ track }) => track)
  expectEachPollOnce(new Map([...own].map(([track, written]) => [track, written.flatMap(startsOf)])))
})
