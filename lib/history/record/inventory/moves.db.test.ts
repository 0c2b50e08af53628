import { expect, it, describe } from 'vitest'
import { armTypes, type ConfigChange, type ResourceRow } from '#lib/contract/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import {
  requestResourceJoin,
  requestResourceSeparation,
  readResourceJoinState,
} from '#lib/declarations/store/resource-joins.ts'
import { getOrCreateSourceId } from '../../store/sources.ts'
import { readResourcePage, readResourceByIdOrArmId } from '../../read/config/resources.ts'
import { computeShortId } from '../../store/short-id.ts'
import { readSourceById } from '../../read/polls/list-sources.ts'
import { type TestPollSource, createTestPollSource } from '../../testing/feed.ts'

const db = withTestDatabase()

const T = Date.UTC(2026, 10, 20, 3)
const started = (n: number) => T + n * 600_000
const finished = (n: number) => T + n * 600_000 + 9_000
const CIRCUIT = armTypes.circuit
const GATEWAY = armTypes.virtualNetworkGateway
let made = 0
const subscription = (n: number) => `5ca1ab1e-0000-4000-8000-${String(n).padStart(12, '0')}`

interface Place {
  subscriptionId: string
  group?: string
  name?: string
}

function circuit({ subscriptionId, group = 'edge', name = 'ams' }: Place, key: string, more = {}): ResourceRow {
  const resourceId = `/subscriptions/${subscriptionId}/resourceGroups/${group}/providers/Microsoft.Network/expressRouteCircuits/${name}`
  const config = {
    properties: { serviceKey: '****0001', peerings: [{ id: `${resourceId}/peerings/p`, name: 'p' }], ...more },
  }
  return {
    resourceId,
    type: CIRCUIT,
    name,
    subscriptionId,
    resourceGroup: group,
    location: 'uksouth',
    config,
    identities: [`serviceKey:${key}`],
  }
}

function gateway(
  place: Place,
  { subnet, guid, tags = {} }: { subnet: string; guid: string; tags?: object },
): ResourceRow {
  const { subscriptionId, group = 'edge', name = 'gw' } = place
  const resourceId = `/subscriptions/${subscriptionId}/resourceGroups/${group}/providers/Microsoft.Network/virtualNetworkGateways/${name}`
  const identities = [`guid:${guid}`, `subnet:expressroute:${subnet}`]
  return {
    resourceId,
    type: GATEWAY,
    name,
    subscriptionId,
    resourceGroup: group,
    location: 'uksouth',
    config: { tags, properties: {} },
    identities,
  }
}

/** Creates a separate estate with enough other resources that one of them is at most a third of its type. */
async function estate() {
  made += 1
  const subscriptionId = subscription(made)
  const feed = await createTestPollSource(db, { type: 'subscriptions' })
  const beside = [1, 2, 3].flatMap((n) => [
    circuit({ subscriptionId, name: `other-${n}` }, `other-${made}-${n}`),
    gateway({ subscriptionId, name: `other-${n}` }, { subnet: `other-${made}-${n}`, guid: `other-${made}-${n}` }),
  ])
  return {
    subscriptionId,
    feed,
    key: `key-${made}`,
    beside,
    read: (n: number, ...rows: ResourceRow[]) => inventory(feed, n, [...beside, ...rows]),
  }
}

async function inventory(feed: TestPollSource, n: number, resources: ResourceRow[]): Promise<ConfigChange[]> {
  const rows = { resources, listedTypes: [CIRCUIT, GATEWAY], failedTypes: [] }
  const { changes } = await feed.record('inventory', {
    startedAt: started(n),
    finishedAt: finished(n),
    outcome: 'ok',
    rows,
  })
  return changes.filter((change) => change.type === 'config')
}

const said = (changes: ConfigChange[]) =>
  changes.map(({ op, resourceId, movedFrom, fields }) => [op, resourceId, movedFrom ?? null, fields.length])

