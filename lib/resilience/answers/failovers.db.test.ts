import fc from 'fast-check'
import { expect, it } from 'vitest'
import { allApiEndpoints } from '#lib/api/index.ts'
import { parseWhatIfLosses } from '#lib/contract/index.ts'
import { MS_PER_HOUR, MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { saveDeclarationsAsNewVersion } from '#lib/declarations/store/declarations.ts'
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
} from '#lib/questions/testing/record-feed.ts'
import { readSources } from '#lib/questions/index.ts'
import { countPrefixesByOutcome, formatFailoverRisk } from '../api/index.ts'
import { getFailovers, readFailoverRisks } from './failovers.ts'
import { getOutlook } from './outlook/answers.ts'
import { refreshOutlook } from './outlook/refresh-outlook.ts'
import { refreshSingleLosses } from './single-losses/refresh-single-losses.ts'
import { computeWhatIf } from './what-if.ts'

const db = withTestDatabase()
const T0 = Date.UTC(2026, 10, 20, 3)
const { signal } = new AbortController()

const CIRCUITS = ['ckt-lon', 'ckt-ams', 'ckt-par'] as const
/** Addresses of the edge routers of each circuit at the gateway. */
const EDGES = { 'ckt-lon': ['10.0.4.4', '10.0.4.5'], 'ckt-ams': ['10.0.4.6', '10.0.4.7'] } as const
const PREFIXES = ['10.1.0.0/16', '10.2.0.0/16', '10.2.7.0/24', '203.0.113.0/24', '0.0.0.0/0'] as const

