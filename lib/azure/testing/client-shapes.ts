import type { PollTarget } from '#lib/contract/index.ts'
import { createAzureClient } from '../create-azure.ts'
import type { ExactJson, JsonObject } from '../decode/json.ts'
import type { AzureAccess, ObservableKind, PollParams, RawHttpResponse, RawHttpRequest } from '../types.ts'
import { type DecodedResponse, type TestResponseShape, wireText } from './shapes.ts'

export const TEST_SUBSCRIPTION_ID = '11111111-2222-3333-4444-555555555555'
const GROUP = `/subscriptions/${TEST_SUBSCRIPTION_ID}/resourceGroups/rg1/providers/Microsoft.Network`
const WHOLE: PollTarget = { resourceId: `/subscriptions/${TEST_SUBSCRIPTION_ID}`, subresource: '' }
const FROM = Date.UTC(2026, 10, 20, 8)
const three = <T>(make: (n: number) => T): T[] => [1, 2, 3].map(make)
const list = (value: ExactJson[]): JsonObject => ({ value })

export const createRawHttpResponse = (status: number, body: ExactJson): RawHttpResponse => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: wireText(body),
})

/** Creates a client with a function in place of the network. */
export const createClientWithTransport = (transport: (request: RawHttpRequest) => RawHttpResponse): AzureAccess =>
  createAzureClient({
    resourceManagerUrl: 'http://127.0.0.1',
    subscriptionIds: '*',
    transport,
    createCredential: () => ({ getToken: async () => ({ token: 'sim', expiresOnTimestamp: Date.now() + 3_600_000 }) }),
  })

/** Runs a query with a client that receives the given body for the request that `isIt` selects. */
async function asked<T>(
  isIt: (request: RawHttpRequest) => boolean,
  body: ExactJson,
  ask: (azure: AzureAccess) => Promise<T>,
  others: (request: RawHttpRequest) => RawHttpResponse = () => createRawHttpResponse(200, { value: [] }),
): Promise<T> {
  const azure = createClientWithTransport((request) =>
    isIt(request) ? createRawHttpResponse(200, body) : others(request),
  )
  try {
    return await ask(azure)
  } finally {
    azure.close()
  }
}

const polled =
  (
    kind: ObservableKind,
    target: PollTarget,
    isIt: (request: RawHttpRequest) => boolean,
    params: PollParams,
    others?: (request: RawHttpRequest) => RawHttpResponse,
  ) =>
  async (body: ExactJson): Promise<DecodedResponse> => {
    const found = await asked(isIt, body, (azure) => azure.poll(target, kind, { params }), others)
    const { outcome, error } = found
    return { outcome, error, rows: found.rows as unknown as JsonObject[] }
  }

/** Fills in the number of unread parts, which metrics report only in the text of their error. */
function counted({ outcome, error, rows }: DecodedResponse): DecodedResponse {
  const [, parts = '1'] = /^(\d+) parts of the metrics/.exec(error?.detail ?? '') ?? []
  const unread = { count: Number(parts), of: Number(parts), sample: '' }
  return { outcome, error: error && (rows.length > 0 ? { ...error, unread } : error), rows }
}

const circuitMetrics = polled(
  'metrics',
  { resourceId: `${GROUP}/expressRouteCircuits/er`, subresource: '' },
  ({ url }) => /insights\/metrics/i.test(url),
  { from: FROM, to: FROM + 300_000, metrics: ['ArpAvailability'] },
)
const metricOf = (timeseries: ExactJson): JsonObject => ({
  interval: 'PT1M',
  value: [{ name: { value: 'ArpAvailability' }, unit: 'Percent', timeseries }],
})

const buckets: TestResponseShape = {
  name: 'buckets of a metric',
  rows: three((n) => ({
    timeStamp: `2026-11-20T08:0${n}:00Z`,
    average: n,
    maximum: 10 + n,
    minimum: n,
    total: 20 + n,
  })),
  optional: { average: ['average'], maximum: ['maximum'], minimum: ['minimum'], total: ['total'] },
  needed: ['timeStamp'],
  body: (data) => metricOf([{ metadatavalues: [{ name: { value: 'PeeringType' }, value: 'Private' }], data }]),
  read: async (body) => counted(await circuitMetrics(body)),
}

