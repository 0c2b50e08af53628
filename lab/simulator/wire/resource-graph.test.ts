/** Resource Graph's changes, queried over HTTP at virtual time. */
import { describe, expect, it } from 'vitest'
import { MS_PER_MINUTE, MS_PER_SECOND } from '#lib/contract/time/time.ts'
import { getArmErrorOfResponse, type TestSimulator, startTestSimulator } from '../http/testing.ts'
import { createProfileWithChoices } from '../profile/profiles.ts'
import type { ScenarioInput } from '../schema.ts'
import { oneCircuitScenario } from '../scenarios/pair.ts'
import { type UntypedJsonObject, TEST_TIMELINE_ORIGIN, ONE_CIRCUIT_GROUP_ARM_ID } from '../testing.ts'

const GRAPH = '/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01'
const happenings: ScenarioInput['happenings'] = [
  { id: 'weight', op: 'configuration', kind: 'connection', name: 'cxn-pair', set: { weight: 7 }, at: '-2d', caller: 'a@b.example' },
  { id: 'vlan', op: 'configuration', kind: 'peering', name: 'erc-pair', child: 'AzurePrivatePeering', set: { vlan: 200 }, at: '-3h', until: '-1h', logged: false },
  { id: 'gone', op: 'configuration', kind: 'gateway', name: 'gw-pair', absent: true, at: '-60s', caller: 'deploy-app' },
  { id: 'old', op: 'configuration', kind: 'connection', name: 'cxn-pair', set: { weight: 3 }, at: '-20d', until: '-19d' },
] // biome-ignore format: a list
const world: ScenarioInput = { ...oneCircuitScenario, past: '28d', happenings }

const ask = (azure: TestSimulator, query: string, options: object = {}, more: object = {}) =>
  azure.send('POST', GRAPH, { body: JSON.stringify({ query, options, ...more }) })
const rowsOf = (given: { json: UntypedJsonObject }) => given.json.data as UntypedJsonObject[]
const ALL = 'resourcechanges | order by todatetime(properties.changeAttributes.timestamp) asc'

