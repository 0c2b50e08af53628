import { glob } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { setCallerForTests, OPEN_ACCESS_CALLER } from '#lib/access/index.ts'
import {
  type AccessScope,
  OTHER_CUSTOMERS_PATH_LABEL,
  type CommandDefinition,
  type EndpointDefinition,
} from '#lib/contract/index.ts'
import type { Circuit } from '#lib/circuits/api/index.ts'
import { allApiCommands, type EndpointName, allApiEndpoints, nonJsonApiEndpoints } from '#lib/api/index.ts'
import type { CostBudgetsResponse } from '#lib/cost/api/index.ts'
import type { DetectedNetworkEvent, IncidentDetail } from '#lib/incidents/api/index.ts'
import type { Gateway, Hub } from '#lib/gateways/api/index.ts'
import type { LookupCandidate, RouteLookup } from '#lib/routes/api/index.ts'
import type { Network } from '#lib/networks/api/index.ts'
import { computeEventId, saveSubscriptionDetails, computeShortId } from '#lib/history/index.ts'
import { saveDeclarationsAsNewVersion } from '#lib/declarations/store/declarations.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { SHOULD_RUN_LONG_TESTS } from '#lib/platform/testing/long.ts'
import { OWNERSHIP_CACHE_MS as OWNERS_GOOD_FOR_MS } from '#lib/questions/scoped/scoped-reader.ts'
import { removeHubForTests, getProcessHub, replaceDatabaseForTests } from '#lib/questions/index.ts'
import type { ResilienceCheck } from '#lib/resilience/api/index.ts'
import { refreshSingleLosses } from '#lib/resilience/answers/index.ts'
import {
  ALPHA_TEST_CUSTOMER,
  ALPHA_SUBSCRIPTION_ID,
  BRAVO_TEST_CUSTOMER,
  BRAVO_SUBSCRIPTION_ID,
  listTextsToHideOfTestCustomer,
  COMMON_HUB,
  PREFIX_OF_BOTH_TEST_CUSTOMERS,
  feedSharedHub,
  SHARED_GATEWAY_ARM_ID,
  HUB_OWNER_SUBSCRIPTION_ID,
  INCIDENT_ID_OF_BOTH_TEST_CUSTOMERS,
  SHARED_NETWORK_INTERFACE_ARM_ID,
  findLeakedHiddenTexts,
  PASSED_ON_OF_BOTH,
  PEERED_NETWORK_ADDRESS_SPACE,
  ACCESS_SCOPES_WITH_TEXTS_TO_HIDE,
  VPN_GATEWAY,
} from '#lib/questions/testing/shared-hub.ts'
import { BY_DEVICE_TOO, OF_THE_DEVICE } from '#lib/questions/testing/shared-vpn-gateway.ts'
import { BROUGHT_BY_BOTH, BROUGHT_BY_BOTH_TOO } from '#lib/questions/testing/shared-virtual-hub.ts'
import { type ProcessSettings, overrideSettings } from '#lib/platform/settings.ts'
import type { RouteContext } from './_http/handler.ts'
import { generateValueForSchema } from './testing/fuzz-values.ts'
import {
  isRequired,
  createIsolationTestQueries,
  getEndpointParameterSchemas,
  type TenantTestTexts,
  createTestValuesOfParameters,
} from './testing/isolation-questions.ts'
import { SeededRandom } from './testing/random.ts'
import { readUntil } from './testing/read-until.ts'
import { API_PATH_HANDLERS } from './testing/handlers-of.ts'

/** The real time, because handlers use the real clock. */
const now = Date.now()
const db = withTestDatabase({ prepared: true })

type Handler = (request: Request, context: RouteContext) => Promise<Response>
/** Every existing route, by its path. Routes that no test names are requested too. */
const routes = new Map<string, { GET?: Handler; POST?: Handler; PUT?: Handler; DELETE?: Handler }>()

const of = (scope: AccessScope) => setCallerForTests({ ...OPEN_ACCESS_CALLER, scope })
const customers = (...names: string[]): AccessScope => ({ subscriptions: [], customers: names })
const subscription: AccessScope = { subscriptions: [HUB_OWNER_SUBSCRIPTION_ID], customers: [] }

const TENANTS: TenantTestTexts = {
  parties: [ALPHA_TEST_CUSTOMER, BRAVO_TEST_CUSTOMER],
  // addresses that both tenants announce, addresses that only one reaches, and locations where both have circuits
  others: [
    '10.200.1.1',
    '10.201.1.1',
    '10.50.1.1',
    '10.98.1.1',
    '10.202.1.1',
    '10.203.1.1',
    PREFIX_OF_BOTH_TEST_CUSTOMERS,
    'location:London',
    `prepend:${computeShortId(BRAVO_TEST_CUSTOMER.circuit)}:3`,
  ],
  now,
  isThorough: SHOULD_RUN_LONG_TESTS,
}
const namesOf = (name: EndpointName) => getEndpointParameterSchemas(allApiEndpoints[name])

/**
 * Resources for which queries are made one at a time: a gateway of a network, resources of a Virtual WAN, and an
 * appliance there.
 */
const ABOUT = [
  SHARED_GATEWAY_ARM_ID,
  VPN_GATEWAY,
  COMMON_HUB.hub,
  COMMON_HUB.gateway,
  COMMON_HUB.table,
  COMMON_HUB.tableOfTheHub,
  COMMON_HUB.peerId(ALPHA_TEST_CUSTOMER),
  SHARED_NETWORK_INTERFACE_ARM_ID,
  ALPHA_TEST_CUSTOMER.interface,
].map(computeShortId)

/** Queries of each endpoint, made once because every scope uses them. */
const made = new Map<EndpointName, Record<string, string>[]>()
function questionsOf(name: EndpointName): Record<string, string>[] {
  const known = made.get(name)
  if (known) return known
  const questions = madeFor(name)
  made.set(name, questions)
  return questions
}

