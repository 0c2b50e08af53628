/**
 * The Activity Log with entries of pollers, and other data that the profile `azure` shows late or omits, over HTTP at
 * virtual time.
 */
import { expect, it, describe } from 'vitest'
import { MS_PER_MINUTE, MS_PER_SECOND } from '#lib/contract/time/time.ts'
import { getArmErrorOfResponse, type TestSimulator, startTestSimulator } from '../http/testing.ts'
import { SIMULATOR_PROFILES, createProfileWithChoices } from '../profile/profiles.ts'
import type { ScenarioInput } from '../schema.ts'
import { builtInEstateScenario } from '../scenarios/estate.ts'
import { oneCircuitScenario } from '../scenarios/pair.ts'
import { type UntypedJsonObject, TEST_TIMELINE_ORIGIN, ONE_CIRCUIT_GROUP_ARM_ID } from '../testing.ts'

const VERSION = 'api-version=2024-03-01'
const SUBSCRIPTION = '/subscriptions/00000000-c0de-4000-8000-0000000000f1'
const GATEWAY = `${ONE_CIRCUIT_GROUP_ARM_ID}/virtualNetworkGateways/gw-pair`
const CIRCUIT = `${ONE_CIRCUIT_GROUP_ARM_ID}/expressRouteCircuits/erc-pair`
const PEERS = `${GATEWAY}/getBgpPeerStatus?${VERSION}`
const ARP = `${CIRCUIT}/peerings/AzurePrivatePeering/arpTables/primary?${VERSION}`
const IDENTITY = '00000000-c0de-4000-8000-0000000000aa'
const iso = (at: number) => new Date(at).toISOString()
/** Without refusals, so that the log contains only the entries that a test counts. */
const free = { ...SIMULATOR_PROFILES.azure, arm: null, network: null, lock: null }

const logFilter = (also = '') =>
  `$filter=${encodeURIComponent(`eventTimestamp ge '${iso(TEST_TIMELINE_ORIGIN - MS_PER_MINUTE)}' and eventTimestamp le '${iso(TEST_TIMELINE_ORIGIN + 600 * MS_PER_MINUTE)}'${also}`)}`
async function events(azure: TestSimulator, also = '', select = ''): Promise<UntypedJsonObject[]> {
  const all: UntypedJsonObject[] = []
  let target: string | undefined =
    `${SUBSCRIPTION}/providers/Microsoft.Insights/eventtypes/management/values?${VERSION}&${logFilter(also)}${select}`
  while (target) {
    const { status, json }: { status: number; json: UntypedJsonObject } = await azure.send('GET', target)
    expect(status).toBe(200)
    all.push(...((json.value ?? []) as UntypedJsonObject[]))
    target = json.nextLink as string | undefined
  }
  return all
}
interface MetricAnswer {
  readonly value: readonly { readonly timeseries: readonly { readonly data: readonly UntypedJsonObject[] }[] }[]
}
const pointsOf = (json: UntypedJsonObject): readonly UntypedJsonObject[] =>
  (json as unknown as MetricAnswer).value.flatMap((m) => m.timeseries.flatMap((t) => t.data))
const valueOf = (field: unknown): unknown => (field as { value: unknown }).value

