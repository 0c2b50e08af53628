import { beforeAll, expect, it } from 'vitest'
import { allApiEndpoints } from '#lib/api/index.ts'
import type { DoubleLosses } from '../../api/index.ts'
import { parseWhatIfLosses } from '#lib/contract/index.ts'
import { recordDoubleLossesProgress, startNextDoubleLossRun } from '../../store/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { limitToAccessScope } from '#lib/questions/index.ts'
import { refreshSingleLosses } from '../single-losses/refresh-single-losses.ts'
import {
  createCircuitRow,
  createConnectionRow,
  createGatewayRow,
  gatewayId,
  learnedRoute,
  createNetworkRow,
  createTestPollRecorder,
} from '#lib/questions/testing/record-feed.ts'
import { computeWhatIf } from '../what-if.ts'
import { cancelN2, computeN2, getN2 } from './answers.ts'
import { runDoubleLossComputations } from './run-computations.ts'

const db = withTestDatabase()
const NOW = Date.UTC(2026, 10, 20, 3)
const signal = new AbortController().signal
const at = (peeringLocation: string, third: number) => ({
  serviceProviderProperties: { serviceProviderName: 'Equinix', peeringLocation, bandwidthInMbps: 1000 },
  peerings: [
    {
      name: 'AzurePrivatePeering',
      properties: {
        peeringType: 'AzurePrivatePeering',
        state: 'Enabled',
        primaryPeerAddressPrefix: `172.16.${third}.0/30`,
        secondaryPeerAddressPrefix: `172.16.${third}.4/30`,
      },
    },
  ],
})
const [TWO, THREE, ONE] = ['10.1.0.0/16', '10.2.0.0/16', '10.3.0.0/16']
const via = (prefix: string, ...peers: string[]) =>
  peers.flatMap((peer) => learnedRoute(prefix, { instance: '10.0.4.12', peer, asPath: [12076, 65001] }))

/**
 * Two circuits in London and one in Amsterdam on one gateway; another gateway with its own circuit is independent of
 * them.
 */
const feed = createTestPollRecorder(db)
const tables = async (when: number, prefixes = [TWO, THREE, ONE]) => {
  await feed.learned(when, 'ergw', [
    ...(prefixes.includes(TWO) ? via(TWO, '10.0.4.4', '10.0.4.8') : []),
    ...via(THREE, '10.0.4.4', '10.0.4.6', '10.0.4.8'),
    ...via(ONE, '10.0.4.6'),
  ])
  await feed.learned(when, 'lonely', via('10.9.0.0/16', '10.64.4.4'))
}
beforeAll(async () => {
  await feed.inventory(NOW - 60_000, [
    createCircuitRow('ckt-lon', at('London', 0)),
    createCircuitRow('ckt-lon2', at('London', 1)),
    createCircuitRow('ckt-ams', at('Amsterdam', 2)),
    createCircuitRow('ckt-far', at('Sydney', 3)),
    createGatewayRow('ergw', 'ExpressRoute', 'hub'),
    createGatewayRow('lonely', 'ExpressRoute', 'other'),
    createNetworkRow('hub', ['10.0.0.0/16']),
    createNetworkRow('other', ['10.64.0.0/16']),
    createConnectionRow('lon', 'ergw', 'ckt-lon', 0),
    createConnectionRow('lon2', 'ergw', 'ckt-lon2', 0),
    createConnectionRow('ams', 'ergw', 'ckt-ams', 0),
    createConnectionRow('far', 'lonely', 'ckt-far', 0),
  ])
  await tables(NOW - 30_000)
  await feed.schedule(
    { resourceId: gatewayId('ergw'), kind: 'learned' },
    { resourceId: gatewayId('lonely'), kind: 'learned' },
  )
})

const shown = async (): Promise<DoubleLosses> => allApiEndpoints.n2.response.parse(await getN2(db, {}, NOW)).data
const work = (now = NOW) => runDoubleLossComputations(db, { now: () => now, signal, share: 1 })
const ask = () => computeN2(db, {}, 'everything', NOW)

it('is computed by nobody before somebody asks', async () => {
  expect(await shown()).toMatchObject({ state: 'none', cases: [], all: null, isCurrent: null })
  expect(await work()).toEqual({ run: 0 })
})

