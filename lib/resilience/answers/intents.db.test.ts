import { beforeAll, describe, expect, it } from 'vitest'
import { allApiEndpoints } from '#lib/api/index.ts'
import { readCurrentDeclarations, computeShortId } from '#lib/history/index.ts'
import { saveDeclarationsAsNewVersion } from '#lib/declarations/store/declarations.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { getRoutingIntents, pinRoutingIntents } from './intents.ts'
import {
  createCircuitRow,
  circuitId,
  createConnectionRow,
  createGatewayRow,
  gatewayId,
  learnedRoute,
  createNetworkRow,
  createTestPollRecorder,
} from '#lib/questions/testing/record-feed.ts'

const db = withTestDatabase()
const T0 = Date.now() - 30_000
// the declarations below apply from the time they are saved
const now = T0 + 60_000
const lon = computeShortId(circuitId('ckt-lon'))
const ams = computeShortId(circuitId('ckt-ams'))
const BOTH = '10.1.0.0/16'
const LONDON = '10.2.0.0/16'

const link = (primary: string, secondary: string) => ({
  serviceProviderProperties: { serviceProviderName: 'Equinix', peeringLocation: 'London', bandwidthInMbps: 1000 },
  peerings: [
    {
      name: 'AzurePrivatePeering',
      properties: {
        peeringType: 'AzurePrivatePeering',
        state: 'Enabled',
        primaryPeerAddressPrefix: primary,
        secondaryPeerAddressPrefix: secondary,
      },
    },
  ],
})
const mappings = (['10.0.4.4', '10.0.4.5', '10.0.4.6', '10.0.4.7'] as const).map((neighbor, n) => ({
  gateway: computeShortId(gatewayId('ergw')),
  neighbor,
  circuit: n < 2 ? lon : ams,
  path: n % 2 === 0 ? ('primary' as const) : ('secondary' as const),
}))

/** London carries both prefixes, and Amsterdam prepends one of them. The declared home of the site is Amsterdam. */
beforeAll(async () => {
  const feed = createTestPollRecorder(db)
  await feed.inventory(T0, [
    createCircuitRow('ckt-lon', link('172.16.0.0/30', '172.16.0.4/30')),
    createCircuitRow('ckt-ams', link('172.16.1.0/30', '172.16.1.4/30')),
    createGatewayRow('ergw', 'ExpressRoute', 'hub'),
    createNetworkRow('hub', ['10.0.0.0/16']),
    createConnectionRow('lon', 'ergw', 'ckt-lon', 0),
    createConnectionRow('ams', 'ergw', 'ckt-ams', 0),
  ])
  const by = (prefix: string, peers: string[], asPath: number[]) =>
    peers.map((peer) => learnedRoute(prefix, { instance: '10.0.4.12', peer, asPath: [12076, ...asPath] }))
  await feed.learned(T0, 'ergw', [
    ...by(BOTH, ['10.0.4.4', '10.0.4.5'], [65001]),
    ...by(BOTH, ['10.0.4.6', '10.0.4.7'], [65001, 65001, 65001]),
    ...by(LONDON, ['10.0.4.4', '10.0.4.5'], [65001]),
  ])
  await feed.schedule({ resourceId: gatewayId('ergw'), kind: 'learned' })
  const sites = [{ name: 'DC', prefixes: [BOTH], home: ams, routers: [] }]
  await db.transaction((client) =>
    saveDeclarationsAsNewVersion(client, { sites, mappings }, { by: 'test', expected: null }),
  )
})

const read = async () => allApiEndpoints.intents.response.parse(await getRoutingIntents(db, {}, now)).data
const find = async (prefix: string) => (await read()).intents.find(({ prefixes }) => prefixes.includes(prefix))

describe('what carries prefixes, and is meant to', () => {
  it('is read of the tables, with what would carry them next', async () => {
    expect(await find(BOTH)).toMatchObject({
      site: 'DC',
      primary: { circuits: [lon], hasOther: false },
      backup: { circuits: [ams], hasOther: false },
      declared: { declaredBy: 'site', primary: [ams] },
      state: 'deviates',
      pin: { kind: 'active_standby', circuits: [lon, ams] },
    })
    expect(await find(LONDON)).toMatchObject({ backup: { circuits: [] }, declared: null, state: 'undeclared' })
    expect((await read()).counts).toMatchObject({ deviates: 1, undeclared: 1, as_declared: 0 })
  })

  it('is pinned as policies, and a prefix is named by one of them', async () => {
    const shown = await find(BOTH)
    const before = { kind: 'active_standby' as const, circuits: [ams, lon], prefixes: [BOTH, '10.7.0.0/16'] }
    await db.transaction((client) =>
      saveDeclarationsAsNewVersion(client, { policies: [before] }, { by: 'test', expected: null }),
    )
    // the declaration changed since it was displayed
    await expect(pinRoutingIntents(db, { ids: [shown?.id ?? ''] }, now)).rejects.toThrow(/has changed/)
    const { data } = await pinRoutingIntents(db, { ids: [(await find(BOTH))?.id ?? ''] }, now)
    expect(data?.counts).toMatchObject({ as_declared: 1, deviates: 0, no_route: 1 })
    expect((await readCurrentDeclarations(db.pool)).policies).toEqual(
      expect.arrayContaining([
        { ...before, prefixes: ['10.7.0.0/16'] },
        { ...before, circuits: [lon, ams], prefixes: [BOTH] },
      ]),
    )
    expect(await find(BOTH)).toMatchObject({ state: 'as_declared', pin: null })
  })

  it('can not be pinned where nothing carries it', async () => {
    const id = (await find('10.7.0.0/16'))?.id ?? ''
    await expect(pinRoutingIntents(db, { ids: [id] }, now)).rejects.toMatchObject({ name: 'ConflictError' })
  })
})
