import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { allApiEndpoints } from '#lib/api/index.ts'
import type { AzureAccess } from '#lib/azure/index.ts'
import { computeShortId, listEvents, listSources } from '#lib/history/index.ts'
import { getSourcesSummary } from '#lib/setup/answers/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { startWorker, type PollWorker } from '#lib/poller/index.ts'
import { createAzureClientForSimulator, waitUntilTrue, startAzure } from '#lib/poller/testing/lab.ts'
import { pairWithHub, type RunningSimulator } from '#lab/simulator/index.ts'
import { computeWhatIf } from '#lib/resilience/answers/index.ts'
import { lookUpRoutesToAddress } from '#lib/routes/answers/index.ts'
import { getGateway } from './gateways.ts'
import { getHub } from './hubs.ts'

const db = withTestDatabase()
const SUBSCRIPTION = '/subscriptions/00000000-c0de-4000-8000-0000000000f1'
const NETWORK = `${SUBSCRIPTION}/resourceGroups/rg-pair/providers/Microsoft.Network`
const REASON = 'Azure gives no routes for this connection'
const branch = (name: string, asn: number, prefix: string, noRoutes?: 'null' | 'empty' | '404') => ({
  name,
  site: `site-${name}`,
  asn,
  publicAddress: `198.51.100.${asn % 200}`,
  prefixes: [prefix],
  ...(noRoutes && { noRoutes }),
})

let simulator: RunningSimulator
let azure: AzureAccess
let worker: PollWorker | undefined

beforeAll(async () => {
  const [hub] = pairWithHub.hubs ?? []
  if (!hub) throw new Error('the scenario has no hub')
  // the profile `quick`, because the test waits for several polls of each table
  simulator = await startAzure(
    {
      ...pairWithHub,
      hubs: [
        {
          ...hub,
          vpn: {
            name: 'vpngw-vhub',
            connections: [
              branch('riga', 65101, '10.91.0.0/16', 'null'),
              branch('oslo', 65102, '10.92.0.0/16', 'empty'),
              branch('bern', 65103, '10.93.0.0/16', '404'),
              branch('lyon', 65104, '10.94.0.0/16'),
            ],
          },
        },
      ],
    },
    { profile: 'quick' },
  )
  azure = createAzureClientForSimulator(simulator)
  const second = 1_000
  const slow = 3_600 * second
  const intervals = { circuitsMs: slow, metricsMs: slow, activityMs: slow }
  worker = startWorker({
    db,
    azure,
    intervals: { ...intervals, sessionsMs: second, routesMs: second, inventoryMs: 10 * second },
  })
})
afterAll(async () => {
  await worker?.stop()
  azure?.close()
  await simulator?.close()
})