it('says what both strand together and neither alone, as the what-ifs do, the worst first', async () => {
  expect((await ask()).data).toMatchObject({ state: 'queued', requestedBy: expect.any(String) })
  expect(await work()).toEqual({ run: 1 })
  const data = await shown()
  expect(data.cases.length).toBeGreaterThan(0)
  expect(data).toMatchObject({ state: 'done', found: data.cases.length, notComputed: 0, error: null })
  expect(data.done).toBe(data.all)
  expect(data.independent).toBeGreaterThan(0)
  const strandedBy = async (lose: string) => {
    const read = parseWhatIfLosses(lose)
    if (!('terms' in read)) throw new Error(read.wrong)
    const caller = { costOfMonth: null }
    const { prefixes } = (await computeWhatIf(db, { lose: read.terms, change: [], rows: 'changed' }, caller, NOW)).data
    return new Map(prefixes.map((row) => [`${row.side} ${row.scope} ${row.prefix}`, row.outcome]))
  }
  for (const { lost, stranded, unknown } of data.cases) {
    const [a = '', b = ''] = lost.map(({ term }) => term)
    const [first, second, both] = [await strandedBy(a), await strandedBy(b), await strandedBy(`${a},${b}`)]
    const isNew = (outcome: string) =>
      [...both].filter(([key, own]) => own === outcome && first.get(key) !== own && second.get(key) !== own).length
    expect([a, b, stranded, unknown]).toEqual([a, b, isNew('stranded'), isNew('unknown')])
  }
  const counts = data.cases.map(({ stranded }) => stranded)
  expect(counts).toEqual(counts.toSorted((a, b) => b - a))
})

it('is not computed again from the same tables, and says so once they changed', async () => {
  await refreshSingleLosses(db, [], { now: () => NOW, signal, share: 1 })
  expect((await ask()).data).toMatchObject({ state: 'done', isCurrent: true })
  expect(await work()).toEqual({ run: 0 })
  await tables(NOW - 10_000, [THREE, ONE])
  await refreshSingleLosses(db, [], { now: () => NOW + 2_000, signal, share: 1 })
  expect(await shown()).toMatchObject({ state: 'done', isCurrent: false })
  expect((await ask()).data).toMatchObject({ state: 'queued', cases: [], isCurrent: null })
})

it('can be called off while it waits and while it goes on', async () => {
  expect((await cancelN2(db, {}, 'everything', NOW)).data.state).toBe('cancelled')
  expect(await work()).toEqual({ run: 0 })
  await ask()
  await startNextDoubleLossRun(db.pool, NOW)
  expect(await recordDoubleLossesProgress(db.pool, '', { done: 3, all: 10 })).toBe(true)
  expect(await shown()).toMatchObject({ state: 'running', done: 3, all: 10 })
  await cancelN2(db, {}, 'everything', NOW)
  expect(await recordDoubleLossesProgress(db.pool, '', { done: 4, all: 10 })).toBe(false)
})

it('goes on while progress can’t be noted, and waits for a database that is away', async () => {
  const failing = (statement: string): typeof db => {
    const refused = (text: unknown) => typeof text === 'string' && text.includes(statement)
    const pool = new Proxy(db.pool, {
      get: (target, key) => {
        if (key !== 'query') return Reflect.get(target, key, target) as unknown
        return (...asked: Parameters<typeof target.query>) =>
          refused(asked[0])
            ? Promise.reject(new Error('timeout exceeded when trying to connect'))
            : target.query(...asked)
      },
    })
    return { ...db, pool, transaction: db.transaction.bind(db) }
  }
  const workOn = (database: typeof db) => runDoubleLossComputations(database, { now: () => NOW, signal, share: 1 })
  await ask()
  expect(await workOn(failing('rests_on = $4'))).toEqual({ run: 0 })
  expect((await shown()).state).toBe('running')
  expect(await workOn(failing('pairs_done = $2'))).toEqual({ run: 1 })
  expect((await shown()).state).toBe('done')
})

it('is of the caller’s own scope', async () => {
  const scope = { subscriptions: [], customers: ['Nobody'] }
  expect((await computeN2(db, {}, scope, NOW)).data.state).toBe('queued')
  expect(await work()).toEqual({ run: 1 })
  const { data } = await getN2(await limitToAccessScope(db, scope, NOW), {}, NOW)
  expect(data).toMatchObject({ state: 'failed', error: expect.stringContaining('no table of routes was read yet') })
  expect((await shown()).state).not.toBe('failed')
})
