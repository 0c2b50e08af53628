import { expect, it } from 'vitest'
import { allApiEndpoints } from '#lib/api/index.ts'
import { parseWhatIfLosses } from '#lib/contract/index.ts'
import { computeShortId } from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import {
  createCircuitRow,
  circuitId,
  createConnectionRow,
  createGatewayRow,
  gatewayId,
  learnedRoute,
  createNetworkRow,
  pathRoute,
  createTestPollRecorder,
  createUserRouteTableRow,
} from '#lib/questions/testing/record-feed.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { readHindranceBefore } from '../hindrance-before.ts'
import { getFailovers } from '../failovers.ts'
import { getN1 } from '../single-losses/answers.ts'
import { refreshSingleLosses } from '../single-losses/refresh-single-losses.ts'
import { computeWhatIf } from '../what-if.ts'

const db = withTestDatabase()
const NOW = Date.UTC(2026, 10, 20, 3)
const { signal } = new AbortController()
const PREFIX = '10.1.0.0/16'
const EDGES = ['10.0.4.4', '10.0.4.5']

const properties = (third: number, provisioningState: string) => ({
  provisioningState,
  serviceProviderProvisioningState: 'Provisioned',
  circuitProvisioningState: 'Enabled',
  serviceProviderProperties: { serviceProviderName: 'Equinix', peeringLocation: 'London', bandwidthInMbps: 1000 },
  peerings: [
    {
      name: 'AzurePrivatePeering',
      properties: {
        peeringType: 'AzurePrivatePeering',
        state: 'Enabled',
        azureASN: 12076,
        peerASN: 65001,
        primaryPeerAddressPrefix: `172.16.${third}.0/30`,
        secondaryPeerAddressPrefix: `172.16.${third}.4/30`,
      },
    },
  ],
})

it('the simulation, the circuit and the single losses have the same verdict and hindrances', async () => {
  const feed = createTestPollRecorder(db)
  await feed.inventory(NOW - 5_000, [
    createCircuitRow('ckt-lon', properties(0, 'Succeeded')),
    createCircuitRow('ckt-ams', properties(1, 'Failed')),
    createGatewayRow('ergw', 'ExpressRoute', 'hub'),
    createNetworkRow('hub', ['10.0.0.0/16'], {}, 'Connected', 'rt-gateway'),
    createUserRouteTableRow('rt-gateway', { [PREFIX]: '10.0.9.4', '10.0.0.0/8': '10.0.9.5' }),
    createConnectionRow('lon', 'ergw', 'ckt-lon', 0),
    createConnectionRow('ams', 'ergw', 'ckt-ams', 0),
  ])
  const rows = ['10.0.4.12', '10.0.4.13'].flatMap((instance) =>
    EDGES.map((peer) => learnedRoute(PREFIX, { instance, peer, asPath: [12076, 65001] })),
  )
  await feed.learned(NOW - 4_000, 'ergw', rows)
  for (const [path, nextHop] of [
    ['primary', '172.16.0.1'],
    ['secondary', '172.16.0.5'],
  ] as const)
    await feed.tables(NOW - 4_500, 'ckt-lon', path, [pathRoute(PREFIX, { nextHop })])
  await refreshSingleLosses(db, [], { now: () => NOW, signal, share: 1 })

  const id = computeShortId(circuitId('ckt-lon'))
  const parsed = parseWhatIfLosses(id)
  if (!('terms' in parsed)) throw new Error(parsed.wrong)
  const asked = { lose: parsed.terms, change: [], rows: 'changed' as const }
  const { move } = allApiEndpoints.whatIf.response.parse(
    await computeWhatIf(db, asked, { costOfMonth: null }, NOW),
  ).data
  expect(move.hindrances).toEqual([
    {
      kind: 'pinned_route',
      scope: computeShortId(gatewayId('ergw')),
      scopeName: 'rt-gateway',
      prefixes: [PREFIX],
      count: 1,
      text: `rt-gateway sends ${PREFIX} to 10.0.9.4, whichever circuit is up.`,
    },
    {
      kind: 'not_provisioned',
      scope: computeShortId(circuitId('ckt-ams')),
      scopeName: 'ckt-ams',
      prefixes: [PREFIX],
      count: 1,
      text: `ckt-ams does not take over ${PREFIX}, because its provisioning state is Failed.`,
    },
  ])
  const failovers = allApiEndpoints.failovers.response.parse(await getFailovers(db, {}, NOW)).data
  expect(failovers.find(({ circuitId: own }) => own === id)?.move).toEqual(move)
  const { cases } = allApiEndpoints.n1.response.parse(await getN1(db, {}, NOW)).data
  expect(cases.find(({ term }) => term === id)?.move).toEqual(move)

  const event = { kind: 'circuit_down' as const, scope: id, subject: '', began: NOW }
  expect(await readHindranceBefore(db, event, NOW + MS_PER_MINUTE)).toBe(move.hindrances[0]?.text)
  expect(await readHindranceBefore(db, { ...event, kind: 'session_down' }, NOW + MS_PER_MINUTE)).toBeNull()
  expect(await readHindranceBefore(db, { ...event, scope: 'unknown' }, NOW + MS_PER_MINUTE)).toBeNull()
})
