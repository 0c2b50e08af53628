/** Requests that the profile `azure` refuses, sent over HTTP at virtual time. */
import { describe, expect, it } from 'vitest'
import { MS_PER_MINUTE, MS_PER_SECOND } from '#lib/contract/time/time.ts'
import { SIMULATOR_PROFILES, createProfileWithChoices } from '../profile/profiles.ts'
import type { ScenarioInput } from '../schema.ts'
import { oneCircuitScenario } from '../scenarios/pair.ts'
import { ONE_CIRCUIT_GROUP_ARM_ID } from '../testing.ts'
import { type TestSimulator, getArmErrorOfResponse, startTestSimulator } from '../http/testing.ts'

const VERSION = 'api-version=2024-05-01'
const GATEWAY = `${ONE_CIRCUIT_GROUP_ARM_ID}/virtualNetworkGateways/gw-pair`
const CIRCUIT = `${ONE_CIRCUIT_GROUP_ARM_ID}/expressRouteCircuits/erc-pair`
const PEERS = `${GATEWAY}/getBgpPeerStatus?${VERSION}`
const LEARNED = `${GATEWAY}/getLearnedRoutes?${VERSION}`
const arp = (path: string) => `${CIRCUIT}/peerings/AzurePrivatePeering/arpTables/${path}?${VERSION}`
const SUBSCRIPTION = '00000000-c0de-4000-8000-0000000000f1'
const GROUPS = `/subscriptions/${SUBSCRIPTION}/resourcegroups?${VERSION}`
const OTHER = 'aaaaaaaa-0000-4000-8000-000000000001'

/** Sends this many requests, each immediately after the previous one. */
async function drain(azure: TestSimulator, times: number, method: 'GET' | 'POST', target: string, principal?: string) {
  const statuses: number[] = []
  for (let n = 0; n < times; n++)
    statuses.push((await azure.send(method, target, principal === undefined ? {} : { principal })).status)
  return statuses
}

/** Follows an operation until it ends, with the given Retry-After between requests. Returns how long it took. */
async function finish(azure: TestSimulator, first: Awaited<ReturnType<TestSimulator['send']>>) {
  let waited = 0
  let given = first
  while (given.status === 202) {
    const pause = Number(given.headers.get('retry-after')) * MS_PER_SECOND
    azure.pass(pause)
    waited += pause
    given = await azure.send('GET', given.headers.get('location') ?? '')
  }
  return { given, waited }
}

describe('a locked resource', () => {
  it('refuses a second operation with 429, naming what runs and where, until that one ends', async () => {
    await using azure = await startTestSimulator(
      oneCircuitScenario,
      createProfileWithChoices('azure', { conflicts: 0 }),
    )
    const first = await azure.send('POST', PEERS)
    expect([first.status, first.headers.get('retry-after')]).toEqual([202, '10'])
    azure.pass(MS_PER_SECOND)
    const second = await azure.send('POST', LEARNED)
    const { code, details } = getArmErrorOfResponse(second)
    expect([second.status, code, details?.[0]?.code]).toEqual([
      429,
      'RetryableError',
      'RetryableErrorDueToAnotherOperation',
    ])
    expect(details?.[0]?.message).toMatch(
      /^Operation GetBgpPeerStatusOperation \([0-9a-f-]{36}\) is updating resource \/subscriptions\/.*\/virtualNetworkGateways\/gw-pair\. The call can be retried in \d+ seconds\.$/,
    )
    const wait = Number(second.headers.get('retry-after')) * MS_PER_SECOND
    expect(details?.[0]?.message).toContain(`retried in ${wait / MS_PER_SECOND} seconds`)
    azure.pass(wait - MS_PER_SECOND)
    expect((await azure.send('POST', LEARNED)).status).toBe(429)
    azure.pass(MS_PER_SECOND)
    expect((await azure.send('POST', LEARNED)).status).toBe(202)
  })
  it('is the circuit with both its paths, spelled in any case', async () => {
    await using azure = await startTestSimulator(
      oneCircuitScenario,
      createProfileWithChoices('azure', { conflicts: 0 }),
    )
    expect((await azure.send('POST', arp('primary'))).status).toBe(202)
    const second = await azure.send('POST', arp('secondary').toUpperCase().replace('API-VERSION', 'api-version'))
    expect(getArmErrorOfResponse(second).details?.[0]?.message).toContain('GetExpressRouteCircuitArpTableOperation')
  })
  it('locks neither another resource nor any GET', async () => {
    await using azure = await startTestSimulator(oneCircuitScenario, 'azure')
    await azure.send('POST', PEERS)
    expect((await azure.send('POST', arp('primary'))).status).toBe(202)
    expect((await azure.send('GET', `${GATEWAY}?${VERSION}`)).status).toBe(200)
    expect((await azure.send('GET', `${CIRCUIT}/stats?${VERSION}`)).status).toBe(200)
  })
  it('says the same as 409 with the place of the running operation', async () => {
    await using azure = await startTestSimulator(
      oneCircuitScenario,
      createProfileWithChoices('azure', { conflicts: 1 }),
    )
    const first = await azure.send('POST', PEERS)
    const second = await azure.send('POST', LEARNED)
    expect([second.status, getArmErrorOfResponse(second).code]).toEqual([409, 'AnotherOperationInProgress'])
    expect(getArmErrorOfResponse(second).message).toContain(`use uri: ${first.headers.get('location')}.`)
  })
  it('mixes both by their share', async () => {
    await using azure = await startTestSimulator(
      oneCircuitScenario,
      createProfileWithChoices('azure', { conflicts: 0.5 }),
    )
    await azure.send('POST', PEERS)
    const statuses = new Set<number>()
    for (let n = 0; n < 20; n++) {
      azure.pass(10)
      statuses.add((await azure.send('POST', LEARNED)).status)
    }
    expect([...statuses].sort()).toEqual([409, 429])
  })
  it('is not locked by the profile quick', async () => {
    await using azure = await startTestSimulator(oneCircuitScenario, 'quick')
    expect(await drain(azure, 3, 'POST', PEERS)).toEqual([202, 202, 202])
  })
})

