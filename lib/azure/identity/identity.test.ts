import { beforeEach, describe, expect, it, vi } from 'vitest'
import { createAzureClient } from '../index.ts'
import { parseAzureEndpoint } from '../endpoint.ts'
import { circuitId, withAzure } from '../testing/fixture.ts'

const context = withAzure()
const target = { resourceId: circuitId, subresource: '' }

/**
 * Returns the token requests of an identity (null = the system identity). The identity library continues to retry for
 * some seconds after the caller stopped waiting, so requests of an earlier test may still arrive.
 */
const askedFor = (clientId: string | null) =>
  context.server.tokenRequests.filter(({ query }) => query.get('client_id') === clientId)

function serveStats() {
  context.server.estate.bodies[`${circuitId}/stats`] = { primarybytesIn: 1 }
}

describe('endpoints', () => {
  it.each([
    ['https://management.azure.com', 'https://management.azure.com/.default', undefined],
    ['https://management.azure.com/', 'https://management.azure.com/.default', undefined],
    [
      'https://management.usgovcloudapi.net',
      'https://management.usgovcloudapi.net/.default',
      'https://login.microsoftonline.us',
    ],
    ['http://127.0.0.1:8080', 'https://management.azure.com/.default', undefined],
    ['http://[::1]:8080', 'https://management.azure.com/.default', undefined],
  ])('%s', (url, scope, authorityHost) => {
    expect(parseAzureEndpoint(url)).toMatchObject({ url: url.replace(/\/$/, ''), scope, authorityHost })
  })
  it.each(['http://management.azure.com', 'http://10.0.0.1', 'ftp://127.0.0.1', 'management.azure.com'])(
    '%s is refused',
    (resourceManagerUrl) => expect(() => createAzureClient({ resourceManagerUrl, subscriptionIds: '*' })).toThrow(),
  )
})

describe('a token service that gives no token', () => {
  // an identity that no other test uses, because MSAL caches a token for the whole process
  beforeEach(() => void vi.stubEnv('AZURE_CLIENT_ID', '99999999-8888-7777-6666-000000000003'))

  it.each([
    ['hang', 500, 'timeout', 'TOKEN_TIMEOUT'],
    ['refuse', 30_000, 'unauthorized', 'NO_TOKEN'],
  ] as const)('%s', async (identity, tokenTimeoutMs, outcome, code) => {
    context.server.identity = identity
    const azure = context.connect({ tokenTimeoutMs })
    const observation = await azure.poll(target, 'stats')
    expect(observation).toMatchObject({ outcome, error: { code, httpStatus: null } })
    expect(context.server.requests).toEqual([])
    expect(JSON.stringify(observation)).not.toContain(context.server.environment.IDENTITY_HEADER)
  })

  it.each([
    ['throttle', 30_000, 'unavailable', 'TOKEN_SERVICE_UNAVAILABLE'],
    // the identity library retries a 500 for longer than this timeout
    ['fail', 1_000, 'timeout', 'TOKEN_TIMEOUT'],
  ] as const)('%s is no refusal', async (identity, tokenTimeoutMs, outcome, code) => {
    context.server.identity = identity
    const azure = context.connect({ tokenTimeoutMs })
    expect(await azure.poll(target, 'stats')).toMatchObject({ outcome, error: { code } })
    expect(context.server.requests).toEqual([])
  })
})

describe('a token', () => {
  it('is asked of the managed identity at once, in the form that it knows, and once for many polls', async () => {
    serveStats()
    for (let i = 0; i < 3; i++) expect(await context.azure.poll(target, 'stats')).toMatchObject({ outcome: 'ok' })
    expect(askedFor(null)).toHaveLength(1)
    const [request] = askedFor(null)
    expect(Object.fromEntries(request?.query ?? [])).toEqual({
      'api-version': '2019-08-01',
      resource: 'https://management.azure.com',
    })
    expect(request?.headers['x-identity-header']).toBe(context.server.environment.IDENTITY_HEADER)
  })

  it('is kept, whatever the endpoint says that it is for, and asked for once by polls that begin together', async () => {
    serveStats()
    context.server.identity = 'elsewhere'
    // an identity that is not in the library's cache yet, which is shared by the process
    const identity = '99999999-8888-7777-6666-000000000002'
    vi.stubEnv('AZURE_CLIENT_ID', identity)
    const azure = context.connect()
    await Promise.all([azure.poll(target, 'stats'), azure.poll({ ...target, subresource: 'x' }, 'stats')])
    for (let i = 0; i < 3; i++) expect(await azure.poll(target, 'stats')).toMatchObject({ outcome: 'ok' })
    expect(askedFor(identity)).toHaveLength(1)
  })

  it('of a user-assigned identity is asked for by its client id', async () => {
    serveStats()
    const identity = '99999999-8888-7777-6666-555555555555'
    vi.stubEnv('AZURE_CLIENT_ID', identity)
    expect(await context.connect().poll(target, 'stats')).toMatchObject({ outcome: 'ok' })
    expect(askedFor(identity)).toHaveLength(1)
  })

  it('is had, and used, past a proxy that the environment names', async () => {
    serveStats()
    vi.stubEnv('HTTP_PROXY', 'http://127.0.0.1:9')
    vi.stubEnv('http_proxy', 'http://127.0.0.1:9')
    const identity = '99999999-8888-7777-6666-000000000001'
    vi.stubEnv('AZURE_CLIENT_ID', identity)
    expect(await context.connect().poll(target, 'stats')).toMatchObject({ outcome: 'ok', error: null })
    expect(askedFor(identity)).toHaveLength(1)
  })

  it('that is no longer taken is replaced after the second refusal', async () => {
    serveStats()
    expect(await context.azure.poll(target, 'stats')).toMatchObject({ outcome: 'ok' })
    for (let revocation = 0; revocation < 2; revocation++) {
      context.server.revokeTokens()
      const asked = askedFor(null).length
      const outcomes = []
      for (let i = 0; i < 5; i++) outcomes.push((await context.azure.poll(target, 'stats')).outcome)
      expect(outcomes).toEqual(['unauthorized', 'unauthorized', 'ok', 'ok', 'ok'])
      expect(askedFor(null)).toHaveLength(asked + 1)
    }
  })
})