function madeFor(name: EndpointName): Record<string, string>[] {
  const endpoint = allApiEndpoints[name]
  const values = createTestValuesOfParameters(endpoint, TENANTS)
  const needsScope = isRequired(namesOf(name).scope)
  if (!('scope' in namesOf(name))) return createIsolationTestQueries(endpoint, values, { scope: '', isFull: true })
  return [
    ...(needsScope ? [] : createIsolationTestQueries(endpoint, values, { scope: '', isFull: true })),
    // each value once: without a scope, or with the first scope if the endpoint requires a scope
    ...ABOUT.flatMap((scope) =>
      createIsolationTestQueries(endpoint, values, { scope, isFull: needsScope && scope === ABOUT[0] }),
    ),
  ]
}

async function ask(
  path: string,
  query: Record<string, string> = {},
  id = '',
): Promise<{ status: number; text: string }> {
  const handler = routes.get(path)?.GET
  if (!handler) throw new Error(`no route answers ${path}`)
  const url = `http://127.0.0.1${path}?${new URLSearchParams(query)}`
  const response = await handler(new Request(url), { params: Promise.resolve({ id }) })
  return { status: response.status, text: await response.text() }
}

const pathOf = (name: EndpointName) => `/api/v1${allApiEndpoints[name].path}`
/** IDs of all kinds in this test. Each endpoint uses the IDs that it recognizes. */
const IDS = [
  ...new Set([
    ...[ALPHA_TEST_CUSTOMER, BRAVO_TEST_CUSTOMER].flatMap((one) =>
      Object.values(one).filter((value) => typeof value === 'string' && value.startsWith('/subscriptions/')),
    ),
    ...[ALPHA_TEST_CUSTOMER, BRAVO_TEST_CUSTOMER].map((one) => COMMON_HUB.peerId(one)),
    SHARED_GATEWAY_ARM_ID,
    VPN_GATEWAY,
    SHARED_NETWORK_INTERFACE_ARM_ID,
    COMMON_HUB.hub,
    COMMON_HUB.gateway,
    COMMON_HUB.table,
  ]),
]
  .map((id) => computeShortId(id as string))
  .concat([INCIDENT_ID_OF_BOTH_TEST_CUSTOMERS, 'incident-alpha7391', 'incident-bravo5528'].map(computeEventId))
  .concat([ALPHA_TEST_CUSTOMER, BRAVO_TEST_CUSTOMER].map((one) => `drill${computeShortId(one.circuit)}`.slice(0, 10)))
  .concat(['1', '2', '3'])
/** IDs by endpoint for which a caller with access to everything gets an answer. */
const found = new Map<EndpointName, string[]>()
const hasId = (name: EndpointName) => allApiEndpoints[name].path.includes('{id}')
const idsOf = (name: EndpointName): string[] => {
  const own = found.get(name) ?? ['']
  return own.length > 0 ? own : IDS
}

/**
 * Returns the numbers of at least six digits in a text, without thousands separators. Parts of IDs, addresses and times
 * are left out.
 */
function longNumbersIn(text: string): string[] {
  const found = text.match(/(?<![\w.:/-])\d[\d,]*(?:\.\d+)?(?![\w.:/-]*[a-z:/-])/gi) ?? []
  return found.map((one) => one.replaceAll(',', '')).filter((one) => one.replaceAll(/\D/g, '').length >= 6)
}

/** Returns the long numbers of an answer, separately for list members that name a customer and for the rest. */
function numbersIn(text: string): { ofCustomers: Set<string>; ofAll: Set<string> } {
  const found = { ofCustomers: new Set<string>(), ofAll: new Set<string>() }
  const words = [ALPHA_TEST_CUSTOMER, BRAVO_TEST_CUSTOMER].flatMap(({ word, circuit }) => [
    word,
    computeShortId(circuit),
  ])
  const walk = (value: unknown, isOfCustomer: boolean): void => {
    if (Array.isArray(value))
      for (const member of value)
        walk(member, isOfCustomer || findLeakedHiddenTexts(JSON.stringify(member), words).length > 0)
    else if (typeof value === 'object' && value !== null)
      for (const member of Object.values(value)) walk(member, isOfCustomer)
    else for (const number of longNumbersIn(String(value))) (isOfCustomer ? found.ofCustomers : found.ofAll).add(number)
  }
  walk(JSON.parse(text), false)
  return found
}

const names = Object.keys(allApiEndpoints) as EndpointName[]
beforeAll(async () => {
  const root = `${import.meta.dirname}/..`
  for await (const file of glob('**/route.ts', { cwd: root })) {
    const path = `/${file.replace(/\/?route\.ts$/, '')}`.replaceAll(/\[(\w+)\]/g, '{$1}')
    if (path.includes('[...') || path.includes('[[...')) continue
    routes.set(path, (await import(`${root}/${file}`)) as { GET?: Handler })
  }
  for (const [path, handlers] of Object.entries(API_PATH_HANDLERS)) routes.set(`/api/v1${path}`, handlers)
  await feedSharedHub(db, now)
  const computing = { now: Date.now, signal: new AbortController().signal, share: 1 }
  await refreshSingleLosses(
    db,
    ACCESS_SCOPES_WITH_TEXTS_TO_HIDE.map(({ scope }) => scope),
    computing,
  )
  replaceDatabaseForTests(db)
  const azure = { subscriptions: [HUB_OWNER_SUBSCRIPTION_ID, ALPHA_SUBSCRIPTION_ID, BRAVO_SUBSCRIPTION_ID] }
  const configured = {
    dataDir: tmpdir(),
    secretsKey: null,
    mail: null,
    publicUrl: null,
    databaseUrl: db.url,
    outboundAllow: [],
    alerting: { proofEveryMs: null, proofUrl: null, heartbeatUrl: null, heartbeatEveryMs: 1 },
  }
  overrideSettings(() => ({ ...configured, azure }) as unknown as ProcessSettings)
  of('everything')
  for (const name of names.filter(hasId)) {
    const own: string[] = []
    for (const id of IDS) if ((await ask(pathOf(name), {}, id)).status === 200) own.push(id)
    found.set(name, own)
  }
}, 120_000)

afterAll(async () => {
  setCallerForTests(OPEN_ACCESS_CALLER)
  replaceDatabaseForTests(undefined)
  overrideSettings(undefined)
  await removeHubForTests()
})

