import { beforeEach, describe, expect, it } from 'vitest'
import { type ConfigChange, type ResourceRow, armTypes, INSTANT_BEFORE_MONITORING } from '#lib/contract/index.ts'

import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { readAwaitedRemovals } from '#lib/setup/store/index.ts'
import { getOrCreateSourceId } from '../../store/sources.ts'
import { readResourcePage, readResourceByIdOrArmId } from '../../read/config/resources.ts'
import { saveSubscriptionNames } from '../../store/subscription-names.ts'
import { computeShortId } from '../../store/short-id.ts'
import { readUnreadableMaintenance } from '../../read/config/azure-windows.ts'
import { type TestPollSource, createTestPollSource } from '../../testing/feed.ts'

const db = withTestDatabase()

const T = Date.UTC(2026, 10, 20, 3)
const started = (n: number) => T + n * 600_000
const finished = (n: number) => T + n * 600_000 + 9_000

const CIRCUIT = 'microsoft.network/expressroutecircuits'
const GATEWAY = 'microsoft.network/virtualnetworkgateways'
let made = 0

beforeEach(() => db.pool.query('TRUNCATE resource, source CASCADE'))

function resource(name: string, properties: Record<string, unknown> = {}, type = CIRCUIT): ResourceRow {
  return {
    resourceId: `/subscriptions/5ca1ab1e-0000-4000-8000-000000000002/resourceGroups/rg/providers/Microsoft.Network/x/${name}`,
    type,
    name,
    subscriptionId: '5ca1ab1e-0000-4000-8000-000000000002',
    resourceGroup: 'rg',
    location: 'uksouth',
    config: { name, etag: 'W/"1"', properties },
  }
}

async function inventory(
  feed: TestPollSource,
  n: number,
  resources: ResourceRow[],
  options: { listedTypes?: string[]; outcome?: 'ok' | 'incomplete' } = {},
): Promise<ConfigChange[]> {
  const { listedTypes = [CIRCUIT, GATEWAY], outcome = 'ok' } = options
  const rows = { resources, listedTypes, failedTypes: [] }
  const recorded = await feed.record('inventory', { startedAt: started(n), finishedAt: finished(n), outcome, rows })
  return recorded.changes.filter((change) => change.type === 'config')
}

const short = ({ op, resourceId, between }: ConfigChange) => [op, resourceId.split('/').at(-1), between]