describe('resourcechanges', () => {
  it('has who, with what client, before and after, of 14 days', async () => {
    await using azure = await startTestSimulator(world, 'azure')
    azure.pass(5 * MS_PER_MINUTE)
    const given = await ask(azure, ALL)
    expect(given.status).toBe(200)
    const changes = rowsOf(given).map((r) => r.properties as UntypedJsonObject)
    expect(changes.map((p) => [p.changeType, p.targetResourceType])).toEqual([
      ['Update', 'microsoft.network/connections'],
      ['Update', 'microsoft.network/expressroutecircuits'],
      ['Update', 'microsoft.network/expressroutecircuits'],
      ['Delete', 'microsoft.network/virtualnetworkgateways'],
    ])
    expect(changes[0]).toMatchObject({
      targetResourceId: `${ONE_CIRCUIT_GROUP_ARM_ID}/connections/cxn-pair`,
      changeAttributes: {
        timestamp: new Date(TEST_TIMELINE_ORIGIN - 2 * 1440 * MS_PER_MINUTE).toISOString(),
        changedBy: 'a@b.example',
        changedByType: 'User',
        clientType: 'Azure Portal',
        operation: 'microsoft.network/connections/write',
        changesCount: 1,
      },
      changes: { 'properties.routingWeight': { previousValue: 0, newValue: 7, propertyChangeType: 'Update' } },
    })
    expect(changes[1]).toMatchObject({
      changeAttributes: { changedByType: 'System' },
      changes: { 'properties.peerings[0].properties.vlanId': { previousValue: 100, newValue: 200 } },
    })
    expect(changes[3]).toMatchObject({ changeAttributes: { changedByType: 'Application' } })
  })
  it('lags behind the change by seconds to minutes, and has none for POSTs', async () => {
    await using azure = await startTestSimulator(
      { ...oneCircuitScenario, happenings: [{ ...happenings?.[2], at: '+0s' } as never] },
      'azure',
    )
    await azure.send(
      'POST',
      `${ONE_CIRCUIT_GROUP_ARM_ID}/expressRouteCircuits/erc-pair/peerings/AzurePrivatePeering/arpTables/primary?api-version=1`,
    )
    azure.pass(10 * MS_PER_SECOND)
    expect(rowsOf(await ask(azure, ALL))).toEqual([])
    azure.pass(3 * MS_PER_MINUTE)
    expect(rowsOf(await ask(azure, ALL))).toHaveLength(1)
  })
  it.each([
    ["resourcechanges | where properties.targetResourceType =~ 'Microsoft.Network/connections' | project id", 1],
    ["resourcechanges | where properties.targetResourceId in~ ('x', 'y')", 0],
    ['resourcechanges | where todatetime(properties.changeAttributes.timestamp) > ago(4h)', 3],
    [
      "resourcechanges | extend by = tostring(properties['changeAttributes'].changedBy) | where by == 'deploy-app' or by has 'a'",
      2,
    ],
    ["resourcechanges | where (properties.changeType != 'Delete' and name != '') | take 2", 2],
    [`resourcechanges | where todatetime(properties.changeAttributes.timestamp) < datetime(2026-11-17T00:00:00Z)`, 1],
  ])('%s', async (query, count) => {
    await using azure = await startTestSimulator(world, 'azure')
    azure.pass(5 * MS_PER_MINUTE)
    const given = await ask(azure, query)
    expect([given.status, rowsOf(given)?.length]).toEqual([200, count])
  })
  it('is of the subscriptions asked for, in pages', async () => {
    await using azure = await startTestSimulator(world, 'azure')
    azure.pass(5 * MS_PER_MINUTE)
    expect(rowsOf(await ask(azure, ALL, {}, { subscriptions: ['00000000-0000-0000-0000-000000000000'] }))).toEqual([])
    const first = await ask(azure, ALL, { $top: 3 })
    expect([first.json.count, first.json.totalRecords]).toEqual([3, 4])
    const second = await ask(azure, ALL, { $top: 3, $skipToken: first.json.$skipToken })
    expect([...rowsOf(first), ...rowsOf(second)]).toEqual(rowsOf(await ask(azure, ALL)))
    expect(second.json.$skipToken).toBeUndefined()
  })
  it.each([
    'resourcecontainers',
    'resourcechanges | summarize count()',
    'resourcechanges | where f(x) == 1',
    'resourcechanges | where ;',
  ])('refuses %s', async (query) => {
    await using azure = await startTestSimulator(world, 'azure')
    expect((await ask(azure, query)).status).toBe(400)
  })
  it('takes 15 queries of a user in 5 seconds, and says what is left', async () => {
    await using azure = await startTestSimulator(world, 'azure')
    const left: (string | null)[] = []
    for (let n = 0; n < 15; n++)
      left.push((await ask(azure, 'resourcechanges | take 0')).headers.get('x-ms-user-quota-remaining'))
    expect([left[0], left[14]]).toEqual(['14', '0'])
    const refused = await ask(azure, ALL)
    expect([
      refused.status,
      getArmErrorOfResponse(refused).code,
      refused.headers.get('x-ms-user-quota-resets-after'),
    ]).toEqual([429, 'RateLimiting', '00:00:05'])
    azure.pass(5 * MS_PER_SECOND)
    expect((await ask(azure, ALL)).status).toBe(200)
  })
  it('may be refused', async () => {
    await using azure = await startTestSimulator(world, createProfileWithChoices('azure', { resourceGraph: false }))
    expect((await ask(azure, ALL)).status).toBe(403)
  })
})

describe('resources', () => {
  it('has circuits and the resources of other types, with the ids to which they refer', async () => {
    const others = [
      {
        name: 'group',
        group: 'rg-pair',
        type: 'Microsoft.Network/interconnectGroups',
        of: [`${ONE_CIRCUIT_GROUP_ARM_ID}/x`],
      },
    ]
    await using azure = await startTestSimulator({ ...world, others }, 'azure')
    const given = await ask(
      azure,
      "resources | where type !in~ ('microsoft.network/connections') | where tostring(properties) contains '/x' or type contains 'circuit' | project id, type | order by id asc",
    )
    expect(rowsOf(given)).toEqual([
      {
        id: `${ONE_CIRCUIT_GROUP_ARM_ID}/expressRouteCircuits/erc-pair`,
        type: 'microsoft.network/expressroutecircuits',
      },
      { id: `${ONE_CIRCUIT_GROUP_ARM_ID}/interconnectGroups/group`, type: 'microsoft.network/interconnectgroups' },
    ])
  })
})
