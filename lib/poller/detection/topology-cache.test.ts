import { describe, expect, it } from 'vitest'
import { armTypes } from '#lib/contract/index.ts'
import { NOTHING_DECLARED } from '#lib/poller/testing/nothing-declared.ts'
import { TopologyCache } from './topology-cache.ts'
import { DEFAULT_SETTINGS, type EstateDataReaders } from './detection-store.ts'

const gateway = {
  id: 'gw',
  resourceId: '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworkGateways/gw',
  type: armTypes.virtualNetworkGateway,
  name: 'gw',
  config: { gatewayType: 'ExpressRoute', provisioningState: 'Succeeded' },
}

it('is put together once for as long as what it is made of stands, and again when something was declared', async () => {
  let watched = ['10.0.0.0/8']
  const reads = {
    resources: async () => [gateway],
    declared: async () => ({ ...NOTHING_DECLARED, watched: watched.map((prefix) => ({ prefix, note: '' })) }),
    settings: async () => DEFAULT_SETTINGS,
    reportedRoutes: async () => [],
    edgeRouters: async () => ({ expected: [], released: [] }),
  } satisfies Partial<EstateDataReaders>
  const book = new TopologyCache()
  const groupAt = (now: number) => book.groupOf(reads as Partial<EstateDataReaders> as EstateDataReaders, 'gw', now)
  const first = await groupAt(0)
  expect(first.topology.watched).toEqual(['10.0.0.0/8'])
  expect(await groupAt(1_000)).toBe(first)
  watched = []
  book.forget()
  expect((await groupAt(2_000)).topology.watched).toEqual([])
})

it('stays when a commit is undone that did not read it, but for what was found out of its groups', async () => {
  let times = 0
  const reads = {
    resources: async () => {
      times += 1
      return [gateway]
    },
    declared: async () => NOTHING_DECLARED,
    settings: async () => DEFAULT_SETTINGS,
  } satisfies Partial<EstateDataReaders>
  const book = new TopologyCache()
  const groupNow = () => book.groupOf(reads as Partial<EstateDataReaders> as EstateDataReaders, 'gw', 0)
  const first = await groupNow()
  const checked = { ...first, topology: { ...first.topology, circuits: [{}] } } as typeof first
  const isDue = () => book.isSnapshotDue(checked, 1_000, DEFAULT_SETTINGS.settings)
  book.noteSnapshot(checked, 0)
  expect(isDue()).toBe(false)
  book.undone(book.readings)
  expect(isDue()).toBe(true)
  expect(await groupNow()).not.toBe(first)
  expect(times).toBe(1)
  book.undone(book.readings - 1)
  await groupNow()
  expect(times).toBe(2)
})

describe('what another worker found', () => {
  /** Returns reads whose list of gateways grows over time; `times` counts the reads of the inventory. */
  function growingReads() {
    const listed = [gateway]
    let times = 0
    const reads = {
      resources: async () => {
        times += 1
        return [...listed]
      },
      declared: async () => NOTHING_DECLARED,
      settings: async () => DEFAULT_SETTINGS,
      reportedRoutes: async () => [],
      edgeRouters: async () => ({ expected: [], released: [] }),
    } satisfies Partial<EstateDataReaders>
    const list = (id: string) => listed.push({ ...gateway, id, resourceId: gateway.resourceId.replace(/gw$/, id) })
    return { reads: reads as Partial<EstateDataReaders> as EstateDataReaders, list, times: () => times }
  }
  const scopesAt = async (book: TopologyCache, reads: EstateDataReaders, scope: string, now: number) =>
    (await book.groupOf(reads, scope, now)).topology.gateways.map((one) => one.scope)

  it('is read when it is polled, once in a minute', async () => {
    const [book, { reads, list, times }] = [new TopologyCache(), growingReads()]
    expect(await scopesAt(book, reads, 'gw', 0)).toEqual(['gw'])
    list('gw-2')
    expect(await scopesAt(book, reads, 'gw-2', 59_999)).toEqual([])
    expect(await scopesAt(book, reads, 'gw-2', 60_000)).toEqual(['gw-2'])
    expect(times()).toBe(2)
  })

  it('is not read for a second time where no inventory lists it', async () => {
    const [book, { reads, times }] = [new TopologyCache(), growingReads()]
    await book.groupOf(reads, 'gw', 0)
    for (const scope of ['subscription', 'other']) {
      for (const now of [60_000, 120_000, 180_000, 240_000]) expect(await scopesAt(book, reads, scope, now)).toEqual([])
    }
    expect(times()).toBe(3)
  })

  it('leaves the groups as they were before the inventory in hand', async () => {
    const [book, { reads, list }] = [new TopologyCache(), growingReads()]
    await book.groupOf(reads, 'gw', 0)
    list('gw-2')
    await book.groupOf(reads, 'subscription', 60_000)
    const former = await book.formerGroups(reads, 60_000)
    expect(former.flatMap(({ scopes }) => scopes)).toEqual(['gw'])
    expect((await book.groups(reads, 60_000)).flatMap(({ scopes }) => scopes)).toEqual(['gw', 'gw-2'])
  })
})

describe('while it is being read', () => {
  /** Returns reads that resolve or fail on command; `times` counts the reads of the inventory. */
  function heldReads() {
    const { promise, resolve, reject } = Promise.withResolvers<(typeof gateway)[]>()
    let times = 0
    const reads = {
      resources: () => {
        times += 1
        return promise
      },
      declared: async () => NOTHING_DECLARED,
      settings: async () => DEFAULT_SETTINGS,
    } satisfies Partial<EstateDataReaders>
    return { reads: reads as Partial<EstateDataReaders> as EstateDataReaders, resolve, reject, times: () => times }
  }

  it('is read once for all who ask meanwhile', async () => {
    const [book, held, other] = [new TopologyCache(), heldReads(), heldReads()]
    const asked = [book.settings(held.reads, 0), book.settings(held.reads, 1), book.settings(other.reads, 2)]
    held.resolve([gateway])
    await Promise.all(asked)
    expect([held.times(), other.times()]).toEqual([1, 0])
    await book.settings(other.reads, 3)
    expect(other.times()).toBe(0)
  })

  it('is read again by whoever asks after something was declared', async () => {
    const [book, held, other] = [new TopologyCache(), heldReads(), heldReads()]
    const before = book.settings(held.reads, 0)
    book.forget()
    const after = book.settings(other.reads, 1)
    held.resolve([])
    other.resolve([gateway])
    await Promise.all([before, after])
    expect([held.times(), other.times()]).toEqual([1, 1])
  })

  it('does not fail for those who waited for a poll that was undone', async () => {
    const [book, held, other] = [new TopologyCache(), heldReads(), heldReads()]
    const first = book.settings(held.reads, 0)
    const second = book.settings(other.reads, 1)
    held.reject(new Error('undone'))
    other.resolve([gateway])
    await expect(first).rejects.toThrow('undone')
    expect(await second).toEqual(DEFAULT_SETTINGS)
  })

  it('is read by one of those that waited for a reading that failed, for all of them', async () => {
    const [book, held, other] = [new TopologyCache(), heldReads(), heldReads()]
    const first = book.settings(held.reads, 0)
    const waited = Array.from({ length: 5 }, () => book.settings(other.reads, 1))
    held.reject(new Error('undone'))
    other.resolve([gateway])
    await expect(first).rejects.toThrow('undone')
    expect(await Promise.all(waited)).toEqual(waited.map(() => DEFAULT_SETTINGS))
    expect([held.times(), other.times()]).toEqual([1, 1])
  })
})
