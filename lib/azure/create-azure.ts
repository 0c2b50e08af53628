import type { BilledRow, InventoryRows, Observation, Outcome, PollError, PollTarget } from '#lib/contract/index.ts'
import { systemClock } from '#lib/platform/clock.ts'
import { type Arm, createArm } from './arm.ts'
import { Call } from './call.ts'
import { failureOfError } from './classify.ts'
import { readEndpoint } from './endpoint.ts'
import { PollFailure } from './failure.ts'
import { readActivity } from './kinds/activity.ts'
import { readBill } from './kinds/bill.ts'
import { readArp, readStats, readSummary, readTables } from './kinds/circuit.ts'
import { readConnection } from './kinds/connection.ts'
import { readAdvertised, readLearned, readPeers } from './kinds/gateway.ts'
import { inventoryOutcome, readInventory } from './kinds/inventory.ts'
import { readMetrics } from './kinds/metrics.ts'
import { configuredSubscriptions, readSubscriptions } from './kinds/subscriptions.ts'
import { Queues } from './queue.ts'
import {
  CIRCUIT,
  CONNECTION,
  CONNECTION_MONITOR,
  expectType,
  GATEWAY,
  type Read,
  readTarget,
  SUBSCRIPTION,
} from './read.ts'
import type { ResourceId } from './resource-id.ts'
import { environmentCredential, Tokens } from './tokens.ts'
import type { Azure, AzureSettings, ObservableKind, PollOptions, Subscription } from './types.ts'

const DEADLINE_MS = 120_000
const INVENTORY_DEADLINE_MS = 300_000
const REQUEST_TIMEOUT_MS = 30_000
const TOKEN_TIMEOUT_MS = 15_000
/** One 401 may be a token that expired on its way; a second one in a row is not cured by waiting. */
const REFUSALS_BEFORE_RENEWAL = 2

/** What a poll came to, before it is dressed as an observation. */
interface Result<Rows> {
  outcome: Outcome
  error: PollError | null
  rows: Rows
}

const good = <Rows>(rows: Rows): Result<Rows> => ({ outcome: 'ok', error: null, rows })

/**
 * The client for everything that Peerwatch asks of Azure. Nothing is sent before the first poll.
 * @throws if an endpoint is no https URL, nor plain http on loopback
 */