it('each parameter of the contract is asked, with what both have where it takes that, and each id is somebody’s', () => {
  for (const name of names) {
    const values = createTestValuesOfParameters(allApiEndpoints[name], TENANTS)
    expect([...values.keys()]).toEqual(Object.keys(namesOf(name)))
    for (const [parameter, each] of values) expect([name, parameter, each.length]).not.toContain(0)
  }
  // an endpoint for which no ID is found needs an ID of its own in the data
  expect(names.filter((name) => found.get(name)?.length === 0).toSorted()).toEqual(['backTest', 'reportPreview'])
})

it('an endpoint that is added to the contract is asked without a line here', () => {
  const added = {
    path: '/invented',
    summary: '',
    right: 'read',
    parameters: z.strictObject({
      customer: z.string().optional(),
      whatever: z.string().min(1).optional(),
      state: z.enum(['open', 'closed']).optional(),
      prefix: z.string().regex(/^[\d.]+\/\d+$/),
    }),
    response: z.object({}),
  } as unknown as EndpointDefinition
  const asked = createIsolationTestQueries(added, createTestValuesOfParameters(added, TENANTS), {
    scope: '',
    isFull: true,
  })
  const of = (name: string) => asked.flatMap((query) => query[name] ?? [])
  expect(of('customer')).toEqual(expect.arrayContaining([ALPHA_TEST_CUSTOMER.customer, BRAVO_TEST_CUSTOMER.customer]))
  expect(of('prefix')).toEqual(
    expect.arrayContaining([
      ALPHA_TEST_CUSTOMER.prefix,
      BRAVO_TEST_CUSTOMER.prefix,
      ALPHA_TEST_CUSTOMER.passedOn,
      BRAVO_TEST_CUSTOMER.passedOn,
    ]),
  )
  expect(of('whatever').length).toBeGreaterThan(0)
  expect(of('state')).toEqual(['open', 'closed'])
  expect(asked.every(({ prefix }) => prefix !== undefined)).toBe(true)
})

it('whoever sees everything is shown both customers by most endpoints', async () => {
  of('everything')
  const shows = async (name: EndpointName) => {
    for (const id of idsOf(name)) {
      for (const query of questionsOf(name)) {
        const { text, status } = await ask(pathOf(name), query, id)
        expect(status, `${name} ${text}`).toBeLessThan(500)
        if (
          findLeakedHiddenTexts(text, [
            ...listTextsToHideOfTestCustomer(ALPHA_TEST_CUSTOMER),
            ...listTextsToHideOfTestCustomer(BRAVO_TEST_CUSTOMER),
          ]).length > 0
        )
          return true
      }
    }
    return false
  }
  const enough = 30
  const showing: string[] = []
  for (const name of names) if (showing.length <= enough && (await shows(name))) showing.push(name)
  expect(showing.length).toBeGreaterThan(enough)
})

/**
 * Scopes that are similar to other, fully tested scopes, or that see less. Two of them get one query for each endpoint;
 * `npm run test:all` makes all queries for all scopes.
 */
const LIKE_OTHERS = new Set(['the other customer', 'two customers', 'a subscription of its own', 'nothing'])
const ONE_QUESTION = new Set(['two customers', 'nothing'])
const SEEN = ACCESS_SCOPES_WITH_TEXTS_TO_HIDE.filter(
  ({ name }) => SHOULD_RUN_LONG_TESTS || ONE_QUESTION.has(name) || !LIKE_OTHERS.has(name),
)

/** Removes the sent values from a response, because refusals and answers repeat them and the sender knows them. */
function withoutSent(text: string, status: number, id: string, query: Record<string, string>): string {
  const { prefix, scope, within, customer, ip, port } = query
  const sent =
    status === 200
      ? [prefix, scope, within, customer, ip, port]
      : Object.values(query).flatMap((value) => [value, ...value.split(':')])
  return [id, ...sent].reduce<string>((left, one) => (one ? left.replaceAll(one, '') : left), text)
}

describe.each(SEEN)('whoever sees $name', ({ name: seen, scope, hidden, foreign }) => {
  const mostQuestions = LIKE_OTHERS.has(seen) && !SHOULD_RUN_LONG_TESTS ? 1 : undefined

  it.each(names)('is shown nothing else by %s', async (name) => {
    of(scope)
    for (const id of idsOf(name)) {
      for (const query of questionsOf(name).slice(0, mostQuestions)) {
        const { status, text } = await ask(pathOf(name), query, id)
        // the requested ID is part of the answer that it is unknown
        const own = withoutSent(text, status, id, query)
        expect({ status, leaks: findLeakedHiddenTexts(own, hidden) }, text).toEqual({
          status: expect.any(Number),
          leaks: [],
        })
        expect(status).toBeLessThan(500)
      }
    }
  })

  it('is answered about what is not seen as about what is not there', async () => {
    of(scope)
    for (const name of names) {
      for (const resourceId of foreign) {
        for (const id of [computeShortId(resourceId), resourceId]) {
          const unknown = id.replace(/\w{3}$/, 'zzz')
          if (allApiEndpoints[name].path.includes('{id}')) {
            const [theirs, none] = [await ask(pathOf(name), {}, id), await ask(pathOf(name), {}, unknown)]
            expect({ ...theirs, text: theirs.text.replaceAll(id, '') }).toEqual({
              ...none,
              text: none.text.replaceAll(unknown, ''),
            })
            expect(theirs.status).toBe(404)
          } else if ('scope' in namesOf(name)) {
            const [query] = questionsOf(name)
            const theirs = await ask(pathOf(name), { ...query, scope: id })
            const none = await ask(pathOf(name), { ...query, scope: unknown })
            expect({ ...theirs, text: theirs.text.replaceAll(id, '') }).toEqual({
              ...none,
              text: none.text.replaceAll(unknown, ''),
            })
            expect(theirs.status, name).toBe(404)
          }
        }
      }
    }
  })

  it.each(
    Object.values(nonJsonApiEndpoints)
      .map(({ path }) => path)
      .filter((path) => !path.endsWith('stream')),
  )('is shown nothing else by %s', async (path) => {
    of(scope)
    const { status, text } = await ask(path)
    expect(status).toBe(200)
    expect(findLeakedHiddenTexts(text, hidden)).toEqual([])
  })

  it('is notified of nothing else', async () => {
    of(scope)
    const stopped = new AbortController()
    const request = new Request('http://127.0.0.1/api/v1/stream', { signal: stopped.signal })
    const response = await routes.get('/api/v1/stream')?.GET?.(request, { params: Promise.resolve({}) })
    for (const resourceId of [ALPHA_TEST_CUSTOMER.circuit, BRAVO_TEST_CUSTOMER.circuit, SHARED_GATEWAY_ARM_ID]) {
      getProcessHub().take(
        JSON.stringify({ topics: ['circuits'], scope: computeShortId(resourceId), at: new Date(now).toISOString() }),
      )
    }
    getProcessHub().take(JSON.stringify({ topics: ['overview'], scope: null, at: new Date(now).toISOString() }))
    const text = await readUntil(response, 'overview')
    stopped.abort()
    expect(findLeakedHiddenTexts(text, hidden)).toEqual([])
  })
})

