import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { allApiCommands } from '#lib/api/index.ts'
import type { AccessRight } from '#lib/contract/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { getSqlExecutor } from '#lib/questions/index.ts'
import { createGatewayPeer } from '#lib/questions/testing/estate-feed.ts'
import { circuitId, createTestPollRecorder } from '#lib/questions/testing/record-feed.ts'
import { readCachedWhatIfData } from '#lib/resilience/answers/index.ts'
import { readPlan } from '../api/file/read-plan.ts'
import {
  filterId,
  PLANNED_AT as now,
  recordTestEstateForPlans,
  RECORDED_ESTATE_START,
} from '../testing/planned-estate.ts'
import { resolveAppliedPlan, checkPlan } from './check-plan.ts'

const db = withTestDatabase()
const folder = path.join(import.meta.dirname, '../testdata')

beforeAll(async () => {
  await recordTestEstateForPlans(db)
  await createTestPollRecorder(db).peers(RECORDED_ESTATE_START, 'ergw', [
    createGatewayPeer('10.0.4.12', '10.0.4.4'),
    createGatewayPeer('10.0.4.12', '10.0.4.5'),
  ])
})

const read = (file: string) => readPlan(readFileSync(path.join(folder, file), 'utf8'))

async function check(file: string, rights: AccessRight[] = ['read'], at = now) {
  const plan = read(file)
  const terms = plan.terms.map(({ term }) => term)
  const { data } = await checkPlan(db, allApiCommands.checkPlan.body.parse({ terms }), { rights: new Set(rights) }, at)
  return { plan, data: allApiCommands.checkPlan.response.shape.data.parse(data) }
}

/** Returns the effects of a plan, one line for each. */
async function effects(file: string): Promise<string[]> {
  const { plan, data } = await check(file)
  return [
    ...data.prefixes.map(({ prefix, side, outcome, reduced, after }) => {
      const by = [...new Set(after.map(({ circuitId: id }) => data.names[id ?? '']))].toSorted().join('+')
      return [side, prefix, reduced ? 'reduced' : outcome, by].filter(Boolean).join(' ')
    }),
    ...data.overlaps.map(({ prefix, overlaps, scopeName }) => `${prefix} overlaps ${overlaps} of ${scopeName}`),
    ...data.refused.map(({ why }) => `refused: ${why}`),
    ...data.oneWay.map(({ why }) => why),
    ...data.checks.map(({ kind, subject, after }) => `${kind} of ${subject}: ${after}`),
    ...data.mended.map(({ kind, subject }) => `${kind} of ${subject}: mended`),
    ...plan.unknown.map(({ at, attribute, why }) => `unknown ${at} ${attribute ?? ''}: ${why}`),
    ...data.unknown.map(({ term, why }) => `unknown ${plan.terms[term ?? -1]?.at}: ${why}`),
  ]
}

/** Expected effects, worked out manually from the tables above. */
const PLANS: Record<string, string[]> = {
  '01-weight.tfplan.json': ['azure 10.1.0.0/16 moves ckt-ams'],
  '02-weight-of-the-best.whatif.json': [],
  '03-prepend.json': ['azure 10.1.0.0/16 moves ckt-ams'],
  '04-withdraw-the-only.json': ['azure 10.2.0.0/16 stranded'],
  '05-withdraw.json': ['azure 10.1.0.0/16 moves ckt-ams'],
  '06-withdraw-what-nobody-announces.json': [
    'unknown entry 1: 10.2.0.0/16 is not among what the customer announces on ckt-ams by the tables read last',
  ],
  '07-bandwidth.tfplan.json': ['it can not be taken back in place: it has 2000 Mb/s, and less takes a new circuit'],
  '08-bandwidth-down.whatif.json': ['refused: it has 500 Mb/s, and less takes a new circuit'],
  '09-unlimited.tfplan.json': [
    'it can not be taken back in place: it is unlimited, and back to metered takes a new circuit',
  ],
  '10-premium.whatif.json': [],
  '11-peering-deleted.tfplan.json': [
    'azure 10.1.0.0/16 moves ckt-ams',
    'azure 10.2.0.0/16 stranded',
    'onprem 10.0.0.0/16 reduced ckt-ams',
  ],
  '12-peering-off.whatif.json': ['azure 10.9.0.0/16 stranded', 'onprem 10.0.0.0/16 reduced ckt-lon'],
  '13-circuit-deleted.tfplan.json': [
    'azure 10.9.0.0/16 stranded',
    'onprem 10.0.0.0/16 reduced ckt-lon',
    'two_locations of ergw: fail',
    'two_metros of ergw: fail',
  ],
  '14-connection-deleted.tfplan.json': [
    'azure 10.1.0.0/16 moves ckt-ams',
    'azure 10.2.0.0/16 stranded',
    'onprem 10.0.0.0/16 reduced ckt-ams',
    'two_locations of ergw: fail',
    'two_metros of ergw: fail',
  ],
  '15-gateway-larger.tfplan.json': [],
  '16-gateway-without-zones.whatif.json': [
    'refused: it has ErGw1AZ, which spreads over zones, and Standard takes a new gateway',
    'zone_redundant_sku of ergw: fail',
  ],
  '17-spoke.tfplan.json': [],
  '18-spoke-that-overlaps.whatif.json': ['10.2.7.0/24 overlaps 10.2.0.0/16 of ergw'],
  '19-filter.whatif.json': [
    'microsoft_365_premium of ckt-lon: fail',
    `unknown ${filterId}: which prefixes Microsoft announces for a community is in no answer of Azure: only checks are worked out`,
  ],
  '20-unknown.tfplan.json': [
    'unknown azurerm_firewall.hub : the model does not know this type of resource',
    'unknown azurerm_virtual_network_gateway.hub active_active: the model does not know this attribute',
    'unknown azurerm_express_route_circuit_peering.lon vlan_id: its sessions restart, and what comes then is not known',
    'unknown azurerm_route.default : user-defined routes precede those of BGP, and which machines they reroute is not modelled',
    `unknown azurerm_express_route_circuit.other: no circuit ${JSON.stringify(circuitId('ckt-nobody'))} is known: is its subscription monitored, and does the token see it?`,
  ],
}