describe('a circuit with the same service key', () => {
  it('in another group keeps its id, its sources and its past; both ARM ids find it', async () => {
    const { subscriptionId, key, read } = await estate()
    const [before, after] = [circuit({ subscriptionId }, key), circuit({ subscriptionId, group: 'hub' }, key)]
    await read(0, before)
    const id = computeShortId(before.resourceId)
    const sourceId = await getOrCreateSourceId(db.pool, { resourceId: before.resourceId, subresource: '' })
    expect(said(await read(1, after))).toEqual([['changed', after.resourceId, before.resourceId, 0]])
    const found = { id, resourceId: after.resourceId, resourceGroup: 'hub', removed: null }
    const movedFrom = { resourceId: before.resourceId, between: { earliest: started(0), latest: finished(1) } }
    for (const name of [id, before.resourceId.toUpperCase(), after.resourceId]) {
      expect(await readResourceByIdOrArmId(db.pool, name)).toMatchObject({ ...found, movedFrom })
    }
    expect(computeShortId(after.resourceId)).toBe(id)
    expect(await getOrCreateSourceId(db.pool, { resourceId: after.resourceId, subresource: '' })).toBe(sourceId)
    expect(await readSourceById(db.pool, sourceId)).toMatchObject({ scope: id, resourceId: after.resourceId })
    // at a moment before the move the resource has its former ARM ID
    expect(await readResourceByIdOrArmId(db.pool, id, started(1) - 1)).toMatchObject({
      resourceId: before.resourceId,
      movedFrom: null,
    })
    expect(await read(2, after)).toEqual([])
  })

  it('in another group with others at once is each its own', async () => {
    const { subscriptionId, key, read } = await estate()
    const [before, after] = ['edge', 'hub'].map((group) =>
      ['ams', 'lon'].map((name) => circuit({ subscriptionId, group, name }, `${key}-${name}`)),
    )
    await read(0, ...(before ?? []))
    expect(said(await read(1, ...(after ?? [])))).toEqual(
      after?.map(({ resourceId }, n) => ['changed', resourceId, before?.[n]?.resourceId, 0]),
    )
  })

  it('that was renewed is known by the new one', async () => {
    const { subscriptionId, key, read } = await estate()
    const [before, after] = [circuit({ subscriptionId }, key), circuit({ subscriptionId, group: 'hub' }, `${key}-new`)]
    await read(0, before)
    await read(1, circuit({ subscriptionId }, `${key}-new`))
    expect(said(await read(2, after))).toEqual([['changed', after.resourceId, before.resourceId, 0]])
  })

  it('in another subscription, whichever of the two inventories is read first', async () => {
    for (const order of ['old first', 'new first']) {
      const [from, to] = [await estate(), await estate()]
      const before = circuit(from, from.key)
      const after = circuit({ subscriptionId: to.subscriptionId, group: 'hub' }, from.key)
      await from.read(0, before)
      await to.read(0)
      const id = computeShortId(before.resourceId)
      if (order === 'old first') {
        expect(said(await from.read(1))).toEqual([['removed', before.resourceId, null, 0]])
        expect(said(await to.read(2, after))).toEqual([['added', after.resourceId, before.resourceId, 0]])
      } else {
        // both ARM IDs are listed, so they belong to two resources
        expect(said(await to.read(1, after))).toEqual([['added', after.resourceId, null, 0]])
        expect(await readResourceByIdOrArmId(db.pool, after.resourceId)).not.toMatchObject({ id })
        expect(said(await from.read(2))).toMatchObject([['changed', after.resourceId, before.resourceId, 0]])
      }
      expect(await readResourceByIdOrArmId(db.pool, after.resourceId)).toMatchObject({
        id,
        subscriptionId: to.subscriptionId,
      })
      const listed = await readResourcePage(db.pool, { types: [CIRCUIT], includeRemoved: true })
      expect(
        listed.filter(
          ({ name, subscriptionId }) =>
            name === 'ams' && [from, to].some((one) => one.subscriptionId === subscriptionId),
        ),
      ).toHaveLength(1)
      // from now on the new subscription lists it, and the old subscription does not report a removal
      expect(await to.read(3, after)).toEqual([])
      expect(await from.read(4)).toEqual([])
      expect(said(await to.read(5))).toEqual([['removed', after.resourceId, null, 0]])
    }
  })

  it('that was deleted and made again under another name goes on; what takes its ARM id later is another one', async () => {
    const { subscriptionId, key, read } = await estate()
    const [before, after] = [
      circuit({ subscriptionId }, key),
      circuit({ subscriptionId, name: 'ams-new' }, key, { bandwidthInGbps: 2 }),
    ]
    await read(0, before)
    const id = computeShortId(before.resourceId)
    expect(said(await read(1))).toEqual([['removed', before.resourceId, null, 0]])
    expect(said(await read(2, after))).toEqual([['added', after.resourceId, before.resourceId, 0]])
    expect(await readResourceByIdOrArmId(db.pool, id)).toMatchObject({ name: 'ams-new', removed: null })
    const other = circuit({ subscriptionId }, `${key}-other`)
    expect(said(await read(3, after, other))).toEqual([['added', other.resourceId, null, 0]])
    const taken = await readResourceByIdOrArmId(db.pool, other.resourceId)
    expect(taken?.id).not.toBe(id)
    expect(computeShortId(other.resourceId)).toBe(taken?.id)
    expect(await readResourceByIdOrArmId(db.pool, id)).toMatchObject({ name: 'ams-new' })
    // another resource uses the former ARM ID, so the resource cannot get it back
    await requestResourceSeparation(db.pool, id)
    expect(await read(4, after, other)).toEqual([])
    expect(await readResourceByIdOrArmId(db.pool, id)).toMatchObject({ name: 'ams-new' })
  })

  it('is two while both are listed, and another with a new key or without one; two that could be it are not it', async () => {
    const { subscriptionId, key, read } = await estate()
    const before = circuit({ subscriptionId }, key)
    const copy = circuit({ subscriptionId, group: 'hub' }, key)
    await read(0, before)
    expect(said(await read(1, before, copy))).toEqual([['added', copy.resourceId, null, 0]])
    const second = circuit({ subscriptionId, group: 'third' }, key)
    await read(2, before, copy, second)
    expect(said(await read(3, copy, second))).toEqual([['removed', before.resourceId, null, 0]])
    const other = await estate()
    const old = circuit(other, other.key)
    await other.read(0, old)
    const renewed = circuit({ ...other, group: 'hub' }, `${other.key}-new`)
    const { identities: _, ...unnamed } = circuit({ ...other, group: 'third' }, other.key)
    expect(said(await other.read(1, renewed, unnamed))).toEqual([
      ['removed', old.resourceId, null, 0],
      ['added', renewed.resourceId, null, 0],
      ['added', unnamed.resourceId, null, 0],
    ])
    // one resource that could be the successor of two others
    const [one, two, either] = ['edge', 'hub', 'third'].map((group) =>
      circuit({ ...other, group, name: 'lon' }, `${key}-lon`),
    )
    if (!one || !two || !either) throw new Error('three')
    await other.read(2, one, two)
    expect(said(await other.read(3, either)).filter(([, , movedFrom]) => movedFrom !== null)).toEqual([])
  })
})