describe('the Activity Log', () => {
  it('has one to three entries for each POST, by the identity that polls, and shows them late', async () => {
    await using azure = await startTestSimulator(oneCircuitScenario, free)
    for (let n = 0; n < 30; n++) {
      await azure.send('POST', PEERS, { principal: 'collector-2' })
      azure.pass(MS_PER_SECOND)
    }
    azure.pass(2 * MS_PER_MINUTE)
    expect(await events(azure)).toEqual([])
    azure.pass(30 * MS_PER_MINUTE)
    const found = await events(azure)
    const ofOperation = [...Map.groupBy(found, (e) => String(e.correlationId)).values()]
    expect(ofOperation).toHaveLength(30)
    expect(
      new Set(
        ofOperation.map((list) =>
          list
            .map((e) => valueOf(e.status))
            .sort()
            .join(),
        ),
      ),
    ).toEqual(new Set(['Succeeded', 'Started,Succeeded', 'Accepted,Started,Succeeded']))
    expect(found[0]).toMatchObject({
      caller: 'collector-2',
      operationName: { value: 'microsoft.network/virtualnetworkgateways/getbgppeerstatus/action' },
      resourceId: GATEWAY,
      resourceGroupName: 'rg-pair',
    })
    const late = found.map((e) => Date.parse(String(e.submissionTimestamp)) - Date.parse(String(e.eventTimestamp)))
    expect(Math.min(...late)).toBeGreaterThanOrEqual(3 * MS_PER_MINUTE)
    expect(Math.max(...late)).toBeLessThanOrEqual(20 * MS_PER_MINUTE)
  })
  it('has an entry for what was refused because of a lock', async () => {
    await using azure = await startTestSimulator(oneCircuitScenario, { ...free, lock: { conflicts: 0 } })
    await azure.send('POST', ARP)
    await azure.send('POST', ARP)
    azure.pass(40 * MS_PER_MINUTE)
    const failed = (await events(azure)).filter((e) => valueOf(e.status) === 'Failed')
    expect(failed).toMatchObject([
      {
        operationName: { value: 'microsoft.network/expressroutecircuits/peerings/arptables/action' },
        resourceId: `${CIRCUIT}/peerings/AzurePrivatePeering`,
        caller: IDENTITY,
      },
    ])
  })
  it('is filtered by group, resource, provider or correlation, but not by caller', async () => {
    await using azure = await startTestSimulator(oneCircuitScenario, free)
    await azure.send('POST', PEERS)
    await azure.send('POST', ARP)
    azure.pass(40 * MS_PER_MINUTE)
    const all = await events(azure)
    const { correlationId } = all[0] ?? {}
    expect(await events(azure, ` and resourceGroupName eq 'RG-PAIR'`)).toEqual(all)
    expect(await events(azure, ` and resourceProvider eq 'Microsoft.Compute'`)).toEqual([])
    expect(await events(azure, ` and resourceUri eq '${GATEWAY}'`)).toEqual(all.filter((e) => e.resourceId === GATEWAY))
    expect(await events(azure, ` and correlationId eq '${String(correlationId)}'`)).toEqual(
      all.filter((e) => e.correlationId === correlationId),
    )
    const refused = await azure.send(
      'GET',
      `${SUBSCRIPTION}/providers/Microsoft.Insights/eventtypes/management/values?${VERSION}&${logFilter(` and caller eq '${IDENTITY}'`)}`,
    )
    expect(refused.status).toBe(400)
  })
  it('gives the selected fields only', async () => {
    await using azure = await startTestSimulator(oneCircuitScenario, free)
    await azure.send('POST', PEERS)
    azure.pass(40 * MS_PER_MINUTE)
    const [event] = await events(azure, '', '&$select=eventTimestamp,caller')
    expect(Object.keys(event ?? {}).sort()).toEqual(['caller', 'eventTimestamp'])
  })
  it('gives every entry once over its pages, though others appear meanwhile', async () => {
    await using azure = await startTestSimulator({ ...oneCircuitScenario, protocol: { pageSize: 1 } }, free)
    for (let n = 0; n < 60; n++) {
      await azure.send('POST', PEERS)
      azure.pass(MS_PER_SECOND)
    }
    azure.pass(60 * MS_PER_MINUTE)
    for (let n = 0; n < 60; n++) {
      await azure.send('POST', PEERS)
      azure.pass(MS_PER_SECOND)
    }
    azure.pass(3 * MS_PER_MINUTE)
    let target: string | undefined =
      `${SUBSCRIPTION}/providers/Microsoft.Insights/eventtypes/management/values?${VERSION}&${logFilter()}`
    const ids: string[] = []
    while (target) {
      const { json }: { json: UntypedJsonObject } = await azure.send('GET', target)
      ids.push(...(json.value as UntypedJsonObject[]).map((e) => String(e.eventDataId)))
      target = json.nextLink as string | undefined
      azure.pass(MS_PER_MINUTE)
    }
    expect(ids.length).toBeGreaterThan(60)
    expect(new Set(ids).size).toBe(ids.length)
  })
})

