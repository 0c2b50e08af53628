import { expect, it } from 'vitest'
import { allApiEndpoints } from '#lib/api/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { getAzureFailoverTests } from './azure-failover-tests.ts'
import {
  createCircuitRow,
  circuitId,
  createGatewayRow,
  gatewayId,
  createTestPollRecorder,
} from '#lib/questions/testing/record-feed.ts'
import { formatIso } from '#lib/questions/index.ts'

const db = withTestDatabase()
const T0 = Date.UTC(2026, 10, 20, 3)
const minute = (n: number) => T0 + n * 60_000

it('are those that were started in Azure, by whom and from when to when', async () => {
  const feed = createTestPollRecorder(db)
  await feed.inventory(T0, [createCircuitRow('ckt-lon'), createGatewayRow('ergw')])
  const of = (resourceId: string, at: number, operation: string) => ({ id: `${at}`, at, resourceId, operation })
  await feed.activity(minute(60), [
    of(gatewayId('ergw'), minute(10), 'Microsoft.Network/virtualNetworkGateways/startSiteFailoverTest/action'),
    of(gatewayId('ergw'), minute(25), 'Microsoft.Network/virtualNetworkGateways/stopSiteFailoverTest/action'),
    of(circuitId('ckt-lon'), minute(40), 'Microsoft.Network/expressRouteCircuits/startCircuitLinkFailoverTest/action'),
    of(circuitId('ckt-lon'), minute(45), 'Microsoft.Network/expressRouteCircuits/write'),
  ])
  const { data } = allApiEndpoints.azureFailoverTests.response.parse(await getAzureFailoverTests(db, {}, minute(61)))
  const startedBy = 'ada@example.com'
  expect(data).toMatchObject([
    { scopeName: 'ckt-lon', kind: 'link', at: formatIso(minute(40)), stoppedAt: null, startedBy },
    { scopeName: 'ergw', kind: 'site', at: formatIso(minute(10)), stoppedAt: formatIso(minute(25)), startedBy },
  ])
})