describe('the run time of an operation', () => {
  const { gateway, circuit, unreachable } = SIMULATOR_PROFILES.azure.operations ?? {}
  const spans = async (scenario: ScenarioInput, target: string, rounds: number) => {
    await using azure = await startTestSimulator(scenario, 'azure')
    const taken: number[] = []
    for (let n = 0; n < rounds; n++) {
      const { given, waited } = await finish(azure, await azure.send('POST', target))
      expect([given.status, Array.isArray(given.json.value)]).toEqual([200, true])
      taken.push(waited)
    }
    return taken.sort((a, b) => a - b)
  }
  it.each([
    ['gateways', PEERS, gateway],
    ['circuits', arp('primary'), circuit],
  ])('of %s lies within its bounds and has a long tail', async (_, target, figures) => {
    const taken = await spans(oneCircuitScenario, target, 60)
    // rounded up to the 10 s of Retry-After
    expect(taken[0]).toBe(10 * MS_PER_SECOND)
    expect(taken.at(-1)).toBeGreaterThanOrEqual((figures?.most ?? 0) * 0.6)
    expect(taken.at(-1)).toBeLessThanOrEqual(figures?.most ?? 0)
    expect(taken[30]).toBeLessThanOrEqual(20 * MS_PER_SECOND)
  })
  it.each([
    ['a gateway instance', { op: 'instance-loss', gateway: 'gw-pair', instance: '10.0.4.13' }, PEERS],
    ['an MSEE', { op: 'msee-loss', circuit: 'erc-pair', path: 'primary', detection: '1s' }, arp('primary')],
  ] as const)('is minutes without %s', async (_, happening, target) => {
    const [least = 0, most = 0] = await spans(
      { ...oneCircuitScenario, happenings: [{ ...happening, at: '-1h' }] },
      target,
      2,
    )
    expect(least).toBeGreaterThanOrEqual(unreachable?.least ?? 0)
    expect(most).toBeLessThanOrEqual((unreachable?.most ?? 0) + 10 * MS_PER_SECOND)
  })
  it('is not longer on the path whose MSEE is there', async () => {
    const loss = { op: 'msee-loss', circuit: 'erc-pair', path: 'primary', detection: '1s', at: '-1h' } as const
    const [only] = await spans({ ...oneCircuitScenario, happenings: [loss] }, arp('secondary'), 1)
    expect(only).toBeLessThanOrEqual(circuit?.most ?? 0)
  })
  it('is the same again, and another one with another seed', async () => {
    const first = async (seed: string) => {
      await using azure = await startTestSimulator(
        oneCircuitScenario,
        createProfileWithChoices('azure', { seed, conflicts: 0 }),
      )
      await azure.send('POST', PEERS)
      return (await azure.send('POST', PEERS)).headers.get('retry-after')
    }
    expect(await first('a')).toBe(await first('a'))
    expect(new Set([await first('a'), await first('b'), await first('c'), await first('d')]).size).toBeGreaterThan(1)
  })
  it('asks for fewer of the client’s seconds where virtual time is faster', async () => {
    await using azure = await startTestSimulator(oneCircuitScenario, 'azure', { speed: 20 })
    expect((await azure.send('POST', PEERS)).headers.get('retry-after')).toBe('1')
  })
})

