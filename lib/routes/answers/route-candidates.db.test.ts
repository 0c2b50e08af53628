import { expect, it } from 'vitest'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { lookUpRoutesToAddress } from './route-lookup.ts'
import {
  createCircuitRow,
  circuitId,
  createConnectionRow,
  createGatewayRow,
  gatewayId,
  learnedRoute,
  pathRoute,
  createTestPollRecorder,
} from '#lib/questions/testing/record-feed.ts'

const db = withTestDatabase()
const T0 = Date.UTC(2026, 10, 20, 3)
const minute = (n: number) => T0 + n * 60_000

/** Both paths of a circuit advertise the same routes, so that only the order of their neighbors distinguishes them. */
it('a path keeps its name after the other one has lost its routes', async () => {
  const feed = createTestPollRecorder(db)
  const session = (neighbor: string) => ({
    localAddress: '10.0.4.12',
    neighbor,
    asn: 12076,
    azureState: 'Connected',
    state: 'established' as const,
    connectedDurationMs: 3_600_000,
    routesReceived: 1,
    messagesSent: 10n,
    messagesReceived: 10n,
  })
  for (let n = 0; n <= 6; n++) {
    const at = minute(n)
    await feed.inventory(at, [
      createCircuitRow('ckt-lon'),
      createCircuitRow('ckt-ams'),
      createGatewayRow('ergw'),
      createConnectionRow('lon', 'ergw', 'ckt-lon', 0),
      createConnectionRow('ams', 'ergw', 'ckt-ams', 0),
    ])
    await feed.peers(at, 'ergw', [session('10.0.4.4'), session('10.0.4.5')])
    // the primary path goes down in the fourth minute
    await feed.tables(at, 'ckt-lon', 'primary', n < 4 ? [pathRoute('10.1.0.0/16')] : [])
    await feed.tables(at, 'ckt-lon', 'secondary', [pathRoute('10.1.0.0/16', { nextHop: '172.16.0.5' })])
    await feed.learned(at, 'ergw', [
      ...(n < 4 ? [learnedRoute('10.1.0.0/16', { peer: '10.0.4.4' })] : []),
      learnedRoute('10.1.0.0/16', { peer: '10.0.4.5' }),
    ])
  }
  await feed.schedule(
    { resourceId: gatewayId('ergw'), kind: 'learned' },
    { resourceId: circuitId('ckt-lon'), subresource: 'AzurePrivatePeering/primary', kind: 'tables' },
  )
  const pathsAt = async (at: number) => {
    const { data } = await lookUpRoutesToAddress(db, { ip: '10.1.2.3', at }, minute(7))
    return data.candidates.map(({ peer, path }) => `${peer} ${path}`)
  }
  expect(await pathsAt(minute(2) + 30_000)).toEqual(['10.0.4.4 primary', '10.0.4.5 secondary'])
  expect(await pathsAt(minute(5) + 30_000)).toEqual(['10.0.4.5 secondary'])
})
