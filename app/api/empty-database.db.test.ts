import { roundTripBodyThroughSchema } from '#lib/questions/testing/written.ts'
import { tmpdir } from 'node:os'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { setCallerForTests, OPEN_ACCESS_CALLER } from '#lib/access/index.ts'
import { type EndpointName, allApiEndpoints } from '#lib/api/index.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { SHOULD_RUN_LONG_TESTS } from '#lib/platform/testing/long.ts'
import { type ProcessSettings, overrideSettings } from '#lib/platform/settings.ts'
import { removeHubForTests, replaceDatabaseForTests } from '#lib/questions/index.ts'
import { getHandlersOfPath } from './testing/handlers-of.ts'
import {
  isRequired,
  createIsolationTestQueries,
  getEndpointParameterSchemas,
  createTestValuesOfParameters,
} from './testing/isolation-questions.ts'

const db = withTestDatabase()
const settings = {
  dataDir: tmpdir(),
  secretsKey: null,
  mail: null,
  publicUrl: null,
  outboundAllow: [],
  alerting: { proofEveryMs: null, proofUrl: null, heartbeatUrl: null, heartbeatEveryMs: 1 },
  azure: { subscriptions: ['00000000-0000-0000-0000-000000000001'] },
}
/** Maximum number of values of a parameter. */
const MAX_VALUES = SHOULD_RUN_LONG_TESTS ? 100 : 1
/** Values that fit any deployment, because an empty database has no values of its own. */
const ANY = {
  parties: [{ circuit: 'qqqqqqqqqq', prefix: '10.1.0.0/16', primary: '10.0.4.4', word: 'word', asn: '65001' }],
  others: ['10.1.1.1', 'location:London', 'prepend:qqqqqqqqqq:3'],
  now: Date.now(),
  isThorough: SHOULD_RUN_LONG_TESTS,
}

beforeAll(() => {
  overrideSettings(() => ({ ...settings, databaseUrl: db.url }) as unknown as ProcessSettings)
  replaceDatabaseForTests(db)
  setCallerForTests(OPEN_ACCESS_CALLER)
})
afterAll(async () => {
  replaceDatabaseForTests(undefined)
  overrideSettings(undefined)
  await removeHubForTests()
})

async function statusOf(path: string, query: Record<string, string> = {}) {
  const { GET } = getHandlersOfPath(path)
  const response = await GET(new Request(`http://127.0.0.1/api/v1${path}?${new URLSearchParams(query)}`), {
    params: Promise.resolve({ id: 'qqqqqqqqqq' }),
  })
  return { status: response.status, text: await response.text() }
}

it.each(Object.keys(allApiEndpoints) as EndpointName[])('answers %s from an empty database', async (name) => {
  const endpoint = allApiEndpoints[name]
  const { path } = endpoint
  const values = [...createTestValuesOfParameters(endpoint, ANY)].map(
    ([parameter, own]) => [parameter, own.slice(0, MAX_VALUES)] as const,
  )
  for (const query of createIsolationTestQueries(endpoint, new Map(values), { scope: '', isFull: true })) {
    const { status, text } = await statusOf(path, query)
    expect(status, `${path} ${JSON.stringify(query)}: ${text}`).toBeLessThan(500)
  }
  if ('at' in getEndpointParameterSchemas(endpoint)) {
    const { status, text } = await statusOf(path, { at: new Date(ANY.now + MS_PER_DAY).toISOString() })
    expect(status, `${path} of a time to come: ${text}`).toBeGreaterThanOrEqual(400)
  }
  if (path.includes('{id}') || Object.values(getEndpointParameterSchemas(endpoint)).some(isRequired)) return
  const { status, text } = await statusOf(path)
  // tokens and users are refused before sign-in is configured
  expect([200, 403], `${path}: ${text}`).toContain(status)
  if (status === 200) expect(roundTripBodyThroughSchema(endpoint.response, JSON.parse(text))).toEqual(JSON.parse(text))
})
