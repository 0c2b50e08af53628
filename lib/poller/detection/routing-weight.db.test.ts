import { expect, it } from 'vitest'
import type { PollObservation } from '#lib/contract/index.ts'
import { createTwoCircuitEstate } from '#lib/detection/testing/estates.ts'
import { buildSimulatedArmId } from '#lib/detection/testing/world.ts'
import { getOrCreateSourceId, computeShortId } from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { recordPollAndRunDetection } from '../commit/commit-poll.ts'
import { parseTimeOfSimulatedDay, generatePollsOfTimeline } from '../memory/testing/timeline.ts'
import { createPostgresEstateReaders } from './detection-store.ts'
import { TopologyCache } from './topology-cache.ts'

const db = withTestDatabase()
const START = parseTimeOfSimulatedDay('9:50')
const connection = buildSimulatedArmId('connections', 'ergw-hub-ckt-lon')

it('routes are ranked by the weight that a connection reported last, as its page shows it', async () => {
  const book = new TopologyCache()
  const record = async (observation: PollObservation) => {
    const sourceId = await getOrCreateSourceId(db.pool, observation.target)
    await db.transaction((client) =>
      recordPollAndRunDetection(client, sourceId, observation, {
        intervalSeconds: 60,
        localAddresses: null,
        estate: book,
      }),
    )
  }
  const groupAt = (now: number) =>
    book.groupOf(
      createPostgresEstateReaders(db.pool),
      computeShortId(buildSimulatedArmId('virtualNetworkGateways', 'ergw-hub')),
      now,
    )
  const weightAt = async (now: number) => {
    const group = await groupAt(now)
    return group.topology.connections?.find(({ scope }) => scope === computeShortId(connection))?.weight
  }
  const report = (minute: number, routingWeight: number | null, refused = false) =>
    record({
      target: { resourceId: connection, subresource: '' },
      kind: 'connection',
      startedAt: START + minute * 60_000,
      finishedAt: START + minute * 60_000 + 500,
      outcome: refused ? 'forbidden' : 'ok',
      silentInstances: [],
      error: null,
      correlationId: '',
      budget: null,
      rows: refused
        ? []
        : [
            {
              connectionStatus: 'Connected',
              routingWeight,
              fastPath: false,
              counters: { path: null, bytesIn: null, bytesOut: null },
              tunnels: [],
            },
          ],
    })
  for (const { observation } of generatePollsOfTimeline({
    world: createTwoCircuitEstate,
    from: '9:50',
    to: '9:51',
    truth: [],
  })) {
    if (observation.kind === 'inventory') await record(observation)
  }
  expect(await weightAt(START)).toBe(0)
  // the reported weight is already known: the first polls of a thousand connections must not read the whole estate a
  // thousand times
  const { gateways } = (await groupAt(START)).topology
  await report(0, 0)
  expect((await groupAt(START + 1_000)).topology.gateways).toBe(gateways)
  await report(1, 20)
  expect(await weightAt(START + 61_000)).toBe(20)
  // a thousand refusals at the same time must not read it either
  const known = (await groupAt(START + 61_000)).topology.gateways
  await report(1.5, null, true)
  expect((await groupAt(START + 91_000)).topology.gateways).toBe(known)
  await report(2, 5)
  expect(await weightAt(START + 121_000)).toBe(5)
  await report(3, null)
  expect(await weightAt(START + 181_000)).toBe(0)
})