const link = (third: number) => ({
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

/** Estate of a gateway with two circuits, and a third circuit at a gateway that was never read. */
const estate = [
  ...CIRCUITS.map((name, n) => createCircuitRow(name, link(n))),
  createGatewayRow('ergw', 'ExpressRoute', 'hub'),
  createGatewayRow('ergw-unread', 'ExpressRoute', 'other'),
  createNetworkRow('hub', ['10.0.0.0/16']),
  createNetworkRow('other', ['10.64.0.0/16']),
  createConnectionRow('lon', 'ergw', 'ckt-lon', 0),
  createConnectionRow('ams', 'ergw', 'ckt-ams', 0),
  createConnectionRow('par', 'ergw-unread', 'ckt-par', 0),
]
const idOf = (name: string) => computeShortId(circuitId(name))

/** Circuits that carry each prefix. */
const carried = fc.record(
  Object.fromEntries(PREFIXES.map((prefix) => [prefix, fc.subarray(['ckt-lon', 'ckt-ams'] as const)])),
)

let step = 0

/** @param isMapped whether the tables of the circuit paths are read, which tell the circuit of each edge router */
async function record(carriers: Record<string, readonly (keyof typeof EDGES)[]>, isMapped = true): Promise<number> {
  step += 1
  const now = T0 + step * 10 * MS_PER_MINUTE
  const feed = createTestPollRecorder(db)
  await feed.inventory(now - 5_000, estate)
  const rows = Object.entries(carriers).flatMap(([prefix, circuits]) =>
    circuits.flatMap((name) =>
      ['10.0.4.12', '10.0.4.13'].flatMap((instance) =>
        EDGES[name].map((peer) => learnedRoute(prefix, { instance, peer, asPath: [12076, 65001] })),
      ),
    ),
  )
  await feed.learned(now - 4_000, 'ergw', rows)
  for (const name of isMapped ? (['ckt-lon', 'ckt-ams'] as const) : [])
    for (const [path, host] of [
      ['primary', 1],
      ['secondary', 5],
    ] as const) {
      const own = Object.entries(carriers).flatMap(([prefix, circuits]) => (circuits.includes(name) ? [prefix] : []))
      const nextHop = `172.16.${CIRCUITS.indexOf(name)}.${host}`
      await feed.tables(
        now - 4_500,
        name,
        path,
        own.map((prefix) => pathRoute(prefix, { nextHop })),
      )
    }
  await feed.schedule(
    { resourceId: gatewayId('ergw'), kind: 'learned' },
    { resourceId: gatewayId('ergw-unread'), kind: 'learned' },
  )
  const window = (name: string, n: number) => ({
    id: name,
    title: `${name} maintenance`,
    from: new Date(now + (n + 1) * MS_PER_HOUR).toISOString(),
    to: new Date(now + (n + 1) * MS_PER_HOUR + MS_PER_MINUTE).toISOString(),
    recurrence: null,
    scopes: [idOf(name)],
    paths: [],
    note: '',
  })
  await db.transaction((client) =>
    saveDeclarationsAsNewVersion(client, { maintenance: CIRCUITS.map(window) }, { by: 'test', expected: null }),
  )
  await refreshSingleLosses(db, [], { now: () => now, signal, share: 1 })
  await refreshOutlook(db, [], { now: () => now, signal, share: 1 })
  return now
}

const read = async (now: number) => allApiEndpoints.failovers.response.parse(await getFailovers(db, {}, now)).data

it('is not computed before the first run', async () => {
  const now = T0
  await createTestPollRecorder(db).inventory(now - 5_000, estate)
  const [first] = await read(now)
  expect(first).toMatchObject({ circuitName: 'ckt-ams', effect: null, unknown: 'not_computed', risk: 'risk not known' })
})

it('is last known while polls of the route tables of its gateways are late', async () => {
  const now = await record({ '10.1.0.0/16': ['ckt-lon'] })
  const of = async (at: number, name: string) => (await read(at)).find(({ circuitName }) => circuitName === name)
  expect(await of(now, 'ckt-lon')).toMatchObject({ lastKnownAt: null })
  const late = await of(now + MS_PER_HOUR, 'ckt-lon')
  expect(Date.parse(late?.lastKnownAt ?? '')).toBeLessThanOrEqual(now)
  expect(late?.sentence).toMatch(/^If this fails: [^;]+(; [^;]+)*, last known at [\d-]+ [\d:]+ UTC; /)
  expect([(await of(now, 'ckt-lon'))?.risk, late?.risk]).toEqual(['1 prefix at risk', '1 prefix at risk, last known'])
  const risks = await readFailoverRisks(db.pool, await readSources(db.pool), now + MS_PER_HOUR)
  expect(risks.get(idOf('ckt-lon'))).toBe('1 prefix at risk, last known')
  // a gateway whose table was never read has no last known effect
  expect(await of(now + MS_PER_HOUR, 'ckt-par')).toMatchObject({ lastKnownAt: null })
})

it('the page, the simulation and the weeks ahead have the same numbers', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(carried, fc.boolean(), async (carriers, isMapped) => {
      const now = await record(carriers, isMapped)
      const failovers = await read(now)
      const { data: outlook } = allApiEndpoints.outlook.response.parse(await getOutlook(db, {}, now))
      const risks = await readFailoverRisks(db.pool, await readSources(db.pool), now)
      for (const name of ['ckt-lon', 'ckt-ams']) {
        const found = failovers.find(({ circuitName }) => circuitName === name)
        if (!found?.effect) throw new Error(`${name} has no effect`)
        const parsed = parseWhatIfLosses(idOf(name))
        if (!('terms' in parsed)) throw new Error(parsed.wrong)
        const asked = { lose: parsed.terms, change: [], rows: 'changed' as const }
        const simulated = allApiEndpoints.whatIf.response.parse(
          await computeWhatIf(db, asked, { costOfMonth: null }, now),
        )
        expect(found.effect).toEqual({ ...countPrefixesByOutcome(simulated.data.prefixes), unread: [] })
        const ahead = outlook.intervals.find(({ lost }) => lost.some(({ id }) => id === idOf(name)))
        expect(ahead?.strandedPrefixes).toBe(found.effect.cutOff)
        expect(found.nextWork).toMatchObject({
          title: `${name} maintenance`,
          cutOff: found.effect.unknown > 0 ? null : found.effect.cutOff,
        })
        const counted = `${found.effect.cutOff} prefix${found.effect.cutOff === 1 ? '' : 'es'} cut off`
        expect(ahead?.summary.startsWith(`${name} maintenance: `)).toBe(true)
        expect(ahead?.summary.includes('cut off')).toBe(found.effect.cutOff > 0 || ahead?.exposedBy !== 0)
        if (found.effect.cutOff > 0) {
          expect(ahead?.summary).toContain(counted)
          expect(found.sentence).toContain(`If this fails: ${counted}`)
        }
        expect([found.risk, risks.get(idOf(name)) ?? null]).toEqual([formatFailoverRisk(found), found.risk])
      }
    }),
    { numRuns: 8, examples: [[{ '10.1.0.0/16': ['ckt-lon'], '10.2.0.0/16': ['ckt-lon', 'ckt-ams'] }, true]] },
  )
})

it('is not known if routes of a gateway of the circuit were not read', async () => {
  const now = await record({ '10.1.0.0/16': ['ckt-lon'] })
  const found = (await read(now)).find(({ circuitName }) => circuitName === 'ckt-par')
  expect(found).toMatchObject({ effect: { cutOff: 0, unread: ['ergw-unread'] }, unknown: null, risk: 'risk not known' })
  expect(found?.sentence).toMatch(
    /^If this fails: not known: routes of ergw-unread were not read; never tested; \d+ of \d+ checks? (?:passed|failed), \d+ not evaluated; maintenance [\d-]+ [\d:]+ UTC$/,
  )
})

it('counts no check as passed whose data is missing', async () => {
  const now = await record({})
  for (const { checks } of await read(now)) {
    expect(checks.notEvaluated).toBeGreaterThan(0)
    expect(checks.passed + checks.notEvaluated).toBeLessThanOrEqual(checks.all)
  }
})
