import { expect, it } from 'vitest'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import {
  createTestEstatePollRecorder,
  createGatewayPeer,
  createInventoryRows,
} from '#lib/questions/testing/estate-feed.ts'
import { listSessions } from './sessions.ts'

const db = withTestDatabase()
const T = Date.UTC(2026, 10, 20, 3)
const connecting = { state: 'connect', azureState: 'Connecting', connectedDurationMs: null, routesReceived: 0 } as const
const spoken = { messagesSent: 40n, messagesReceived: 36n }

it('a session that is Connecting when it is first seen was up before where messages or a duration say so', async () => {
  const feed = createTestEstatePollRecorder(db)
  await feed.inventory(T, createInventoryRows())
  for (const n of [1, 2])
    await feed.peers(T + n * 60_000, [
      createGatewayPeer('10.0.4.12', '10.0.4.4', { ...connecting, ...spoken }),
      createGatewayPeer('10.0.4.12', '10.0.4.5', { ...connecting, connectedDurationMs: 9_000 }),
      createGatewayPeer('10.0.4.13', '10.0.4.4', { ...connecting, messagesSent: 1n, messagesReceived: 2n }),
      // a sibling session may stay in this state forever
      createGatewayPeer('10.0.4.12', '10.0.4.13', { ...connecting, ...spoken, asn: 65515 }),
    ])
  const { data } = await listSessions(db, { limit: 100 }, T + 125_000)
  const read = data.map(({ localAddress, neighbor, verdict, downSince }) => [
    localAddress,
    neighbor,
    verdict,
    downSince,
  ])
  expect(read).toEqual([
    ['10.0.4.12', '10.0.4.4', 'down', null],
    ['10.0.4.12', '10.0.4.5', 'down', null],
    ['10.0.4.12', '10.0.4.13', 'never_established', null],
    ['10.0.4.13', '10.0.4.4', 'never_established', null],
  ])
})
