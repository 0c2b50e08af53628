import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestArmServerReaction, sendServerReaction, wireText } from './arm-behaviour.ts'
import { createReactionFromInventory, type TestArmInventory } from './arm-estate.ts'

export { armError, type TestArmServerReaction, type OperationStyle, operationStyles } from './arm-behaviour.ts'
export type { TestArmInventory } from './arm-estate.ts'

/** A request as received. Header names are lower case. */
export interface SeenRequest {
  method: string
  path: string
  query: URLSearchParams
  headers: IncomingMessage['headers']
  body: string
  at: number
}

/** A rule that replaces the response of the estate. `when` is matched against `METHOD path`, case-insensitively. */
export interface TestArmResponseRule {
  when: RegExp
  behaviour: TestArmServerReaction | ((request: SeenRequest) => TestArmServerReaction)
  /** number of requests to which the rule applies; by default all */
  times?: number
}

export type IdentityMode = 'ok' | 'elsewhere' | 'refuse' | 'fail' | 'hang' | 'throttle'

/** A simulated Azure on a free loopback port, with a token endpoint, ARM's lists and long-running operations. */
export interface TestArmServer {
  /** address for `resourceManagerUrl` */
  url: string
  /** environment variables for clients of this server */
  environment: { IDENTITY_ENDPOINT: string; IDENTITY_HEADER: string }
  /** all requests to ARM so far, without token requests */
  requests: SeenRequest[]
  tokenRequests: SeenRequest[]
  /** adds a rule; rules that were added later take precedence */
  rule(rule: TestArmResponseRule): void
  estate: TestArmInventory
  identity: IdentityMode
  /** headers of every response, for example x-ms-ratelimit-remaining-subscription-reads */
  headers: Record<string, string>
  /** restores the initial state, but keeps the issued tokens valid */
  reset(estate?: TestArmInventory): void
  /** makes all tokens issued so far invalid */
  revokeTokens(): void
  /** resolves when a request to ARM that matches `when` is received, or immediately if it was received before */
  seen(when: RegExp): Promise<void>
  close(): Promise<void>
}

interface Operation {
  behaviour: Extract<TestArmServerReaction, { do: 'operation' }>
  left: number
  lag: number
}

export const createEmptyTestArmInventory = (): TestArmInventory => ({ subscriptions: [], resources: [], bodies: {} })

const IDENTITY_HEADER = 'the-header-of-the-test-identity'