describe('a plan', () => {
  it.each(readdirSync(folder).toSorted())('%s', async (file) => {
    expect(await effects(file)).toEqual(PLANS[file])
  })

  it('sends nothing of the file but changes', () => {
    const sent = readdirSync(folder).map((file) => JSON.stringify(read(file).terms.map(({ term }) => term)))
    expect(sent.join()).not.toMatch(/not to be sent|4711|Equinix/)
    expect(sent.join()).toContain(circuitId('ckt-lon'))
  })

  it('says how long sessions are down only where Microsoft does', async () => {
    const downOf = async (file: string) =>
      (await check(file)).data.downtime.map(({ sessions: _, unknownSessions: __, words: ___, ...one }) => one)
    const faq = 'https://learn.microsoft.com/azure/expressroute/expressroute-faqs'
    expect(await downOf('07-bandwidth.tfplan.json')).toEqual([
      { term: 0, atLeastSeconds: 0, atMostSeconds: 0, comesBack: true, source: faq },
    ])
    const unknown = { term: 0, atLeastSeconds: null, atMostSeconds: null, source: null }
    expect(await downOf('15-gateway-larger.tfplan.json')).toEqual([{ ...unknown, comesBack: true }])
    expect(await downOf('13-circuit-deleted.tfplan.json')).toEqual([{ ...unknown, comesBack: false }])
    expect(await downOf('08-bandwidth-down.whatif.json')).toEqual([])
  })

  it('counts sessions that are no longer polled as unknown, and names the tables that are old', async () => {
    const file = '15-gateway-larger.tfplan.json'
    const { data: fresh } = await check(file)
    const { data: stale } = await check(file, ['read'], now + 6 * 3_600_000)
    const counts = [fresh, stale].map(({ downtime: [down] }) => [down?.sessions, down?.unknownSessions])
    expect(counts).toEqual([
      [2, 0],
      [0, 2],
    ])
    expect(fresh.old).toEqual([])
    expect(stale.old).toContainEqual(
      expect.objectContaining({ scopeName: 'ergw', kind: 'learned', lastReadAt: expect.stringMatching(/^20/) }),
    )
  })

  it('judges a change that Azure refuses by what it requests', async () => {
    const terms = read('08-bandwidth-down.whatif.json').terms.map(({ term }) => term)
    const world = await readCachedWhatIfData(db, { at: undefined, now })
    const { refused, asked } = await resolveAppliedPlan(getSqlExecutor(db), terms, world, now)
    expect(refused).toHaveLength(1)
    expect(asked.change).toEqual([expect.objectContaining({ kind: 'bandwidth', mbps: 200 })])
  })

  it('refuses a bandwidth that the provider does not offer', async () => {
    const terms = [{ kind: 'bandwidth' as const, resource: circuitId('ckt-ams'), mbps: 5_000 }]
    const { refused } = await resolveAppliedPlan(
      getSqlExecutor(db),
      terms,
      await readCachedWhatIfData(db, { at: undefined, now }),
      now,
    )
    expect(refused.map(({ why }) => why)).toEqual([
      'the provider does not offer 5000 Mb/s: it has 200, 500, 1000, 2000',
    ])
  })

  it('says what it costs to those alone who may read costs', async () => {
    expect((await check('09-unlimited.tfplan.json')).data.cost).toBeNull()
    const { cost } = (await check('09-unlimited.tfplan.json', ['read', 'read_cost'])).data
    expect(cost).toEqual([expect.objectContaining({ what: expect.stringMatching(/^ckt-lon: /) })])
    expect(cost?.every(({ difference, unknownBecause }) => (difference === null) === (unknownBecause !== null))).toBe(
      true,
    )
  })
})