describe('counters and metrics', () => {
  const busy: ScenarioInput = oneCircuitScenario
  it('stats stay the same for minutes, then catch up', async () => {
    await using azure = await startTestSimulator(busy, free)
    const read = async () => Number((await azure.send('GET', `${CIRCUIT}/stats?${VERSION}`)).json.primaryBytesIn)
    const seen: number[] = []
    for (let n = 0; n < 21; n++) {
      seen.push(await read())
      azure.pass(MS_PER_MINUTE)
    }
    const steps = seen.slice(1).filter((v, n) => v !== seen[n])
    expect(steps).toHaveLength(4)
    expect(seen.toSorted((a, b) => a - b)).toEqual(seen)
  })
  it('bytes of an ExpressRoute connection are measured and not counted', async () => {
    await using azure = await startTestSimulator(busy, free)
    const connection = `${ONE_CIRCUIT_GROUP_ARM_ID}/connections/cxn-pair`
    const { properties } = (await azure.send('GET', `${connection}?${VERSION}`)).json
    expect(properties).toMatchObject({ ingressBytesTransferred: 0, egressBytesTransferred: 0 })
    const metrics = `${connection}/providers/Microsoft.Insights/metrics?${VERSION}&metricnames=BitsInPerSecond`
    const { json } = await azure.send(
      'GET',
      `${metrics}&timespan=${iso(TEST_TIMELINE_ORIGIN - 20 * MS_PER_MINUTE)}/${iso(TEST_TIMELINE_ORIGIN - 10 * MS_PER_MINUTE)}`,
    )
    const [point] = pointsOf(json)
    expect(point?.average).toBeGreaterThan(0)
  })
  it('bytes of a VPN connection are counted', async () => {
    await using azure = await startTestSimulator(builtInEstateScenario, free)
    const { json } = await azure.send(
      'GET',
      `/subscriptions/00000000-c0de-4000-8000-000000000001/resourceGroups/rg-contoso-hub/providers/Microsoft.Network/connections/cxn-vpn-leeds?${VERSION}`,
    )
    expect(Number((json.properties as UntypedJsonObject).ingressBytesTransferred)).toBeGreaterThan(0)
  })
  it.each([
    [CIRCUIT, 'BgpAvailability', 'PT1M', 2, 5],
    [GATEWAY, 'ExpressRouteGatewayBitsPerSecond', 'PT5M', 5, 10],
  ])('%s: the newest point of %s is minutes old', async (resource, name, interval, least, most) => {
    await using azure = await startTestSimulator(busy, free)
    const span = `timespan=${iso(TEST_TIMELINE_ORIGIN - 60 * MS_PER_MINUTE)}/${iso(TEST_TIMELINE_ORIGIN)}&interval=${interval}`
    const { json } = await azure.send(
      'GET',
      `${resource}/providers/Microsoft.Insights/metrics?${VERSION}&metricnames=${name}&${span}`,
    )
    const data = pointsOf(json)
    const known = data.filter((p) => p.average !== undefined)
    const grain = interval === 'PT1M' ? MS_PER_MINUTE : 5 * MS_PER_MINUTE
    const age = TEST_TIMELINE_ORIGIN - Date.parse(String(known.at(-1)?.timeStamp)) - grain
    expect(age).toBeGreaterThanOrEqual((least - 5) * MS_PER_MINUTE)
    expect(age).toBeLessThanOrEqual(most * MS_PER_MINUTE + grain)
    expect(known.length).toBeLessThan(data.length)
  })
  it('a batch holds one type in one region', async () => {
    await using azure = await startTestSimulator(busy, free)
    const batch = (ids: string[]) =>
      azure.send('POST', `${SUBSCRIPTION}/metrics:getBatch?${VERSION}&metricnames=BitsInPerSecond`, {
        body: JSON.stringify({ resourceids: ids }),
      })
    expect((await batch([CIRCUIT])).status).toBe(200)
    expect((await batch([CIRCUIT, `${ONE_CIRCUIT_GROUP_ARM_ID}/connections/cxn-pair`])).status).toBe(400)
    expect((await batch(Array.from({ length: 51 }, () => CIRCUIT))).status).toBe(400)
  })
})

describe('versions', () => {
  const get = async (cloud: 'public' | 'government' | 'china', version: string) => {
    await using azure = await startTestSimulator(oneCircuitScenario, createProfileWithChoices('azure', { cloud }))
    return await azure.send('GET', `${GATEWAY}?api-version=${version}`)
  }
  it.each([
    ['public', '2026-01-01', 200],
    ['government', '2024-03-01', 200],
    ['government', '2026-01-01', 400],
    ['china', '2024-03-01', 400],
    ['china', '2023-09-01', 200],
  ] as const)('%s, %s: %s', async (cloud, version, status) => {
    expect((await get(cloud, version)).status).toBe(status)
  })
  it('lists the supported ones where it refuses', async () => {
    const { code, message } = getArmErrorOfResponse(await get('government', '2026-01-01'))
    expect(code).toBe('NoRegisteredProviderFound')
    expect(message).toMatch(
      /^No registered resource provider found for location 'westeurope' and API version '2026-01-01' for type 'virtualNetworkGateways'\. The supported api-versions are '2020-11-01, .*, 2024-03-01'\. The supported locations are 'westeurope'\.$/,
    )
  })
  it('refuses only Microsoft.Network’s', async () => {
    await using azure = await startTestSimulator(
      oneCircuitScenario,
      createProfileWithChoices('azure', { cloud: 'china' }),
    )
    expect((await azure.send('GET', `${SUBSCRIPTION}/resourcegroups?api-version=2025-04-01`)).status).toBe(200)
    expect((await azure.send('POST', `${PEERS.replace(/=.*/, '=2026-01-01')}`)).status).toBe(400)
  })
})