export async function startArmServer(
  estate: TestArmInventory = createEmptyTestArmInventory(),
  port = 0,
): Promise<TestArmServer> {
  const rules: TestArmResponseRule[] = []
  const tokens = new Set<string>()
  const operations = new Map<string, Operation>()
  /** counts the operations of all tests, so that no operation ID is used twice */
  let begun = 0
  const watchers = new Set<() => void>()
  let issued = 0

  const http = createServer((request, response) => handle(request, response))
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject)
    http.listen(port, '127.0.0.1', resolve)
  })
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`

  const server: TestArmServer = {
    url,
    environment: { IDENTITY_ENDPOINT: `${url}/msi/token`, IDENTITY_HEADER },
    requests: [],
    tokenRequests: [],
    estate,
    identity: 'ok',
    headers: {},
    rule: (rule) => void rules.unshift({ ...rule }),
    reset(next = createEmptyTestArmInventory()) {
      rules.splice(0)
      operations.clear()
      Object.assign(server, { estate: next, requests: [], tokenRequests: [], identity: 'ok', headers: {} })
    },
    revokeTokens: () => tokens.clear(),
    seen: (when) =>
      new Promise((resolve) => {
        const check = () => {
          if (!server.requests.some((request) => when.test(`${request.method} ${request.path}`))) return
          watchers.delete(check)
          resolve()
        }
        watchers.add(check)
        check()
      }),
    close: () =>
      new Promise((resolve, reject) => {
        http.close((error) => (error ? reject(error) : resolve()))
        http.closeAllConnections()
      }),
  }
  return server

  function handle(incoming: IncomingMessage, response: ServerResponse): void {
    const at = new URL(incoming.url ?? '/', url)
    const request: SeenRequest = {
      method: incoming.method ?? 'GET',
      path: decodeURIComponent(at.pathname).replace(/\/{2,}/g, '/'),
      query: at.searchParams,
      headers: incoming.headers,
      body: '',
      at: Date.now(),
    }
    incoming.setEncoding('utf8').on('data', (piece: string) => {
      request.body += piece
    })
    // respond after the body was received, like a real server
    incoming.once('end', () => {
      if (request.path === '/msi/token') return token(request, response)
      if (isOfEarlierTest(request)) return response.destroy()
      server.requests.push(request)
      for (const check of watchers) check()
      for (const [name, value] of Object.entries(server.headers)) response.setHeader(name, value)
      respond(request, response)
    })
  }

  /**
   * Reports whether a request belongs to an operation of an earlier test. Such a request may still arrive when the next
   * test begins.
   */
  function isOfEarlierTest(request: SeenRequest): boolean {
    const [, id = ''] = followedBy(request)
    return /^operation-\d+$/.test(id) && !operations.has(id)
  }

  function token(request: SeenRequest, response: ServerResponse): void {
    server.tokenRequests.push(request)
    const refused = request.headers['x-identity-header'] !== IDENTITY_HEADER || server.identity === 'refuse'
    if (server.identity === 'hang') return
    const message = 'the identity is not to be had'
    if (server.identity === 'fail')
      return sendServerReaction({ do: 'answer', status: 500, body: { message } }, response)
    if (server.identity === 'throttle')
      return sendServerReaction({ do: 'answer', status: 429, body: { message } }, response)
    if (refused) return sendServerReaction({ do: 'answer', status: 400, body: { statusCode: 400, message } }, response)
    const access_token = `test-token-${String(++issued).padStart(6, '0')}`
    tokens.add(access_token)
    const expires_on = Math.floor(Date.now() / 1_000) + 86_400
    const resource = server.identity === 'elsewhere' ? 'https://elsewhere.invalid' : request.query.get('resource')
    sendServerReaction({ do: 'answer', body: { access_token, expires_on, resource, token_type: 'Bearer' } }, response)
  }

  function respond(request: SeenRequest, response: ServerResponse): void {
    const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1]
    if (!bearer || !tokens.has(bearer)) {
      const code = bearer ? 'ExpiredAuthenticationToken' : 'AuthenticationFailed'
      return sendServerReaction(
        { do: 'answer', status: 401, body: { error: { code, message: 'No valid token.' } } },
        response,
      )
    }
    const rule = rules.find(({ when, times }) => times !== 0 && when.test(`${request.method} ${request.path}`))
    if (rule?.times) rule.times--
    if (rule) return act(typeof rule.behaviour === 'function' ? rule.behaviour(request) : rule.behaviour, response)
    const [kind, id] = followedBy(request)
    const operation = id && operations.get(id)
    if (operation && id) return followUp(operation, id, kind === 'operationResults', response)
    act(createReactionFromInventory(server.estate, request.method, request.path, request.query, url), response)
  }

  function act(behaviour: TestArmServerReaction, response: ServerResponse): void {
    if (behaviour.do !== 'operation') return sendServerReaction(behaviour, response)
    if (behaviour.style === 'inline') return sendServerReaction({ do: 'answer', body: behaviour.body }, response)
    begun += 1
    const id = `operation-${begun}`
    operations.set(id, { behaviour, left: behaviour.rounds ?? 1, lag: behaviour.lag ?? 0 })
    accept(behaviour, id, response)
  }

  function accept(behaviour: Operation['behaviour'], id: string, response: ServerResponse): void {
    const place = `${url}/subscriptions/any/providers/Microsoft.Network/locations/uksouth`
    const version = 'api-version=2026-01-01'
    const { style, retryAfter, acceptedBody = '' } = behaviour
    const headers = {
      ...(style !== 'location' && { 'Azure-AsyncOperation': `${place}/operations/${id}?${version}` }),
      ...((style === 'location' || style === 'both') && { Location: `${place}/operationResults/${id}?${version}` }),
      ...(retryAfter !== undefined && { 'Retry-After': retryAfter }),
    }
    sendServerReaction({ do: 'text', status: 202, text: acceptedBody, headers }, response)
  }

  function followUp(operation: Operation, id: string, result: boolean, response: ServerResponse): void {
    const { behaviour } = operation
    const { style, body, retryAfter, end } = behaviour
    const headers: Record<string, string> = retryAfter === undefined ? {} : { 'Retry-After': retryAfter }
    if (operation.left > 0) {
      operation.left--
      if (result) return accept(behaviour, id, response)
      return sendServerReaction({ do: 'answer', body: { status: 'InProgress' }, headers }, response)
    }
    if (result && style === 'both' && operation.lag-- > 0) return accept(behaviour, id, response)
    if (end && end.do !== 'operation' && (result || style !== 'both')) return sendServerReaction(end, response)
    if (result || style === 'asyncTop') return sendServerReaction({ do: 'text', text: wireText(body) }, response)
    const status =
      style === 'asyncOutput' ? { status: 'Succeeded', properties: { output: body } } : { status: 'Succeeded' }
    sendServerReaction({ do: 'answer', body: status }, response)
  }
}

/** Returns the kind of operation address that a request uses, and the ID of the operation. */
function followedBy({ path }: SeenRequest): [kind?: string, id?: string] {
  const [, kind, id] = /\/locations\/[^/]+\/(operationResults|operations)\/([^/]+)$/i.exec(path) ?? []
  return [kind, id]
}