describe('a gateway', () => {
  const tags = { CreatedBy: 'GatewaySKUMigration' }

  it('that Microsoft’s migration replaced goes on when the old one is gone, after both were listed', async () => {
    const { subscriptionId, key, read } = await estate()
    const before = gateway({ subscriptionId }, { subnet: key, guid: `${key}-1` })
    const after = gateway({ subscriptionId, name: 'gw-az' }, { subnet: key, guid: `${key}-2`, tags })
    await read(0, before)
    const id = computeShortId(before.resourceId)
    expect(said(await read(1, before, after))).toEqual([['added', after.resourceId, null, 0]])
    const { rows } = await db.pool.query('SELECT id FROM resource WHERE arm_id = $1', [after.resourceId])
    expect(said(await read(2, after))).toMatchObject([
      ['changed', after.resourceId, before.resourceId, expect.any(Number)],
    ])
    // the configurations while it was a separate resource are kept
    const kept = 'SELECT first_present, first_absent FROM resource_history WHERE resource_id = $1'
    expect((await db.pool.query(kept, [rows[0].id])).rows).toEqual([
      { first_present: new Date(finished(1)), first_absent: new Date(finished(2)) },
    ])
    expect(await readResourceByIdOrArmId(db.pool, after.resourceId)).toMatchObject({ id, name: 'gw-az' })
  })

  it('in the same subnet without the migration’s tag is another one; with its own GUID it is the same', async () => {
    const { subscriptionId, key, read } = await estate()
    const before = gateway({ subscriptionId }, { subnet: key, guid: `${key}-1` })
    await read(0, before)
    const replaced = gateway({ subscriptionId, name: 'gw-2' }, { subnet: key, guid: `${key}-2` })
    expect(said(await read(1, replaced))).toEqual([
      ['removed', before.resourceId, null, 0],
      ['added', replaced.resourceId, null, 0],
    ])
    const carried = gateway({ subscriptionId, group: 'hub', name: 'gw-2' }, { subnet: `${key}-new`, guid: `${key}-2` })
    expect(said(await read(2, carried))).toEqual([['changed', carried.resourceId, replaced.resourceId, 0]])
  })
})