describe('a command of whoever sees one customer', () => {
  const order = async (path: string, method: 'POST' | 'PUT', body: object, id = '') => {
    of(customers(ALPHA_TEST_CUSTOMER.customer))
    const init = { method, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
    const request = new Request(`http://127.0.0.1${path}`, init)
    const response = await routes.get(path)?.[method]?.(request, { params: Promise.resolve({ id }) })
    return { status: response?.status, text: (await response?.text()) ?? '' }
  }

  it('finds nothing of the other', async () => {
    const bravo = computeShortId(BRAVO_TEST_CUSTOMER.circuit)
    const answers = [
      await order('/api/v1/watch', 'POST', { scope: bravo, minutes: 1 }),
      await order('/api/v1/circuits/{id}/service-key', 'POST', { why: 'x' }, bravo),
      await order('/api/v1/resources/{id}/join', 'POST', { with: computeShortId(ALPHA_TEST_CUSTOMER.circuit) }, bravo),
      await order('/api/v1/resources/{id}/join', 'POST', { with: bravo }, computeShortId(ALPHA_TEST_CUSTOMER.circuit)),
      await order('/api/v1/resources/{id}/part', 'POST', {}, bravo),
      await order('/api/v1/incidents/{id}/ack', 'POST', {}, computeEventId('incident-bravo5528')),
      await order('/api/v1/incidents/{id}/assign', 'POST', { assignee: 'Ann' }, computeEventId('incident-bravo5528')),
      await order('/api/v1/incidents/{id}/send', 'POST', { channelId: 'ch_1' }, computeEventId('incident-bravo5528')),
      await order('/api/v1/notes', 'POST', { scope: bravo, text: 'x', from: '2026-11-20T03:12:00.000Z' }),
      await order('/api/v1/notes/{id}', 'PUT', { text: 'x', from: '2026-11-20T03:12:00.000Z' }, 'of-nobody'),
    ]
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 404))
  })

  it.each([
    ['ack', { note: 'mine' }],
    ['assign', { assignee: 'Ann', note: 'mine' }],
  ])('is answered without what is the other’s: %s', async (command, body) => {
    const { status, text } = await order(
      `/api/v1/incidents/{id}/${command}`,
      'POST',
      body,
      computeEventId(INCIDENT_ID_OF_BOTH_TEST_CUSTOMERS),
    )
    expect({ status, leaks: findLeakedHiddenTexts(text, listTextsToHideOfTestCustomer(BRAVO_TEST_CUSTOMER)) }).toEqual({
      status: 200,
      leaks: [],
    })
  })

  it('assigns what is seen in part, whose note is for those who see all of it', async () => {
    const id = computeEventId(INCIDENT_ID_OF_BOTH_TEST_CUSTOMERS)
    const note = `ask ${BRAVO_TEST_CUSTOMER.word}`
    await db.pool.query(
      `INSERT INTO incident_assignment (incident_id, assignee, assigned_by, assigned_at, note) VALUES ($1, 'Ben', 'ben', now(), $2)`,
      [id, note],
    )
    const { text } = await order('/api/v1/incidents/{id}/assign', 'POST', { assignee: 'Ben' }, id)
    const { data } = JSON.parse(text) as { data: IncidentDetail }
    expect(data.assigned).toMatchObject({ assignee: 'Ben', by: 'ben', note: null })
    of('everything')
    expect((await ask('/api/v1/incidents/{id}', {}, id)).text).toContain(note)
  })

  it('changes nothing that all share', async () => {
    expect((await order('/api/v1/declarations', 'PUT', { sites: [] })).status).toBe(403)
    expect((await order('/api/v1/channels', 'PUT', { channels: [] })).status).toBe(403)
    for (const scope of [SHARED_GATEWAY_ARM_ID, COMMON_HUB.hub, COMMON_HUB.gateway])
      expect((await order('/api/v1/watch', 'POST', { scope: computeShortId(scope), minutes: 1 })).status, scope).toBe(
        403,
      )
    for (const scope of [computeShortId(SHARED_GATEWAY_ARM_ID), 'estate'])
      expect(
        (await order('/api/v1/notes', 'POST', { scope, text: 'x', from: '2026-11-20T03:12:00.000Z' })).status,
      ).toBe(403)
  })
})

