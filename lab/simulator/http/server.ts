import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAzureHttpResponse } from '../answer.ts'
import { type VirtualClock, createClock } from '../clock.ts'
import { requireAccepted } from '../scenario.ts'
import type { SimulatorScenario } from '../schema.ts'
import { type ObservedRouterStates, createWorldFromRouterStates } from '../observed-world.ts'
import { createSimulatorServerState } from '../memory.ts'
import type { SimulatorProfile, ProfileName } from '../profile/profile.ts'
import { SIMULATOR_PROFILES } from '../profile/profiles.ts'
import { createWorld, type SimulatedWorld } from '../world.ts'
import { type SimulatedHttpResponse, JSON_TYPE } from '../wire/message.ts'
import { tokenAnswer } from './token.ts'
import { type RunningSimulatorControl, createControlDesk } from './control.ts'
import { controlAnswer } from './control-http.ts'
import { findFaultOfApiCall, createReplacingAnswer, applyBodyFault } from '../faults.ts'
import { createSimulatedBearerToken } from '../wire/auth.ts'

const BODY_LIMIT = 1_000_000
/** Delay of a `slow` fault. */
const SLOW_MS = 5_000

export interface SimulatorOptions {
  readonly scenario: SimulatorScenario
  /** Port; 0 = any free port. */
  readonly port?: number
  readonly host?: string
  /** Virtual time; by default the machine's time. */
  readonly clock?: VirtualClock
  /** Azure's timing and limits; by default `quick`. */
  readonly profile?: ProfileName | SimulatorProfile
  /** Zero of the timeline; by default the scenario's own, or the current virtual time. */
  readonly origin?: number
  /** Required value of `x-identity-header`; by default any value. */
  readonly identityHeader?: string
  /** Called before each ARM response. Returns the state of real routers, which replaces the scenario's. */
  readonly observe?: () => Promise<ObservedRouterStates>
  /** called for each response, so that the caller can log it */
  readonly onAnswer?: (line: { method: string; target: string; status: number; ms: number }) => void
}

export interface RunningSimulator {
  readonly url: string
  readonly clock: VirtualClock
  readonly control: RunningSimulatorControl
  readonly world: () => SimulatedWorld
  readonly close: () => Promise<void>
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > BODY_LIMIT) throw new Error('request body too large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function deliver(response: ServerResponse, given: SimulatedHttpResponse): void {
  if (given.transport === 'hang') return
  if (given.transport === 'reset') {
    response.socket?.resetAndDestroy()
    return
  }
  const body = Buffer.from(given.body)
  response.writeHead(given.status, { ...given.headers, 'content-length': body.length })
  if (given.transport === 'truncate') {
    // the connection ends in the middle of the body, before the announced length is sent
    response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.socket?.destroy())
    return
  }
  response.end(body)
}

/**
 * Starts a simulated Azure on a port. The HTTP server reads whole requests and delivers the responses, including faults
 * of the transport. Resolves when the server listens.
 * @throws ScenarioError if Azure would refuse the estate
 */
