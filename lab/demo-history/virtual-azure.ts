import {
  createAzureClient,
  decodePollResponse,
  type ObservableKind,
  buildPlainRequest,
  type PollTimes,
} from '#lib/azure/index.ts'
import type { EpochMs, PollObservation, PollTarget } from '#lib/contract/index.ts'
import {
  createAzureHttpResponse,
  createSimulatedBearerToken,
  createSimulatedCredential,
  type SimulatedWorld,
} from '../simulator/index.ts'

/**
 * Kinds of polls that a generated history contains. Metrics are not among them, because Azure stores metrics and the
 * worker reads past ones over HTTP. Network interfaces are not among them, because a user selects them at the first
 * start.
 */
export type GeneratedPastPollKind = Extract<
  ObservableKind,
  'peers' | 'learned' | 'advertised' | 'summary' | 'arp' | 'tables' | 'stats' | 'connection' | 'inventory' | 'activity'
>

/** Any loopback address works, because nothing is sent to it. */
const BASE = 'http://127.0.0.1'
const CENTURY_S = 3_200_000_000

const TOKEN = createSimulatedBearerToken(CENTURY_S * 2)
const AUTHORIZED = { authorization: `Bearer ${TOKEN}` }

/**
 * The simulated Azure without a socket: the client's decoder and discovery read the simulator's responses at any
 * moment.
 */
export interface VirtualAzureClient {
  /** Makes one poll. `span` is the time of request and response, and the response is true for its middle. */
  poll(
    target: PollTarget,
    kind: GeneratedPastPollKind,
    span: PollTimes,
    window?: { from: EpochMs; to: EpochMs },
  ): Promise<PollObservation>
  close(): void
}

export function createVirtualAzure(world: SimulatedWorld): VirtualAzureClient {
  // time span of the current poll of a list, which the clock below reads; only one such poll runs at a time
  let span: PollTimes = { startedAt: 0, finishedAt: 0 }
  let now = 0
  const clock = { now: () => now, monotonic: () => now }
  const lists = createAzureClient({
    resourceManagerUrl: BASE,
    subscriptionIds: '*',
    clock,
    // Resource Graph is not used: the Activity log contains the same changes, and a query with each of 10,000 polls
    // would take too long
    resourceGraph: false,
    createCredential: createSimulatedCredential,
    transport: ({ method, url, headers, body }) => {
      const target = url.slice(BASE.length)
      const given = ask(world, middle(span), { method, target, headers, ...(body === null ? {} : { body }) })
      now = span.finishedAt
      return given
    },
  })
  let queue: Promise<unknown> = Promise.resolve()

  const listed = (target: PollTarget, kind: 'inventory' | 'activity', at: PollTimes, params = {}) => {
    const run = queue.then(() => {
      span = at
      now = at.startedAt
      return lists.poll(target, kind, { params })
    })
    queue = run.catch(() => undefined)
    return run
  }

  return {
    async poll(target, kind, at, window) {
      if (kind === 'inventory' || kind === 'activity') return listed(target, kind, at, window)
      const wire = ask(world, middle(at), { ...buildPlainRequest(target, kind), headers: AUTHORIZED })
      return decodePollResponse(target, kind, wire, at)
    },
    close: () => lists.close(),
  }
}

const middle = ({ startedAt, finishedAt }: PollTimes): EpochMs => Math.floor((startedAt + finishedAt) / 2)

type AzureRequest = {
  method: string
  target: string
  headers: Readonly<Record<string, string | undefined>>
  body?: string
}

function ask(world: SimulatedWorld, at: EpochMs, request: AzureRequest) {
  const given = createAzureHttpResponse(world, at, { ...request, base: BASE, wall: at }, { lro: 'inline' })
  if (given.transport) throw new Error(`the scenario has a fault that only a socket can play: ${given.transport}`)
  return { status: given.status, headers: { ...given.headers }, body: given.body }
}