describe('a path of another customer', () => {
  const asked = async <Row>(path: string, query: Record<string, string>) => {
    of(customers(ALPHA_TEST_CUSTOMER.customer))
    const { status, text } = await ask(path, query)
    expect(status).toBe(200)
    return JSON.parse(text) as { data: Row }
  }

  it('has its place among those that compete with it, and nothing else', async () => {
    const { data } = await asked<{ candidates: LookupCandidate[] }>('/api/v1/routes/lookup', { ip: '10.200.1.1' })
    expect(
      data.candidates.map(({ rank, anotherCustomer, reason, asPath }) => [rank, anotherCustomer, reason, asPath]),
    ).toEqual([
      [1, true, OTHER_CUSTOMERS_PATH_LABEL, []],
      ...Array.from({ length: 2 }, () => [
        2,
        false,
        `after rank 1, ${OTHER_CUSTOMERS_PATH_LABEL}`,
        [12_076, ALPHA_TEST_CUSTOMER.asn, ALPHA_TEST_CUSTOMER.asn],
      ]),
    ])
    expect(data.candidates[0]).toMatchObject({
      scope: computeShortId(SHARED_GATEWAY_ARM_ID),
      prefix: '10.200.0.0/16',
      since: null,
    })
  })

  it('hides the row in which an instance passes on paths of both', async () => {
    of({ subscriptions: [HUB_OWNER_SUBSCRIPTION_ID], customers: [] })
    const prefixes = async (query: Record<string, string>) => {
      const { data } = JSON.parse((await ask('/api/v1/routes', query)).text) as { data: { prefix: string }[] }
      return data.map(({ prefix }) => prefix)
    }
    const seen = await prefixes({ scope: computeShortId(SHARED_GATEWAY_ARM_ID), table: 'learned' })
    expect(seen).toContain(BRAVO_TEST_CUSTOMER.passedOn)
    expect(seen).not.toContain(PASSED_ON_OF_BOTH)
  })

  it('is not there where only others announce the prefix', async () => {
    const { data } = await asked<{ candidates: LookupCandidate[] }>('/api/v1/routes/lookup', { ip: '10.80.1.1' })
    expect(data.candidates).toEqual([])
  })

  it('is what traffic moved to', async () => {
    const { data } = await asked<DetectedNetworkEvent[]>('/api/v1/events', { kind: 'failover' })
    expect(data.map(({ subject, evidence }) => [subject, evidence[0]?.after])).toEqual([
      [`ckt-${ALPHA_TEST_CUSTOMER.word} > ${OTHER_CUSTOMERS_PATH_LABEL}`, OTHER_CUSTOMERS_PATH_LABEL],
    ])
  })

  it('is not found by its words', async () => {
    expect(
      (await asked<DetectedNetworkEvent[]>('/api/v1/events', { kind: 'failover', text: BRAVO_TEST_CUSTOMER.word }))
        .data,
    ).toEqual([])
    expect(
      (await asked<DetectedNetworkEvent[]>('/api/v1/events', { kind: 'failover', text: ALPHA_TEST_CUSTOMER.word }))
        .data,
    ).toHaveLength(1)
  })
})

describe('a hub of a Virtual WAN on which two customers land', () => {
  const hub = computeShortId(COMMON_HUB.hub)
  const asked = async <Data>(path: string, query: Record<string, string> = {}, id = '') => {
    const { status, text } = await ask(path, query, id)
    expect(status, text).toBe(200)
    return (JSON.parse(text) as { data: Data }).data
  }
  const prefixesOf = async (query: Record<string, string>) =>
    (await asked<{ prefix: string }[]>('/api/v1/routes', query)).map(({ prefix }) => prefix).toSorted()
  const partsOfHub = async () => {
    const { gateways, networks, bgpConnections, effectivePrefixes, routeTables } = await asked<Hub>(
      '/api/v1/hubs/{id}',
      {},
      hub,
    )
    return {
      connections: gateways.flatMap(({ connections }) => connections.map(({ name, prefixes }) => [name, prefixes])),
      networks: networks.map(({ name }) => name),
      peers: bgpConnections.map(({ name, state }) => [name, state]),
      effectivePrefixes,
      tables: routeTables.map(({ name, propagating }) => [name, propagating]),
    }
  }

  it('shows its owner what is his, and what his own circuits bring', async () => {
    of({ subscriptions: [HUB_OWNER_SUBSCRIPTION_ID], customers: [] })
    expect(await partsOfHub()).toEqual({
      connections: [
        ['conn-vhub-bravo5528', 3],
        ['conn-hubonly', 1],
      ],
      networks: ['net-hubonly'],
      peers: [],
      effectivePrefixes: 2,
      tables: [
        ['defaultRouteTable', null],
        ['rt-common', 3],
        ['rt-hubonly', 1],
      ],
    })
    const own = [BRAVO_TEST_CUSTOMER.overHub.circuit, '10.99.0.0/16'].toSorted()
    expect(await prefixesOf({ scope: hub, table: 'tables' })).toEqual(own)
    expect(await prefixesOf({ scope: computeShortId(COMMON_HUB.table), table: 'tables' })).toEqual(own)
  })

  it.each([{ one: ALPHA_TEST_CUSTOMER }, { one: BRAVO_TEST_CUSTOMER }])(
    'shows $one.customer what is his',
    async ({ one }) => {
      of(customers(one.customer))
      const { circuit, network, appliance } = one.overHub
      expect(await partsOfHub()).toMatchObject({
        connections: [[`conn-vhub-${one.word}`, 3]],
        networks: [`net-${one.word}`],
        peers: [[`nva-${one.word}`, 'up']],
        effectivePrefixes: 3,
        tables: [
          ['defaultRouteTable', null],
          ['rt-common', 1],
        ],
      })
      // the table that routes the customer's network is visible, and tables of other networks are not
      expect(await prefixesOf({ scope: computeShortId(COMMON_HUB.table), table: 'tables' })).toEqual(
        [circuit, network, appliance].toSorted(),
      )
      expect((await ask('/api/v1/routes', { scope: computeShortId(COMMON_HUB.tableOfTheHub) })).status).toBe(404)
      const { networks } = await asked<Hub>('/api/v1/hubs/{id}', {}, hub)
      expect(networks.map(({ routeTable }) => routeTable)).toEqual(['rt-common'])
      const { hubTables } = await asked<{ hubTables: { name: string; networks: string[]; isRead: boolean }[] }>(
        '/api/v1/resilience/what-if',
        { lose: computeShortId(one.circuit) },
      )
      expect(hubTables.filter(({ name }) => name.startsWith('rt-'))).toMatchObject([
        { name: 'rt-common', networks: [`net-${one.word}`], isRead: true, cutOff: [circuit] },
      ])
      // for a prefix that other customers announce too, the table may have their path
      expect(await prefixesOf({ scope: hub, table: 'tables' })).toEqual([circuit, network, appliance].toSorted())
      const brought = [circuit, BROUGHT_BY_BOTH, BROUGHT_BY_BOTH_TOO].toSorted()
      expect(await prefixesOf({ scope: computeShortId(COMMON_HUB.gateway), table: 'learned' })).toEqual(brought)
      const peer = computeShortId(COMMON_HUB.peerId(one))
      expect(await prefixesOf({ scope: peer, table: 'learned' })).toEqual([appliance])
      // a prefix that other customers announce too may have been advertised with their path
      expect(await prefixesOf({ scope: peer, table: 'advertised' })).toEqual([circuit, network, appliance].toSorted())
      const connections = await asked<Circuit[]>('/api/v1/circuits')
      expect(connections.flatMap((own) => own.connections.map(({ name }) => name))).toContain(`conn-vhub-${one.word}`)
    },
  )

  it.each([
    { ip: '10.202.1.1', answer: [[true, null]] },
    { ip: '10.203.1.1', answer: [[false, 'expressRouteGateways/ergw-vhub-common']] },
    // only another customer announces this prefix
    { ip: '10.82.1.1', answer: [] },
  ])('answers for $ip by its own table', async ({ ip, answer }) => {
    of(customers(ALPHA_TEST_CUSTOMER.customer))
    const { candidates } = await asked<RouteLookup>('/api/v1/routes/lookup', { ip, scope: hub })
    expect(candidates.map(({ anotherCustomer, nextHop }) => [anotherCustomer, nextHop])).toEqual(answer)
  })

  it('has traffic, events and changes of each connection for its owner alone', async () => {
    const scope = computeShortId(COMMON_HUB.gateway)
    const activity = () => asked<unknown[]>('/api/v1/activity', { scope })
    const seen = async () => ({
      traffic: (await asked<Hub>('/api/v1/hubs/{id}', {}, hub)).gateways.flatMap(({ connections }) =>
        connections.flatMap(({ traffic }) => traffic?.bitsInPerSecond ?? []),
      ),
      events: (await asked<DetectedNetworkEvent[]>('/api/v1/events', { scope })).map(({ subject }) => subject),
      changes: (await activity()).length,
    })
    of({ subscriptions: [HUB_OWNER_SUBSCRIPTION_ID], customers: [] })
    expect(await seen()).toEqual({ traffic: [72_227_222], events: ['conn-vhub-bravo5528'], changes: 2 })
    of(customers(ALPHA_TEST_CUSTOMER.customer))
    expect(await seen()).toEqual({ traffic: [], events: ['conn-vhub-alpha7391'], changes: 0 })
  })
})