const series: TestResponseShape = {
  name: 'series of a metric',
  rows: three((n) => ({
    metadatavalues: [{ name: { value: 'Peer' }, value: `peer${n}` }],
    data: [{ timeStamp: `2026-11-20T08:0${n}:00Z`, average: n }],
  })),
  optional: { metadatavalues: ['dimensions'] },
  needed: [],
  list: 'data',
  hasDoubles: true,
  body: (rows) => metricOf(rows),
  read: async (body) => counted(await circuitMetrics(body)),
}

const entry = (n: number, over: JsonObject = {}): JsonObject => ({
  eventDataId: `e${n}`,
  correlationId: `c${n}`,
  eventTimestamp: `2026-11-20T08:00:1${n}Z`,
  submissionTimestamp: `2026-11-20T08:03:0${n}Z`,
  operationName: { value: 'Microsoft.Network/expressRouteCircuits/write', localizedValue: 'Create or update' },
  status: { value: 'Succeeded' },
  category: { value: 'Administrative' },
  resourceId: `${GROUP}/expressRouteCircuits/er${n}`,
  caller: `someone${n}@example.com`,
  ...over,
})
const entryMembers = {
  correlationId: ['correlationId'],
  submissionTimestamp: ['submittedAt'],
  status: ['status'],
  resourceId: ['resourceId'],
}
const isLog = (provider: string) => (request: RawHttpRequest) =>
  new URL(request.url).searchParams.get('$filter')?.includes(`resourceProvider eq '${provider}'`) === true
const period = { from: FROM, to: FROM + 60_000 }
const noGraph = ({ url }: RawHttpRequest) =>
  /resourcegraph/i.test(url)
    ? createRawHttpResponse(403, { error: { code: 'AuthorizationFailed', message: 'no' } })
    : createRawHttpResponse(200, { value: [] })

const activity: TestResponseShape = {
  name: 'entries of the log',
  rows: three((n) => entry(n)),
  optional: { ...entryMembers, category: ['category'], caller: ['caller'] },
  needed: ['eventDataId', 'eventTimestamp', 'operationName'],
  body: list,
  read: polled('activity', WHOLE, isLog('Microsoft.Network'), period, noGraph),
}

const changes: TestResponseShape = {
  name: 'changes by Resource Graph',
  rows: three((n) => ({
    id: `${GROUP}/expressRouteCircuits/er${n}/providers/Microsoft.Resources/changes/${n}`,
    subscriptionId: TEST_SUBSCRIPTION_ID,
    target: `${GROUP}/expressRouteCircuits/er${n}`,
    at: `2026-11-20T08:00:1${n}Z`,
    operation: 'microsoft.network/expressroutecircuits/write',
    changedBy: `someone${n}@example.com`,
    correlationId: `c${n}`,
  })),
  optional: { correlationId: ['correlationId'] },
  needed: ['id', 'target', 'at', 'subscriptionId'],
  body: (data) => ({ totalRecords: data.length, count: data.length, data, resultTruncated: 'false' }),
  read: polled('activity', WHOLE, ({ url }) => /resourcegraph/i.test(url), period),
}

const subscriptions: TestResponseShape = {
  name: 'subscriptions',
  rows: three((n) => ({
    subscriptionId: `1111111${n}-2222-3333-4444-555555555555`,
    displayName: `s${n}`,
    tenantId: `t${n}`,
    state: 'Enabled',
  })),
  optional: { displayName: ['displayName'], tenantId: ['tenantId'], state: ['state'] },
  needed: ['subscriptionId'],
  body: list,
  read: async (body) => {
    const found = await asked(
      ({ url }) => new URL(url).pathname === '/subscriptions',
      body,
      (azure) => azure.listSubscriptions(),
    )
    const { outcome, error } = found
    return { outcome, error, rows: found.subscriptions as unknown as JsonObject[] }
  },
}

/** Shapes of responses that the client requests together with others. */
export const clientShapes: readonly TestResponseShape[] = [buckets, series, activity, changes, subscriptions]
