import { expect, it } from 'vitest'
import { MS_PER_HOUR } from '#lib/contract/time/time.ts'
import {
  createBuiltInEstate,
  createEstateWithManyGateways,
  createWorld,
  parseSimulatorScenario,
  type ScenarioInput,
} from '../simulator/index.ts'
import { runPollTrackGroup } from './lane.ts'
import { createPollTrackGroups } from './lanes.ts'
import { isSameReading } from './same-reading.ts'
import type { PastPollSelection } from './track.ts'
import { TEST_TIMELINE_START_MS } from './testing.ts'
import { createVirtualAzure } from './virtual-azure.ts'

/** Returns the polls that read something new, by their source, kind and start. */
async function newReadings(scenario: ScenarioInput, from: number, until: number, asking: PastPollSelection) {
  const world = createWorld(parseSimulatorScenario(scenario), TEST_TIMELINE_START_MS)
  const azure = createVirtualAzure(world)
  const lanes = await createPollTrackGroups({
    world,
    azure,
    from,
    origin: TEST_TIMELINE_START_MS,
    horizon: until,
    sourceIds: async (targets) => targets.map((_, id) => id),
  })
  const found: string[] = []
  for (const lane of lanes) {
    const last = new Map<object, Parameters<typeof isSameReading>[0]>()
    for await (const step of runPollTrackGroup(azure, lane, until, asking)) {
      if (step.type !== 'record') continue
      const { track, observation } = step
      const before = last.get(track)
      if (before && !isSameReading(before, observation))
        found.push(`${track.kind} ${track.target.resourceId} ${track.target.subresource} ${observation.startedAt}`)
      last.set(track, observation)
    }
  }
  azure.close()
  return found.toSorted()
}

it.each<[string, ScenarioInput, number, number]>([
  [
    'two gateways that share nothing',
    {
      ...createEstateWithManyGateways(2, 2),
      happenings: [
        { op: 'cut-path', circuit: 'erc-0', path: 'primary', at: '-30m', for: '5m' },
        { op: 'withdraw', circuit: 'erc-1', prefixes: ['10.128.2.0/24'], at: '-22m', for: '4m' },
        { op: 'api-fault', fault: '500', operation: '*', at: '-14m', for: '3m' },
        { op: 'cut-path', circuit: 'erc-1', path: 'secondary', at: '-9m', for: '3m' },
      ],
    },
    -1,
    0,
  ],
  ['the demo', createBuiltInEstate([]), -22.2, -20.9],
])('polls around the changes of the own domain find all changes of %s', async (_, scenario, begin, end) => {
  const from = TEST_TIMELINE_START_MS + begin * MS_PER_HOUR
  const until = TEST_TIMELINE_START_MS + end * MS_PER_HOUR
  const few = await newReadings(scenario, from, until, 'around-edges')
  expect(few.length).toBeGreaterThan(10)
  expect(few).toEqual(await newReadings(scenario, from, until, 'all'))
})