describe('effective routes of a network interface', () => {
  it.each([
    { whose: 'the hub’s owner', scope: subscription, at: SHARED_NETWORK_INTERFACE_ARM_ID, own: BRAVO_TEST_CUSTOMER },
    {
      whose: ALPHA_TEST_CUSTOMER.customer,
      scope: customers(ALPHA_TEST_CUSTOMER.customer),
      at: ALPHA_TEST_CUSTOMER.interface,
      own: ALPHA_TEST_CUSTOMER,
    },
    {
      whose: BRAVO_TEST_CUSTOMER.customer,
      scope: customers(BRAVO_TEST_CUSTOMER.customer),
      at: BRAVO_TEST_CUSTOMER.interface,
      own: BRAVO_TEST_CUSTOMER,
    },
  ])('are shown to $whose as far as others do not bring them alone', async ({ scope, at, own }) => {
    of(scope)
    const { status, text } = await ask('/api/v1/routes', { scope: computeShortId(at), table: 'effective' })
    expect(status, text).toBe(200)
    const { data } = JSON.parse(text) as { data: { prefix: string }[] }
    const expected = [own.prefix, own.passedOn, own.overHub.circuit, '10.200.0.0/16']
    expect(data.map(({ prefix }) => prefix).toSorted()).toEqual(expected.toSorted())
  })
})

describe('a VPN gateway to which a Route Server passes on what circuits of two customers bring', () => {
  const rowsOf = async (table: string) => {
    of(subscription)
    const { status, text } = await ask('/api/v1/routes', { scope: computeShortId(VPN_GATEWAY), table })
    expect(status, text).toBe(200)
    const { data } = JSON.parse(text) as { data: { prefix: string; asPath: number[] }[] }
    return data.map(({ prefix, asPath }) => [prefix, asPath.join(' ')]).toSorted()
  }
  const ofOwnCircuits = (before: string) => [
    [BRAVO_TEST_CUSTOMER.prefix, `${before}12076 65001`],
    [BRAVO_TEST_CUSTOMER.passedOn, `${before}12076 ${BRAVO_TEST_CUSTOMER.asn}`],
  ]

  it('shows its owner what his device and his own circuits bring', async () => {
    const ofDevice = [OF_THE_DEVICE, BY_DEVICE_TOO].map((prefix) => [prefix, '65030'])
    expect(await rowsOf('learned')).toEqual([...ofOwnCircuits(''), ...ofDevice].toSorted())
  })

  // for a prefix that both customers announce, one path is advertised; the other customer's path is hidden
  it('shows him that it announces what his own circuits bring', async () => {
    expect(await rowsOf('advertised')).toEqual(ofOwnCircuits('65515 ').toSorted())
  })
})

it('the address space of a network that a customer’s is peered with is shown to him, and no name of it', async () => {
  of(customers(ALPHA_TEST_CUSTOMER.customer))
  const { text } = await ask('/api/v1/networks')
  const { data } = JSON.parse(text) as { data: Network[] }
  const peerings = data.flatMap((network) => network.peerings)
  expect(peerings.map(({ remoteId, remotePrefixes, otherSide }) => ({ remoteId, remotePrefixes, otherSide }))).toEqual([
    { remoteId: null, remotePrefixes: [PEERED_NETWORK_ADDRESS_SPACE], otherSide: 'not_read' },
  ])
  expect(findLeakedHiddenTexts(text, ['vnet-hubonly-1'])).toEqual([])
})

it('a port of ExpressRoute Direct names its owner’s circuits alone', async () => {
  of(subscription)
  const { data } = JSON.parse((await ask('/api/v1/ports')).text) as { data: { circuits: { name: string }[] }[] }
  expect(data.map(({ circuits }) => circuits.map(({ name }) => name))).toEqual([[`ckt-${BRAVO_TEST_CUSTOMER.word}`]])
})