describe('an inventory', () => {
  it('finds, loses and finds again', async () => {
    const feed = await createTestPollSource(db)
    const [a, b] = [resource(`a-${++made}`), resource(`b-${made}`)]
    expect((await inventory(feed, 0, [b, a])).map(short)).toEqual([
      ['added', a.name, { earliest: INSTANT_BEFORE_MONITORING, latest: finished(0) }],
      ['added', b.name, { earliest: INSTANT_BEFORE_MONITORING, latest: finished(0) }],
    ])
    expect(await inventory(feed, 1, [a])).toEqual([])
    expect((await inventory(feed, 2, [a])).map(short)).toEqual([
      ['removed', b.name, { earliest: started(0), latest: finished(1) }],
    ])
    expect(await readResourceByIdOrArmId(db.pool, b.resourceId.toUpperCase())).toMatchObject({
      id: computeShortId(b.resourceId),
      removed: { earliest: started(0), latest: finished(1) },
      since: null,
      config: { name: b.name },
    })
    expect((await inventory(feed, 3, [a, b])).map(short)).toEqual([
      ['added', b.name, { earliest: started(2), latest: finished(3) }],
    ])
    expect(await readResourceByIdOrArmId(db.pool, computeShortId(b.resourceId))).toMatchObject({
      removed: null,
      since: { latest: finished(3) },
    })
  })

  it('concludes at once what is no more than a third of a type; of more a second reading must lack it, whatever fails between', async () => {
    const feed = await createTestPollSource(db)
    const names = (changes: ConfigChange[]) =>
      changes.map(({ op, resourceId }) => `${op} ${resourceId.split('/').at(-1)}`)
    const all = Array.from({ length: 6 }, () => resource(`many-${++made}`))
    const [a, b, c, d, e, f] = all
    if (!a || !b || !c || !d || !e || !f) throw new Error('six')
    const gateway = resource(`gateway-${++made}`, {}, GATEWAY)
    await inventory(feed, 0, [...all, gateway])
    expect(names(await inventory(feed, 1, [a, b, c, d, gateway]))).toEqual([`removed ${e.name}`, `removed ${f.name}`])
    // half of the remaining circuits
    expect(await inventory(feed, 2, [a, b, gateway])).toEqual([])
    expect(await readAwaitedRemovals(db.pool)).toMatchObject([
      { type: CIRCUIT, names: [c.name, d.name], known: 4, between: { earliest: started(1), latest: finished(2) } },
    ])
    // a rejected list is not a reading of this type, nor is a list of another type
    expect(await inventory(feed, 3, [gateway], { listedTypes: [GATEWAY], outcome: 'incomplete' })).toEqual([])
    // the circuit is back with another configuration: lists that lacked it do not date that change
    expect(
      await inventory(feed, 4, [a, b, { ...c, config: { name: c.name, properties: { x: 1 } } }, gateway]),
    ).toMatchObject([
      { op: 'changed', resourceId: c.resourceId, between: { earliest: started(1), latest: finished(4) } },
      { op: 'removed', resourceId: d.resourceId, between: { earliest: started(1), latest: finished(2) } },
    ])
    expect(await readAwaitedRemovals(db.pool)).toEqual([])
  })

  it('lets a network interface go at once that is not chosen any more', async () => {
    const feed = await createTestPollSource(db)
    const own = resource(`chosen-${++made}`, {}, armTypes.networkInterface)
    const listedTypes = [armTypes.networkInterface]
    await inventory(feed, 0, [own], { listedTypes })
    expect(await inventory(feed, 1, [], { listedTypes })).toMatchObject([{ op: 'removed', resourceId: own.resourceId }])
  })

  it('has maintenance configurations that can not be read, as long as they are listed', async () => {
    const feed = await createTestPollSource(db)
    const gateway = resource(`gateway-${++made}`, {}, GATEWAY)
    const odd = resource(`odd-${made}`, {}, armTypes.maintenanceConfiguration)
    const listedTypes = [GATEWAY, armTypes.maintenanceConfiguration]
    const unreadable = () =>
      readUnreadableMaintenance(db.pool, () => ({
        resource: 'maintenanceConfiguration',
        window: null,
        unreadable: 'its time zone is not known',
        resources: [gateway.resourceId],
      }))
    await inventory(feed, 0, [gateway, odd], { listedTypes })
    expect(await unreadable()).toEqual([
      {
        sourceId: odd.resourceId,
        sourceName: odd.name,
        scopes: [computeShortId(gateway.resourceId)],
        reason: 'its time zone is not known',
      },
    ])
    await inventory(feed, 1, [gateway], { listedTypes })
    await inventory(feed, 2, [gateway], { listedTypes })
    expect(await unreadable()).toEqual([])
  })

  it('of several processes at the same moment finds a new resource once', async () => {
    const feeds = await Promise.all(Array.from({ length: 8 }, () => createTestPollSource(db)))
    for (let round = 0; round < 100; round++) {
      const found = resource(`raced-${++made}`)
      await Promise.all(feeds.map((feed) => inventory(feed, round, [found])))
      expect(await readResourceByIdOrArmId(db.pool, found.resourceId)).toMatchObject({
        name: found.name,
        removed: null,
      })
    }
  })

  it('loses nothing of a type whose list failed half-way', async () => {
    const feed = await createTestPollSource(db)
    const [a, b] = [resource(`a-${++made}`), resource(`b-${made}`, {}, GATEWAY)]
    await inventory(feed, 0, [a, b])
    await inventory(feed, 1, [], { listedTypes: [GATEWAY], outcome: 'incomplete' })
    expect(await inventory(feed, 2, [], { listedTypes: [GATEWAY], outcome: 'incomplete' })).toMatchObject([
      { op: 'removed', resourceId: b.resourceId },
    ])
    await inventory(feed, 3, [], { listedTypes: [CIRCUIT, GATEWAY] })
    const [removed] = await inventory(feed, 4, [], { listedTypes: [CIRCUIT, GATEWAY] })
    // the circuits were last listed by the first poll
    expect(removed && short(removed)).toEqual(['removed', a.name, { earliest: started(0), latest: finished(3) }])
  })

  it('loses nothing that another source lists', async () => {
    const [one, two] = [await createTestPollSource(db), await createTestPollSource(db)]
    const a = resource(`a-${++made}`)
    await inventory(one, 0, [a])
    expect(await inventory(two, 0, [])).toEqual([])
  })

  it('reports which fields changed, whatever the order and the capitals', async () => {
    const feed = await createTestPollSource(db)
    const name = `a-${++made}`
    const peering = (peeringName: string, state: string) => ({
      name: peeringName,
      id: `/subscriptions/S/P/${peeringName}`,
      properties: { state, etag: state },
    })
    const before = {
      bandwidth: 1000,
      gateway: { id: '/subscriptions/S/Gw' },
      peerings: [peering('AzurePrivatePeering', 'Enabled'), peering('MicrosoftPeering', 'Enabled')],
    }
    await inventory(feed, 0, [resource(name, before)])
    const same = {
      peerings: [peering('MicrosoftPeering', 'Enabled'), peering('AzurePrivatePeering', 'Enabled')],
      gateway: { id: '/SUBSCRIPTIONS/s/gW' },
      bandwidth: 1000,
    }
    expect(await inventory(feed, 1, [resource(name, same)])).toEqual([])
    const after = {
      ...same,
      bandwidth: 2000,
      peerings: [peering('AzurePrivatePeering', 'Disabled'), peering('MicrosoftPeering', 'Enabled')],
    }
    expect(await inventory(feed, 2, [resource(name, after)])).toMatchObject([
      {
        op: 'changed',
        between: { earliest: started(1), latest: finished(2) },
        fields: [
          { path: '/properties/bandwidth', before: 1000, after: 2000 },
          { path: '/properties/peerings/AzurePrivatePeering/properties/state', before: 'Enabled', after: 'Disabled' },
        ],
      },
    ])
    const view = await readResourceByIdOrArmId(db.pool, computeShortId(resource(name).resourceId), started(1))
    expect(view).toMatchObject({ config: { properties: { bandwidth: 1000 } }, known: 'observed' })
  })

  it.each([
    'connectionStatus',
    'ingressBytesTransferred',
    'egressBytesTransferred',
    'tunnelConnectionStatus',
    'etag',
    'systemData',
  ])('%s is no configuration', async (field) => {
    const feed = await createTestPollSource(db)
    const name = `a-${++made}`
    await inventory(feed, 0, [resource(name, { [field]: 1 })])
    expect(await inventory(feed, 1, [resource(name, { [field]: 2 })])).toEqual([])
  })

  it.each(['resourceId', 'name', 'location'] as const)('is read by the %s as it is spelled now', async (field) => {
    const feed = await createTestPollSource(db)
    const known = resource(`a-${++made}`)
    const spelled = { ...known, [field]: known[field]?.toUpperCase() }
    await inventory(feed, 0, [known])
    expect(await inventory(feed, 1, [spelled])).toEqual([])
    expect(await readResourceByIdOrArmId(db.pool, known.resourceId)).toMatchObject({ [field]: spelled[field] })
  })

  it('lists by type, as of now and of then', async () => {
    const feed = await createTestPollSource(db)
    const type = `microsoft.network/kind${++made}`
    const [a, b] = [resource(`a-${made}`, {}, type), resource(`b-${made}`, {}, type)]
    await inventory(feed, 0, [a, b], { listedTypes: [type] })
    await inventory(feed, 1, [a], { listedTypes: [type] })
    await inventory(feed, 2, [a], { listedTypes: [type] })
    const names = async (query: Parameters<typeof readResourcePage>[1]) =>
      (await readResourcePage(db.pool, { types: [type], ...query })).map(({ name }) => name)
    expect(await names({})).toEqual([a.name])
    expect(await names({ includeRemoved: true })).toEqual([a.name, b.name])
    expect(await names({ at: finished(0) })).toEqual([a.name, b.name])
    expect(await names({ at: finished(1) })).toEqual([a.name])
    expect(await names({ at: T - 1 })).toEqual([])
  })

  it('fills in a resource of which only the id was known', async () => {
    const feed = await createTestPollSource(db)
    const a = resource(`a-${++made}`)
    await getOrCreateSourceId(db.pool, { resourceId: a.resourceId.toLowerCase(), subresource: '' })
    expect(await readResourceByIdOrArmId(db.pool, a.resourceId)).toMatchObject({
      config: null,
      since: null,
      removed: null,
    })
    expect(await inventory(feed, 0, [a])).toMatchObject([{ op: 'added' }])
    expect(await readResourceByIdOrArmId(db.pool, a.resourceId)).toMatchObject({
      resourceId: a.resourceId,
      config: { name: a.name },
    })
  })
})

it('a resource that is known takes no number of the sequence, however often it is listed', async () => {
  const feed = await createTestPollSource(db)
  const known = resource(`numbered-${++made}`)
  await inventory(feed, 0, [known])
  const numbers = async () => (await db.pool.query('SELECT last_value FROM resource_id_seq')).rows[0].last_value
  const before = await numbers()
  await inventory(feed, 1, [{ ...known, name: known.name.toUpperCase() }])
  await inventory(feed, 2, [{ ...known, config: { ...known.config, properties: { vlanId: 2 } } }])
  const named = { subscriptionId: '5ca1ab1e-0000-4000-8000-000000000003', name: 'Edge' }
  await saveSubscriptionNames(db.pool, [named])
  const after = await numbers()
  await saveSubscriptionNames(db.pool, [named])
  expect(after).toBe(String(Number(before) + 1))
  expect(await numbers()).toBe(after)
})