const tables = async () =>
  (await listSources(db.pool, {}))
    .filter(({ poll, resourceId }) => poll.kind === 'learned' && /\/(vpn|expressRoute)Gateways\//i.test(resourceId))
    .map(({ subresource, poll }) => ({ name: subresource.split('/').at(-1) ?? '', ...poll }))
const outcomes = async () =>
  Object.fromEntries((await tables()).map(({ name, lastOutcome }) => [name, lastOutcome] as const))
const startOf = async (name: string) => (await tables()).find((one) => one.name === name)?.lastStartedAt ?? 0
/** Waits until a table was polled again twice. */
async function polledAgain(name: string): Promise<void> {
  for (let polls = 0; polls < 2; polls += 1) {
    const last = await startOf(name)
    await waitUntilTrue(`${name} polled again`, async () => (await startOf(name)) > last)
  }
}
const connections = async () => {
  const { data } = allApiEndpoints.hub.response.parse(
    await getHub(db, computeShortId(`${NETWORK}/virtualHubs/vhub-pair`)),
  )
  return data.gateways
    .flatMap((gateway) => gateway.connections)
    .map(({ name, prefixes, unread }) => [name, prefixes, unread])
    .toSorted()
}

describe('a connection of a hub of which Azure gives no routes', { timeout: 120_000 }, () => {
  it('is unknown with its reason, after null, an empty list and a 404', async () => {
    const expected = { riga: 'not_given', oslo: 'not_given', bern: 'not_given', lyon: 'ok', 'conn-erc': 'ok' }
    await waitUntilTrue('every table polled', async () => {
      const now: Record<string, string> = await outcomes()
      return Object.entries(expected).every(([name, outcome]) => now[name] === outcome)
    })
    await polledAgain('oslo')
    expect(await outcomes()).toEqual(expected)
    expect(await connections()).toEqual([
      ['bern', null, REASON],
      ['conn-erc', 2, null],
      ['lyon', 1, null],
      ['oslo', null, REASON],
      ['riga', null, REASON],
    ])
    const { data } = await getSourcesSummary(db)
    expect(data).toMatchObject({ failing: 0, notGiven: 3 })
  })

  it('counts as unread in a look-up, with the reason', async () => {
    const found = allApiEndpoints.routeLookup.response.parse(await lookUpRoutesToAddress(db, { ip: '10.91.0.9' }))
    expect(found.covered).toBe(false)
    expect(found.uncovered?.filter(({ outcome }) => outcome === 'not_given')).toHaveLength(3)
  })

  it('leaves look-ups of other addresses certain, and what-ifs complete for other networks', async () => {
    const certain = await waitUntilTrue('a certain look-up', async () => {
      const { data, uncovered = [] } = await lookUpRoutesToAddress(db, { ip: '10.10.4.7' })
      return data.known === 'observed' && uncovered
    })
    expect(certain).toContainEqual(expect.objectContaining({ outcome: 'not_given' }))
    const complete = await waitUntilTrue('a complete what-if', async () => {
      const asked = { lose: [], change: [], at: undefined, rows: 'all' as const }
      const { covered, uncovered = [] } = await computeWhatIf(db, asked, { costOfMonth: null })
      return covered && uncovered
    })
    expect(complete).toContainEqual(expect.objectContaining({ outcome: 'not_given' }))
  })

  it('makes the loss of a circuit unknown for the hub, because the connection may have its prefixes', async () => {
    const id = computeShortId(`${NETWORK}/expressRouteCircuits/erc-pair`)
    const lose = [{ kind: 'resource' as const, id, text: id }]
    const asked = { lose, change: [], at: undefined, rows: 'all' as const }
    const { data } = await computeWhatIf(db, asked, { costOfMonth: null })
    const ofHub = data.prefixes.filter(({ scopeName, before }) => scopeName === 'vhub-pair' && before.length > 0)
    const lost = ofHub.filter(({ before }) => before.some(({ circuitId }) => circuitId === id))
    expect(lost.length).toBeGreaterThan(0)
    expect(lost.map(({ outcome }) => outcome)).toEqual(lost.map(() => 'unknown'))
  })

  it('keeps its last known table when Azure stops to give routes', async () => {
    const { id } = simulator.control.happen({ op: 'api-fault', fault: 'null', operation: 'hub.inbound' })
    await waitUntilTrue('no routes given', async () => {
      const now: Record<string, string> = await outcomes()
      return now.lyon === 'not_given' && now['conn-erc'] === 'not_given'
    })
    await polledAgain('lyon')
    const { rows } = await db.pool.query(
      `SELECT route.prefix::text FROM route JOIN source ON source.id = route.source_id
       WHERE source.subresource LIKE '%/lyon' AND route.attributes_id IS NOT NULL`,
    )
    expect(rows).toEqual([{ prefix: '10.94.0.0/16' }])
    // the number is unknown as soon as the last known table is stale, which depends on the speed of this machine
    const [, prefixes, unread] = (await connections()).find(([name]) => name === 'lyon') ?? []
    expect([prefixes === 1 || prefixes === null, unread]).toEqual([true, REASON])
    const late = Date.now() + 3_600_000
    const gateway = await getGateway(db, computeShortId(`${NETWORK}/expressRouteGateways/ergw-vhub`), late)
    expect(gateway).toMatchObject({
      data: { state: 'unknown', reason: 'Azure gives no routes for its connections.' },
      freshness: { latePollAt: null, missing: { notPolled: 0, unanswered: 1, of: 1 } },
    })
    simulator.control.restore(id)
    await waitUntilTrue('given again', async () => (await outcomes()).lyon === 'ok')
  })

  it('keeps its last known table after an empty list, if its BGP works', async () => {
    const fault = { op: 'api-fault', fault: 'empty-table', operation: 'hub.inbound' } as const
    const { id } = simulator.control.happen(fault)
    await waitUntilTrue('no routes given', async () => (await outcomes()).lyon === 'not_given')
    await polledAgain('lyon')
    expect((await connections()).filter(([name, prefixes]) => name === 'lyon' && prefixes === 0)).toEqual([])
    expect((await outcomes()).lyon).toBe('not_given')
    simulator.control.restore(id)
    await waitUntilTrue('given again', async () => (await outcomes()).lyon === 'ok')
  })

  it('has lost its routes after an empty list, if Azure gave them before', async () => {
    const { id } = simulator.control.happen({ op: 'hub-loss', hub: 'vhub-pair', name: 'lyon' })
    await waitUntilTrue('empty', async () =>
      (await connections()).some(([name, count]) => name === 'lyon' && count === 0),
    )
    simulator.control.restore(id)
    expect((await outcomes()).lyon).toBe('ok')
  })

  it('never raised an event of the collector', async () => {
    const { rows } = await listEvents(db.pool, { limit: 100 })
    expect(rows.filter(({ kind }) => /collector|nothing_polled/.test(kind))).toEqual([])
  })
})