export function createAzure(settings: AzureSettings): Azure {
  const clock = settings.clock ?? systemClock
  const endpoint = readEndpoint(settings.resourceManagerUrl)
  const metrics = readEndpoint(settings.metricsUrl ?? settings.resourceManagerUrl)
  const tokens = new Tokens(
    settings.createCredential ?? (() => environmentCredential(endpoint.authorityHost)),
    settings.tokenTimeoutMs ?? TOKEN_TIMEOUT_MS,
  )
  const arms = new Map<string, Arm>()
  const queues = new Queues()
  const closing = new AbortController()
  let refusals = 0

  function armOf(subscriptionId: string): Arm {
    const key = subscriptionId.toLowerCase()
    const known = arms.get(key)
    if (known) return known
    const arm = createArm(subscriptionId, {
      endpoint,
      alsoAllowed: [metrics.origin],
      tokens,
      requestTimeoutMs: settings.requestTimeoutMs ?? REQUEST_TIMEOUT_MS,
      ...(settings.transport ? { transport: settings.transport } : {}),
    })
    arms.set(key, arm)
    return arm
  }

  /** Clients cache their token as the credential does: both are made anew. */
  function heed(outcome: Outcome, httpStatus: number | null): void {
    if (outcome !== 'unauthorized' || httpStatus !== 401) {
      if (httpStatus === null && outcome !== 'ok') return
      refusals = 0
      return
    }
    if (++refusals < REFUSALS_BEFORE_RENEWAL) return
    refusals = 0
    arms.clear()
    tokens.renew()
  }

  function throwIfAbandoned(signal: AbortSignal | undefined): void {
    if (signal?.aborted || closing.signal.aborted) throw new DOMException('the poll was aborted', 'AbortError')
  }

  async function attempt<Rows>(
    options: PollOptions,
    defaultDeadlineMs: number,
    empty: Rows,
    work: (call: Call) => Promise<Result<Rows>>,
  ) {
    throwIfAbandoned(options.signal)
    const deadlineMs = options.deadlineMs ?? settings.deadlineMs ?? defaultDeadlineMs
    const call = new Call({ clock, deadlineMs, signals: [options.signal, closing.signal] })
    try {
      const result = await work(call)
      throwIfAbandoned(options.signal)
      heed(result.outcome, result.error?.httpStatus ?? null)
      return { ...result, ...call.span(result.outcome === 'ok'), ...accounts(call) }
    } catch (error) {
      throwIfAbandoned(options.signal)
      const failure = failureOfError(error, call)
      heed(failure.outcome, failure.error.httpStatus)
      const { outcome } = failure
      return { outcome, error: failure.error, rows: empty, ...call.span(false), ...accounts(call) }
    } finally {
      call.end()
    }
  }

  async function observe<Kind extends ObservableKind, Rows>(
    target: PollTarget,
    kind: Kind,
    type: string,
    options: PollOptions,
    empty: Rows,
    read: (read: Read) => Promise<Result<Rows>>,
  ) {
    const run = () =>
      attempt(options, kind === 'inventory' ? INVENTORY_DEADLINE_MS : DEADLINE_MS, empty, async (call) => {
        const id = expectType(readTarget(target), type, kind)
        const { resourceId, part } = target
        return read({ call, arm: armOf(id.subscriptionId), id, resourceId, part, params: options.params ?? {} })
      })
    const observed = SERIALISED.has(kind) ? await queued(target, options, run) : await run()
    return { target, kind, silentInstances: [], ...observed }
  }

  /** The deadline starts when the queue lets the poll through. */
  async function queued<T>(target: PollTarget, options: PollOptions, run: () => Promise<T>): Promise<T> {
    const signal = options.signal ? AbortSignal.any([options.signal, closing.signal]) : closing.signal
    try {
      return await queues.run(target.resourceId.toLowerCase(), signal, run)
    } catch (error) {
      throwIfAbandoned(options.signal)
      throw error
    }
  }

  const rowsOf =
    <Row>(read: (read: Read) => Promise<Row[]>) =>
    async (input: Read) =>
      good(await read(input))

  return {
    async poll(target, kind, options = {}): Promise<Observation> {
      switch (kind) {
        case 'peers':
          return observe(target, kind, GATEWAY, options, [], rowsOf(readPeers))
        case 'learned':
          return observe(target, kind, GATEWAY, options, [], rowsOf(readLearned))
        case 'advertised':
          return observe(target, kind, GATEWAY, options, [], rowsOf(readAdvertised))
        case 'summary':
          return observe(target, kind, CIRCUIT, options, [], rowsOf(readSummary))
        case 'arp':
          return observe(target, kind, CIRCUIT, options, [], rowsOf(readArp))
        case 'tables':
          return observe(target, kind, CIRCUIT, options, [], rowsOf(readTables))
        case 'stats':
          return observe(target, kind, CIRCUIT, options, [], rowsOf(readStats))
        case 'connection':
          return observe(target, kind, CONNECTION, options, [], rowsOf(readConnection))
        case 'activity':
          return observe(target, kind, SUBSCRIPTION, options, [], rowsOf(readActivity))
        case 'metrics':
          return observe(target, kind, typeOf(target), options, [], async (read) => {
            const { rows, failure } = await readMetrics(read, metrics.url)
            return failure ? { outcome: 'incomplete', error: failure.error, rows } : good(rows)
          })
        case 'probe':
          return observe(target, kind, CONNECTION_MONITOR, options, [], async (read) => {
            const { rows, failure } = await readMetrics(read, metrics.url)
            return failure && !isUnknownMetric(failure)
              ? { outcome: 'incomplete', error: failure.error, rows }
              : good(rows)
          })
        case 'inventory':
          return observe(target, kind, SUBSCRIPTION, options, noInventory(), async ({ call, arm, id }) => {
            const rows = await readInventory(call, arm, id.subscriptionId)
            return { ...inventoryOutcome(rows), rows }
          })
      }
    },

    async listSubscriptions(options = {}) {
      const ids = settings.subscriptionIds
      const byId: Subscription[] = ids === '*' ? [] : configuredSubscriptions(ids, [])
      const { outcome, error, rows, correlationId } = await attempt(options, DEADLINE_MS, byId, async (call) => {
        const listed = await readSubscriptions(call, armOf(ids === '*' ? '' : (ids[0] ?? '')))
        return good(ids === '*' ? listed : configuredSubscriptions(ids, listed))
      })
      return { outcome, error, correlationId, subscriptions: rows }
    },

    async bill(question, options = {}) {
      const { outcome, error, rows, correlationId } = await attempt<BilledRow[]>(
        options,
        DEADLINE_MS,
        [],
        async (call) => good(await readBill(call, armOf(question.subscriptionId), question)),
      )
      return { outcome, error, rows, correlationId }
    },

    close() {
      closing.abort()
    },
  }
}

/** A monitor of the first kind has no test results, and says so with a 400. */
const isUnknownMetric = ({ error }: PollFailure) => error.httpStatus === 400

/** Diagnostic POSTs: ARM runs one at a time on a gateway or circuit. */
const SERIALISED: ReadonlySet<ObservableKind> = new Set(['peers', 'learned', 'advertised', 'summary', 'arp', 'tables'])

const noInventory = (): InventoryRows => ({ resources: [], listedTypes: [], failedTypes: [] })

const accounts = ({ budget, correlationId }: Call) => ({ budget, correlationId })

/** Metrics are polled on more than one type; which of them have a plan is the reader's to say. */
function typeOf(target: PollTarget): string {
  try {
    const id: ResourceId = readTarget(target)
    return id.type
  } catch (error) {
    if (error instanceof PollFailure) return 'a circuit or gateway'
    throw error
  }
}
