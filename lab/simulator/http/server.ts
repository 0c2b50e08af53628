/** The socket: reads a whole request, calls the pure answer, and delivers it with the faults that it names. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answer } from '../answer.ts'
import { type Clock, createClock } from '../clock.ts'
import { requireAccepted } from '../scenario.ts'
import type { Scenario } from '../schema.ts'
import { type Observed, observedWorld } from '../observed-world.ts'
import { createMemory } from '../memory.ts'
import type { Profile, ProfileName } from '../profile/profile.ts'
import { PROFILES } from '../profile/profiles.ts'
import { createWorld, type World } from '../world.ts'
import type { SimAnswer } from '../wire/message.ts'
import { signInAnswer } from './sign-in.ts'
import { tokenAnswer } from './token.ts'
import { type ControlDesk, createControlDesk } from './control.ts'
import { controlAnswer } from './control-http.ts'

const BODY_LIMIT = 1_000_000
/** How long a `slow` fault lets the client wait. */
const SLOW_MS = 5_000

export interface SimulatorOptions {
  readonly scenario: Scenario
  /** 0: a free one. */
  readonly port?: number
  readonly host?: string
  /** Virtual time; the machine's unless given. */
  readonly clock?: Clock
  /** How Azure behaves: `quick` unless given. */
  readonly profile?: ProfileName | Profile
  /** Zero of the timeline; the scenario's own, or virtual now. */
  readonly origin?: number
  /** What `x-identity-header` must be; any will do unless given. */
  readonly identityHeader?: string
  /** Asked before each answer of ARM's: what real routers say now, in place of what the scenario says. */
  readonly observe?: () => Promise<Observed>
  /** Called for each answer, for a log. */
  readonly onAnswer?: (line: { method: string; target: string; status: number; ms: number }) => void
}

export interface Simulator {
  readonly url: string
  readonly clock: Clock
  readonly control: ControlDesk
  readonly world: () => World
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

function deliver(response: ServerResponse, given: SimAnswer): void {
  if (given.transport === 'hang') return
  if (given.transport === 'reset') {
    response.socket?.resetAndDestroy()
    return
  }
  const body = Buffer.from(given.body)
  response.writeHead(given.status, { ...given.headers, 'content-length': body.length })
  if (given.transport === 'truncate') {
    // The length promises more than comes: the connection ends in the middle of the body.
    response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.socket?.destroy())
    return
  }
  response.end(body)
}

/**
 * Brings an Azure up on a port. Resolves when it listens.
 * @throws ScenarioError if Azure would refuse the estate
 */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const scenario = requireAccepted(options.scenario)
  const clock = options.clock ?? createClock(Date.now())
  const origin = options.origin ?? (scenario.origin ? Date.parse(scenario.origin) : clock.now())
  let world = createWorld(scenario, origin)
  const { profile = 'quick' } = options
  const memory = createMemory(typeof profile === 'string' ? PROFILES[profile] : profile)
  const control = createControlDesk({
    clock,
    world: () => world,
    replace: (controls, since) => {
      world = createWorld(scenario, origin, controls, { world, since })
    },
  })
  let url = ''

  const respond = async (request: IncomingMessage): Promise<SimAnswer> => {
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
    // what it leads to is at the address by which it was asked, as Azure's is
    const { host = new URL(url).host } = headers
    const signedIn = signInAnswer(world, clock.now(), { method, path, body, host, wall })
    if (signedIn) return signedIn
    const present = options.observe ? observedWorld(world, await options.observe()) : world
    return answer(
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