describe('the filter by customer', () => {
  const circuitsOf = async (scope: AccessScope, customer: string) => {
    of(scope)
    const { status, text } = await ask('/api/v1/circuits', { customer })
    expect(status).toBe(200)
    return (JSON.parse(text) as { data: { name: string }[] }).data.map(({ name }) => name)
  }

  it('leaves what is his', async () => {
    expect(await circuitsOf('everything', ALPHA_TEST_CUSTOMER.customer)).toEqual(['ckt-alpha7391'])
    expect(
      await circuitsOf(
        customers(ALPHA_TEST_CUSTOMER.customer, BRAVO_TEST_CUSTOMER.customer),
        BRAVO_TEST_CUSTOMER.customer,
      ),
    ).toEqual(['ckt-bravo5528'])
    expect(await circuitsOf('everything', 'nobody')).toEqual([])
  })

  it('leaves what is his in what a shift hands over and in look-ups', async () => {
    of('everything')
    const handover = await ask('/api/v1/handover', { customer: ALPHA_TEST_CUSTOMER.customer })
    const lookup = await ask('/api/v1/routes/lookup', { ip: '10.80.1.1', customer: ALPHA_TEST_CUSTOMER.customer })
    for (const { status, text } of [handover, lookup])
      expect({
        status,
        leaks: findLeakedHiddenTexts(text, listTextsToHideOfTestCustomer(BRAVO_TEST_CUSTOMER)),
      }).toEqual({ status: 200, leaks: [] })
    expect(handover.text).toContain(ALPHA_TEST_CUSTOMER.word)
  })

  it('leaves budgets that are for nothing else', async () => {
    of('everything')
    const named = async (customer: string) => {
      const { text } = await ask('/api/v1/cost/budgets', { customer })
      const { budgets, standings } = (JSON.parse(text) as { data: CostBudgetsResponse }).data
      const names = budgets.map((one) => one.budget.name)
      expect(standings.map(({ name }) => name).toSorted()).toEqual(names.toSorted())
      return names
    }
    expect(await named(ALPHA_TEST_CUSTOMER.customer)).toEqual([`Budget of ${ALPHA_TEST_CUSTOMER.word}`])
    expect(await named(BRAVO_TEST_CUSTOMER.customer.toLowerCase())).toEqual([`Budget of ${BRAVO_TEST_CUSTOMER.word}`])
    expect(await named('nobody')).toEqual([])
  })

  it('parts a wall', async () => {
    of('everything')
    const { data } = JSON.parse((await ask('/api/v1/wall', { by: 'customer' })).text) as {
      data: { subscriptions: { name: string }[] }
    }
    expect(data.subscriptions.map(({ name }) => name)).toEqual([
      ALPHA_TEST_CUSTOMER.customer,
      BRAVO_TEST_CUSTOMER.customer,
      'No customer',
    ])
  })

  it('does not call a gateway nobody’s that somebody else shares', async () => {
    of(customers(ALPHA_TEST_CUSTOMER.customer))
    const namesIn = async (path: string, query: Record<string, string>) =>
      JSON.parse((await ask(path, query)).text) as { data: { subscriptions: Named[] } & Named[] }
    interface Named {
      name: string | null
    }
    const wall = await namesIn('/api/v1/wall', { by: 'customer' })
    expect(wall.data.subscriptions.map(({ name }) => name)).toEqual([ALPHA_TEST_CUSTOMER.customer, 'Shared gateways'])
    expect((await namesIn('/api/v1/customers', {})).data.map(({ name }) => name)).toEqual([
      ALPHA_TEST_CUSTOMER.customer,
    ])
  })

  it('shows no days of a gateway that is shared: what isolates it is not seen', async () => {
    const daysOf = async (scope: AccessScope) => {
      of(scope)
      const { data } = JSON.parse((await ask('/api/v1/uptime')).text) as { data: { id: string }[] }
      return data.map(({ id }) => id)
    }
    expect(await daysOf('everything')).toEqual(
      expect.arrayContaining([SHARED_GATEWAY_ARM_ID, ALPHA_TEST_CUSTOMER.circuit].map(computeShortId)),
    )
    const own = await daysOf(customers(ALPHA_TEST_CUSTOMER.customer))
    expect(own).toContain(computeShortId(ALPHA_TEST_CUSTOMER.circuit))
    expect(own).not.toContain(computeShortId(SHARED_GATEWAY_ARM_ID))
  })

  it('opens nothing beyond the scope', async () => {
    expect(await circuitsOf(customers(ALPHA_TEST_CUSTOMER.customer), BRAVO_TEST_CUSTOMER.customer)).toEqual([])
    expect(
      await circuitsOf({ subscriptions: [HUB_OWNER_SUBSCRIPTION_ID], customers: [] }, BRAVO_TEST_CUSTOMER.customer),
    ).toEqual([])
  })
})

it('cost has no figure of a gateway that others share: neither on a bill nor unused', async () => {
  const costOf = async (scope: AccessScope) => {
    of(scope)
    const answers = await Promise.all(
      names
        .filter((name) => allApiEndpoints[name].right === 'read_cost')
        .map(async (name) => [name, (await ask(pathOf(name), questionsOf(name)[0], idsOf(name)[0])).text] as const),
    )
    return answers
      .filter(
        ([, text]) =>
          findLeakedHiddenTexts(text, [SHARED_GATEWAY_ARM_ID, computeShortId(SHARED_GATEWAY_ARM_ID)]).length > 0,
      )
      .map(([name]) => name)
  }
  const resourcesOf = async (scope: AccessScope) => {
    of(scope)
    const { data } = JSON.parse((await ask('/api/v1/cost/reconcile')).text) as {
      data: { resources: { resourceId: string }[]; bills: { subscriptionId: string }[] }
    }
    return [
      data.resources.some(({ resourceId }) => resourceId === SHARED_GATEWAY_ARM_ID),
      data.bills.map((bill) => bill.subscriptionId),
    ]
  }
  expect(await costOf(subscription)).toContain('costReconcile')
  expect((await resourcesOf(subscription))[0]).toBe(true)
  expect(await costOf(customers(ALPHA_TEST_CUSTOMER.customer))).toEqual([])
  expect(await resourcesOf(customers(ALPHA_TEST_CUSTOMER.customer))).toEqual([false, [ALPHA_SUBSCRIPTION_ID]])
})