export async function startSimulator(options: SimulatorOptions): Promise<RunningSimulator> {
  const scenario = requireAccepted(options.scenario)
  const clock = options.clock ?? createClock(Date.now())
  const origin = options.origin ?? (scenario.origin ? Date.parse(scenario.origin) : clock.now())
  let world = createWorld(scenario, origin)
  const { profile = 'quick' } = options
  const memory = createSimulatorServerState(typeof profile === 'string' ? SIMULATOR_PROFILES[profile] : profile)
  const control = createControlDesk({
    clock,
    world: () => world,
    replace: (controls, since) => {
      world = createWorld(scenario, origin, controls, { world, since })
    },
  })
  let url = ''

  const respond = async (request: IncomingMessage): Promise<SimulatedHttpResponse> => {
    const method = request.method ?? 'GET'
    const target = request.url ?? '/'
    const body = await readBody(request)
    const flat = (value: string | string[] | undefined): string | undefined =>
      Array.isArray(value) ? value.join(', ') : value
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, flat(value)]))
    const wall = Date.now()
    const path = target.split('?')[0] ?? '/'
    if (path.startsWith('/_control')) return controlAnswer(control, { method, target, headers, body })
    if (path === '/msi/token') return tokenAnswer(world, clock.now(), { target, headers, wall }, options.identityHeader)
    // URLs in the response use the host of the request, as in Azure
    const { host = new URL(url).host } = headers
    const signedIn = signInAnswer(world, clock.now(), { method, path, body, host, wall })
    if (signedIn) return signedIn
    const present = options.observe ? createWorldFromRouterStates(world, await options.observe()) : world
    return createAzureHttpResponse(
      present,
      clock.now(),
      { method, target, headers, body, base: `http://${host}`, wall },
      { memory, speed: clock.speed },
    )
  }

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const begun = performance.now()
    const given = await respond(request)
    const done = (): void =>
      options.onAnswer?.({
        method: request.method ?? '',
        target: request.url ?? '',
        status: given.status,
        ms: Math.round(performance.now() - begun),
      })
    if (given.transport === 'slow') setTimeout(() => deliver(response, given), SLOW_MS).unref()
    else deliver(response, given)
    done()
  }

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      const message = error instanceof Error ? error.message : String(error)
      if (!response.headersSent) response.writeHead(500, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ error: { code: 'SimulatorFault', message } }))
    })
  })
  server.keepAliveTimeout = 30_000
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, options.host ?? '127.0.0.1', resolve)
  })
  const { address, port } = server.address() as AddressInfo
  url = `http://${address.includes(':') ? `[${address}]` : address}:${port}`

  return {
    url,
    clock,
    control,
    world: () => world,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const LIFETIME_S = 3_600
const PATH = /^\/([\w.-]{1,253})\/(?:v2\.0\/(\.well-known\/openid-configuration)|oauth2\/v2\.0\/(token))$/

interface SignInRequest {
  readonly method: string
  readonly path: string
  readonly body: string
  readonly host: string
  readonly wall: number
}

const answerOf = (status: number, body: unknown): SimulatedHttpResponse => ({
  status,
  headers: JSON_TYPE,
  body: JSON.stringify(body),
})

const refuse = (error: string, code: number, message: string): SimulatedHttpResponse =>
  answerOf(error === 'invalid_client' ? 401 : 400, {
    error,
    error_description: `AADSTS${code}: ${message}`,
    error_codes: [code],
  })

/**
 * Answers requests to the sign-in service at `/{tenant}/v2.0/.well-known/openid-configuration` and
 * `/{tenant}/oauth2/v2.0/token`, in the form that MSAL expects. Any secret is accepted unless it contains `wrong`. The
 * ID of the application becomes the principal.
 * @returns the response; null if the path does not belong to the sign-in service
 */
function signInAnswer(world: SimulatedWorld, at: number, request: SignInRequest): SimulatedHttpResponse | null {
  const [, tenant = '', metadata, token] = PATH.exec(request.path) ?? []
  // MSAL requires https URLs, although the simulator itself uses http
  const base = `https://${request.host}/${tenant}`
  if (metadata) {
    return answerOf(200, {
      issuer: `${base}/v2.0`,
      authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
      token_endpoint: `${base}/oauth2/v2.0/token`,
      jwks_uri: `${base}/discovery/v2.0/keys`,
    })
  }
  if (!token || request.method !== 'POST') return null
  const form = new URLSearchParams(request.body)
  const principal = form.get('client_id') ?? ''
  const call = { operation: 'token.get', names: [tenant], subscription: '', path: '', principal }
  const fault = findFaultOfApiCall(world, at, call)
  const instead = fault && createReplacingAnswer(fault, call)
  if (instead) return instead
  if (form.get('grant_type') !== 'client_credentials') {
    return refuse('unsupported_grant_type', 70003, 'The app requested an unsupported grant type.')
  }
  if (!/^[\w-]{1,80}$/.test(principal)) {
    return refuse('unauthorized_client', 700016, `Application with identifier '${principal}' was not found.`)
  }
  const proof = form.get('client_secret') ?? form.get('client_assertion') ?? ''
  if (proof === '' || proof.includes('wrong')) {
    return refuse('invalid_client', 7000215, 'Invalid client secret provided.')
  }
  const good = answerOf(200, {
    token_type: 'Bearer',
    expires_in: LIFETIME_S,
    ext_expires_in: LIFETIME_S,
    access_token: createSimulatedBearerToken(Math.floor(request.wall / 1000) + LIFETIME_S, principal),
  })
  return fault ? applyBodyFault(fault, good) : good
}