describe('an Azure a hundred times faster', () => {
  it('locks and refuses as the other one, for a hundredth of the time; its clock goes as ever', async () => {
    await using azure = await startTestSimulator(
      oneCircuitScenario,
      createProfileWithChoices('azure', { timeScale: 0.01, conflicts: 0 }),
    )
    const first = await azure.send('POST', PEERS)
    const msOf = ({ headers }: typeof first) => Number(headers.get('retry-after-ms'))
    expect([first.headers.get('retry-after'), msOf(first)]).toEqual(['1', 100])
    const second = await azure.send('POST', LEARNED)
    expect(getArmErrorOfResponse(second).details?.[0]?.code).toBe('RetryableErrorDueToAnotherOperation')
    expect(msOf(second)).toBeLessThanOrEqual((SIMULATOR_PROFILES.azure.operations?.gateway.most ?? 0) / 100)
    azure.pass(msOf(second))
    const { status } = await azure.send('GET', first.headers.get('location') ?? '')
    expect([status, (await azure.send('POST', LEARNED)).status]).toEqual([200, 202])
    // at 25 reads a second these are 2,500
    expect(await drain(azure, 260, 'GET', GROUPS)).toContain(429)
    azure.pass(MS_PER_SECOND / 10)
    expect(await drain(azure, 200, 'GET', GROUPS)).not.toContain(429)
  })
})

describe('the token buckets of Azure Resource Manager', () => {
  it('holds 250 reads of one principal and refills 25 a second', async () => {
    await using azure = await startTestSimulator(oneCircuitScenario, 'azure')
    const statuses = await drain(azure, 251, 'GET', GROUPS)
    expect(statuses.filter((s) => s === 200)).toHaveLength(250)
    const refused = await azure.send('GET', GROUPS)
    expect([refused.status, refused.headers.get('retry-after'), getArmErrorOfResponse(refused)]).toEqual([
      429,
      '1',
      {
        code: 'SubscriptionRequestsThrottled',
        message: `Number of 'read' requests for subscription '${SUBSCRIPTION}' actor '00000000-c0de-4000-8000-0000000000aa' exceeded. Please try again after '1' seconds after additional tokens are available. Refer to https://aka.ms/arm-throttling for additional information.`,
      },
    ])
    azure.pass(2 * MS_PER_SECOND)
    expect((await drain(azure, 51, 'GET', GROUPS)).filter((s) => s === 200)).toHaveLength(50)
  })
  it('holds 200 POSTs and refills 10 a second; locked ones count', async () => {
    await using azure = await startTestSimulator(
      oneCircuitScenario,
      createProfileWithChoices('azure', { conflicts: 0 }),
    )
    const statuses = await drain(azure, 201, 'POST', PEERS)
    expect(statuses[0]).toBe(202)
    expect(statuses.slice(1, 200).every((s) => s === 429)).toBe(true)
    const refused = await azure.send('POST', PEERS)
    expect(getArmErrorOfResponse(refused).code).toBe('SubscriptionRequestsThrottled')
    azure.pass(MS_PER_SECOND)
    expect(getArmErrorOfResponse(await azure.send('POST', PEERS)).code).toBe('RetryableError')
  })
  it('are each principal’s own', async () => {
    await using azure = await startTestSimulator(oneCircuitScenario, 'azure')
    await drain(azure, 250, 'GET', GROUPS)
    expect((await azure.send('GET', GROUPS)).status).toBe(429)
    expect((await azure.send('GET', GROUPS, { principal: OTHER })).status).toBe(200)
  })
  it('hold 15 times as much for all principals together', async () => {
    const { arm } = SIMULATOR_PROFILES.azure
    const small = { reads: { size: 2, refill: 1 }, writes: { size: 2, refill: 1 } }
    await using azure = await startTestSimulator(oneCircuitScenario, {
      ...SIMULATOR_PROFILES.azure,
      arm: arm && { ...arm, ...small },
    })
    const statuses: number[] = []
    for (let n = 0; n < 16; n++) statuses.push(...(await drain(azure, 2, 'GET', GROUPS, `p-${n}`)))
    expect(statuses.filter((s) => s === 200)).toHaveLength(30)
    expect(statuses.slice(-2)).toEqual([429, 429])
  })
  it('has the tenant’s calls counted apart', async () => {
    await using azure = await startTestSimulator(oneCircuitScenario, 'azure')
    const list = '/subscriptions?api-version=2022-12-01'
    await drain(azure, 250, 'GET', list)
    const refused = await azure.send('GET', list)
    expect([refused.status, getArmErrorOfResponse(refused).code]).toEqual([429, 'TenantRequestsThrottled'])
    expect((await azure.send('GET', GROUPS)).status).toBe(200)
  })
  it('are not drawn from by the data plane of Azure Monitor', async () => {
    await using azure = await startTestSimulator(oneCircuitScenario, 'azure')
    await drain(azure, 200, 'POST', PEERS)
    const batch = `/subscriptions/${SUBSCRIPTION}/metrics:getBatch?${VERSION}&metricnames=BgpAvailability`
    const { status, headers } = await azure.send('POST', batch, { body: JSON.stringify({ resourceids: [CIRCUIT] }) })
    expect([status, headers.get('x-ms-ratelimit-remaining-subscription-writes')]).toEqual([200, null])
  })
})