describe('by hand', () => {
  /** A circuit that is removed, and a circuit with another key that is listed since then. */
  async function replaced() {
    const own = await estate()
    const before = circuit(own, own.key)
    const after = circuit({ ...own, name: 'ams-2' }, `${own.key}-2`)
    await own.read(0, before)
    await own.read(1)
    await own.read(2, after)
    const [id, newId] = [before, after].map(({ resourceId }) => computeShortId(resourceId)) as [string, string]
    return { ...own, before, after, id, newId }
  }
  const idOf = async (name: string) => (await readResourceByIdOrArmId(db.pool, name))?.id

  it('joined, it has the former id and sources from the next inventory on; parted, each has its own again', async () => {
    const { read, before, after, id, newId } = await replaced()
    const sourceId = await getOrCreateSourceId(db.pool, { resourceId: before.resourceId, subresource: '' })
    const ownSource = await getOrCreateSourceId(db.pool, { resourceId: after.resourceId, subresource: '' })
    const facts = { isAside: false, isFormerIdTaken: false, sessions: 0, events: 0, hasUsage: false }
    expect(await readResourceJoinState(db.pool, newId)).toMatchObject({
      ...facts,
      isListed: true,
      listedBy: expect.any(Number),
    })
    expect(await readResourceJoinState(db.pool, id)).toMatchObject({ ...facts, isListed: false })
    await requestResourceJoin(db.pool, newId, id)
    expect(await idOf(after.resourceId)).toBe(newId)
    expect(await read(3, after)).toMatchObject([
      {
        op: 'added',
        resourceId: after.resourceId,
        movedFrom: before.resourceId,
        between: { earliest: started(1), latest: finished(2) },
      },
    ])
    expect(await readResourceByIdOrArmId(db.pool, after.resourceId)).toMatchObject({
      id,
      name: 'ams-2',
      removed: null,
      movedFrom: { resourceId: before.resourceId, between: { earliest: started(0), latest: finished(2) } },
    })
    expect(await getOrCreateSourceId(db.pool, { resourceId: after.resourceId, subresource: '' })).toBe(sourceId)
    expect(await readResourceByIdOrArmId(db.pool, id, finished(0))).toMatchObject({ resourceId: before.resourceId })
    expect(await read(4, after)).toEqual([])
    expect(await readResourceJoinState(db.pool, newId)).toMatchObject({ isListed: false, isAside: true })

    await requestResourceSeparation(db.pool, id)
    expect(await read(5, after)).toMatchObject([
      {
        op: 'added',
        resourceId: after.resourceId,
        partedFrom: before.resourceId,
        between: { earliest: started(0), latest: finished(5) },
      },
    ])
    expect(await readResourceByIdOrArmId(db.pool, after.resourceId)).toMatchObject({
      id: newId,
      name: 'ams-2',
      movedFrom: null,
      removed: null,
    })
    expect(await readResourceByIdOrArmId(db.pool, id)).toMatchObject({
      resourceId: before.resourceId,
      name: 'ams',
      movedFrom: null,
      removed: { earliest: started(0), latest: finished(5) },
      config: before.config,
    })
    expect(computeShortId(after.resourceId)).toBe(newId)
    const { rows } = await db.pool.query('SELECT kept_id FROM resource WHERE short_id = $1', [id])
    expect(rows).toEqual([{ kept_id: false }])
    expect(await getOrCreateSourceId(db.pool, { resourceId: after.resourceId, subresource: '' })).toBe(ownSource)
    expect(await read(6, after)).toEqual([])
    // the resource can be joined again
    await requestResourceJoin(db.pool, newId, id)
    await read(7, after)
    expect(await idOf(after.resourceId)).toBe(id)
  })

  it('parts what was recognized by itself, and does not recognize it again', async () => {
    const { key, read, ...own } = await estate()
    const [before, after] = [circuit(own, key), circuit({ ...own, group: 'hub' }, key)]
    await read(0, before)
    await read(1, after)
    const id = computeShortId(before.resourceId)
    expect(await idOf(after.resourceId)).toBe(id)
    await requestResourceSeparation(db.pool, id)
    for (const n of [2, 3, 4]) await read(n, after)
    expect(await idOf(after.resourceId)).not.toBe(id)
    expect(await readResourceByIdOrArmId(db.pool, before.resourceId)).toMatchObject({
      id,
      resourceGroup: 'edge',
      removed: { earliest: started(0) },
    })
    // after the resource is listed again, it has its former identity
    await read(5, before, after)
    expect(await readResourceByIdOrArmId(db.pool, before.resourceId)).toMatchObject({ id, removed: null })
    expect(await idOf(after.resourceId)).not.toBe(id)
  })

  it('joins nothing that is listed again by then', async () => {
    const { read, before, after, id, newId } = await replaced()
    await requestResourceJoin(db.pool, newId, id)
    await read(3, before, after)
    await read(4, after)
    expect(await idOf(after.resourceId)).toBe(newId)
    expect(await idOf(before.resourceId)).toBe(id)
  })
})