describe('a gateway of another owner on which a customer’s circuit lands', () => {
  const OWNER = 'Provider hubonly'
  const saved = (customerTags: { name: string }[]) =>
    db.transaction((client) => saveDeclarationsAsNewVersion(client, { customerTags }, { by: 'ada', expected: null }))
  const tagged = async (tags: Record<string, string>, customerTags: { name: string }[]) => {
    await saveSubscriptionDetails(db.pool, new Map([[HUB_OWNER_SUBSCRIPTION_ID, { tenantId: null, tags }]]))
    await saved(customerTags)
    await new Promise((resolve) => setTimeout(resolve, OWNERS_GOOD_FOR_MS))
  }
  beforeAll(() => tagged({ owner: OWNER }, [{ name: 'owner' }]))
  afterAll(() => tagged({}, []))

  it('has neither its owner’s name nor its size in any answer', async () => {
    of('everything')
    expect((await ask('/api/v1/resilience')).text).toContain(OWNER)
    of(customers(ALPHA_TEST_CUSTOMER.customer))
    for (const name of names)
      for (const id of idsOf(name)) {
        const { text } = await ask(pathOf(name), questionsOf(name)[0], id)
        expect({ name, leaks: findLeakedHiddenTexts(text, [OWNER]) }, text).toEqual({ name, leaks: [] })
      }
  })

  it('is shown by name and kind, with its own sessions', async () => {
    of(customers(ALPHA_TEST_CUSTOMER.customer))
    const { text } = await ask('/api/v1/gateways/{id}', {}, computeShortId(SHARED_GATEWAY_ARM_ID))
    const { data } = JSON.parse(text) as { data: Gateway }
    expect(data).toMatchObject({
      name: 'ergw-common',
      kind: 'expressRoute',
      sku: { name: null, tier: null, capacity: null },
      scaleUnits: null,
      activeActive: null,
      vnet: null,
      load: [],
      settings: [],
    })
    expect(data.connections.map(({ name }) => name)).toEqual([`conn-${ALPHA_TEST_CUSTOMER.word}`])
  })

  it('is not called foreign or own by a check', async () => {
    of(customers(ALPHA_TEST_CUSTOMER.customer))
    const { data } = JSON.parse((await ask('/api/v1/resilience')).text) as { data: { checks: ResilienceCheck[] } }
    const found = data.checks.filter(({ kind }) => kind === 'no_foreign_connection')
    expect(found.map(({ state, reason }) => [state, reason])).toEqual([
      ['unknown', expect.stringMatching(/^Connected to ergw-common and ergw-vhub-common outside your scope/)],
    ])
  })
})

/** The size in bytes of a billed GB, which is the same for everybody. */
const COMMON_NUMBERS = new Set(['1000000000'])
/**
 * Endpoints whose long numbers apply to everybody: thresholds, lengths of the same days, and durations of incidents
 * that are equal here.
 */
const COMMON_ANSWERS: readonly EndpointName[] = ['thresholds', 'uptime', 'sessionUptime', 'incidentsSummary']

it('no number of the whole estate is in an answer to a customer', async () => {
  const leaked: string[] = []
  let sums = 0
  // answers about a single resource are left out, because their numbers belong to that resource
  for (const name of names.filter((one) => !hasId(one) && !COMMON_ANSWERS.includes(one))) {
    const [query] = questionsOf(name)
    of('everything')
    const { ofAll, ofCustomers } = numbersIn((await ask(pathOf(name), query)).text)
    const whole = [...ofAll].filter((number) => !ofCustomers.has(number) && !COMMON_NUMBERS.has(number))
    sums += whole.length
    for (const { customer } of [ALPHA_TEST_CUSTOMER, BRAVO_TEST_CUSTOMER]) {
      of(customers(customer))
      const seen = numbersIn((await ask(pathOf(name), query)).text)
      for (const number of whole)
        if (seen.ofAll.has(number) || seen.ofCustomers.has(number)) leaked.push(`${name} ${number}`)
    }
  }
  expect(sums).toBeGreaterThan(5)
  expect(leaked).toEqual([])
}, 120_000)

/** Tests every command. Commands change the data that other tests query, so they run last. */
describe.each(SEEN.filter(({ name }) => SHOULD_RUN_LONG_TESTS || name === 'one customer'))(
  '$name',
  ({ scope, hidden }) => {
    it.each(Object.entries<CommandDefinition>(allApiCommands))('is answered nothing else by %s', async (_, command) => {
      of(scope)
      const path = `/api/v1${command.path}`
      const method = command.method.toUpperCase() as 'POST' | 'PUT' | 'DELETE'
      const random = new SeededRandom(7)
      const schema = z.toJSONSchema(command.body, { io: 'input', unrepresentable: 'any' }) as Parameters<
        typeof generateValueForSchema
      >[0]
      const bodies = [
        {},
        { scope: computeShortId(BRAVO_TEST_CUSTOMER.circuit), minutes: 1 },
        generateValueForSchema(schema, random),
      ]
      const ids = path.includes('{id}')
        ? [
            ...[BRAVO_TEST_CUSTOMER.circuit, SHARED_GATEWAY_ARM_ID].map(computeShortId),
            computeEventId(INCIDENT_ID_OF_BOTH_TEST_CUSTOMERS),
            computeEventId('incident-bravo5528'),
          ]
        : ['']
      for (const id of ids) {
        for (const sent of bodies) {
          const body = JSON.stringify(sent)
          const request = new Request(`http://127.0.0.1${path}`, {
            method,
            body,
            headers: { 'content-type': 'application/json' },
          })
          const response = await routes.get(path)?.[method]?.(request, { params: Promise.resolve({ id }) })
          const text = ((await response?.text()) ?? '')
            .replaceAll(id === '' ? '\0' : id, '')
            .replaceAll(computeShortId(BRAVO_TEST_CUSTOMER.circuit), '')
          expect({ status: response?.status, leaks: findLeakedHiddenTexts(text, hidden) }, text).toEqual({
            status: expect.any(Number),
            leaks: [],
          })
          expect(response?.status).toBeLessThan(500)
        }
      }
    })
  },
)