describe('the budget of Microsoft.Network', () => {
  const budget = { windowMs: 5 * MS_PER_MINUTE, reads: 3, writes: 2, countsPosts: false }
  const small = (changes: Partial<typeof budget> = {}) => ({
    ...SIMULATOR_PROFILES.azure,
    lock: null,
    network: { ...budget, ...changes },
  })
  it('is 10,000 reads and 1,000 writes in 5 minutes', () => {
    expect(SIMULATOR_PROFILES.azure.network).toMatchObject({
      windowMs: 5 * MS_PER_MINUTE,
      reads: 10_000,
      writes: 1_000,
    })
  })
  it('counts reads of all principals, and begins again with each window', async () => {
    await using azure = await startTestSimulator(oneCircuitScenario, small())
    const get = `${GATEWAY}?${VERSION}`
    azure.pass(MS_PER_MINUTE)
    expect(await drain(azure, 2, 'GET', get)).toEqual([200, 200])
    expect(await drain(azure, 2, 'GET', get, OTHER)).toEqual([200, 429])
    const refused = await azure.send('GET', get)
    expect(getArmErrorOfResponse(refused)).toEqual({
      code: 'RetryableError',
      message: 'A retryable error occurred.',
      details: [
        {
          code: 'RetryableErrorDueToTooManyCalls',
          message: `Subscription ${SUBSCRIPTION} was used to perform too many calls within last 5 minutes. The number of calls exceeds Microsoft.Network throttling limit. The call can be retried in 240 seconds.`,
        },
      ],
    })
    expect(refused.headers.get('retry-after')).toBe('240')
    azure.pass(4 * MS_PER_MINUTE)
    expect((await azure.send('GET', get)).status).toBe(200)
  })
  it('counts what follows an operation as reads of the resource’s region', async () => {
    await using azure = await startTestSimulator(oneCircuitScenario, small())
    const first = await azure.send('POST', PEERS)
    const place = first.headers.get('location') ?? ''
    expect(place).toContain('/locations/westeurope/operationResults/')
    expect(await drain(azure, 4, 'GET', place)).toEqual([202, 202, 202, 429])
  })
  it.each([
    [false, [202, 202, 202]],
    [true, [202, 202, 429]],
  ])('counts POSTs as writes: %s', async (countsPosts, statuses) => {
    await using azure = await startTestSimulator(oneCircuitScenario, small({ countsPosts }))
    expect(await drain(azure, 3, 'POST', PEERS)).toEqual(statuses)
  })
  it('leaves other providers and the groups alone', async () => {
    await using azure = await startTestSimulator(oneCircuitScenario, small())
    await drain(azure, 3, 'GET', `${GATEWAY}?${VERSION}`)
    const metrics = `${CIRCUIT}/providers/Microsoft.Insights/metrics?${VERSION}&metricnames=BgpAvailability`
    expect((await azure.send('GET', metrics)).status).toBe(200)
    expect((await azure.send('GET', GROUPS)).status).toBe(200)
  })
})

describe('headers', () => {
  const limits = ({ headers }: { headers: Headers }) =>
    Object.fromEntries([...headers].filter(([name]) => name.startsWith('x-ms-ratelimit')))
  const read = {
    'x-ms-ratelimit-remaining-subscription-reads': '249',
    'x-ms-ratelimit-remaining-subscription-global-reads': '3749',
  }
  const network = { 'x-ms-ratelimit-remaining-subscription-resource-requests': '9999' }
  it.each([
    ['all', { ...read, ...network }],
    ['arm', read],
    ['none', {}],
  ] as const)('%s', async (headers, expected) => {
    await using azure = await startTestSimulator(oneCircuitScenario, createProfileWithChoices('azure', { headers }))
    expect(limits(await azure.send('GET', `${GATEWAY}?${VERSION}`))).toEqual(expected)
  })
  it('stand on refusals and on errors too', async () => {
    await using azure = await startTestSimulator(oneCircuitScenario, 'azure')
    const missing = await azure.send('GET', `${ONE_CIRCUIT_GROUP_ARM_ID}/virtualNetworkGateways/none?${VERSION}`)
    expect([missing.status, limits(missing)]).toEqual([404, { ...read, ...network }])
    await drain(azure, 250, 'GET', GROUPS)
    expect(limits(await azure.send('GET', GROUPS))).toMatchObject({
      'x-ms-ratelimit-remaining-subscription-reads': '0',
    })
  })
})
