import type { BilledRow, Observation, Outcome, PollTarget } from '#lib/contract/index.ts'
import { systemClock } from '#lib/platform/clock.ts'
import { NetworkApiVersion } from './api-version.ts'
import { type Arm, createArm } from './arm.ts'
import { Call } from './call.ts'
import { failureOfError } from './classify.ts'
import { readEndpoint } from './endpoint.ts'
import { readBill } from './bill.ts'
import { kinds } from './kinds/index.ts'
import { DiscoverySlots } from './kinds/inventory/slots.ts'
import { MetricBatches } from './kinds/metrics/batch.ts'
import { metricsPlace } from './kinds/metrics/data-plane.ts'
import { good, type KindDefinition, type Result, type RowsOf } from './kinds/kind.ts'
import { beginOperation, checkOperation, type OperationStep, tableOf } from './long-running.ts'
import { expectType, type Read, readTarget } from './read.ts'
import { configuredSubscriptions, readSubscriptions } from './subscriptions.ts'
import { environmentCredential, Tokens } from './tokens.ts'
import type {
  AcceptedOperation,
  Azure,
  AzureSettings,
  Beginning,
  ObservableKind,
  PollOptions,
  PollStep,
  Subscription,
} from './types.ts'
import { pause } from './until-aborted.ts'

const DEADLINE_MS = 120_000
const REQUEST_TIMEOUT_MS = 30_000
const TOKEN_TIMEOUT_MS = 15_000
/** One 401 may be a token that expired in transit; waiting does not cure a second one in a row. */
const REFUSALS_BEFORE_RENEWAL = 2

/**
 * The client for everything that Peerwatch requests from Azure. Nothing is sent before the first poll.
 * @throws if an endpoint is no https URL, nor plain http on loopback
 */
export function createAzure(settings: AzureSettings): Azure {
  const clock = settings.clock ?? systemClock
  const endpoint = readEndpoint(settings.resourceManagerUrl)
  const metrics = metricsPlace(endpoint, settings.metricsUrl ?? null)
  const batches = new MetricBatches(metrics, clock, settings.onMetricsRefused ?? (() => {}))
  const tokens = new Tokens(
    settings.createCredential ?? (() => environmentCredential(endpoint.authorityHost)),
    settings.tokenTimeoutMs ?? TOKEN_TIMEOUT_MS,
  )
  const networkVersion = new NetworkApiVersion(settings.networkApiVersion ?? null, settings.onApiVersion ?? (() => {}))
  const discovery = new DiscoverySlots(settings.discoveryReadsPerSecond)
  const arms = new Map<string, Arm>()
  const closing = new AbortController()
  let refusals = 0

  function armOf(subscriptionId: string): Arm {
    const key = subscriptionId.toLowerCase()
    const known = arms.get(key)
    if (known) return known
    const arm = createArm(subscriptionId, {
      endpoint,
      isAllowed: metrics.isAllowed,
      tokens,
      networkVersion,
      requestTimeoutMs: settings.requestTimeoutMs ?? REQUEST_TIMEOUT_MS,
      ...(settings.transport ? { transport: settings.transport } : {}),
      ...(settings.onExchange ? { onExchange: settings.onExchange } : {}),
    })
    arms.set(key, arm)
    return arm
  }

  /** Clients cache their token as the credential does: both are created again. */
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
    const step = await stepOf(options, defaultDeadlineMs, empty, undefined, async (call) => ({
      result: await work(call),
    }))
    if (!step.result) throw new Error('only diagnostic operations are waited for')
    return step.result
  }

  /** What one uninterrupted part of a poll came to, with times and budget; failures included. */
  async function stepOf<Rows>(
    options: PollOptions,
    defaultDeadlineMs: number,
    empty: Rows,
    begun: Beginning | undefined,
    work: (call: Call) => Promise<Step<Rows>>,
  ) {
    throwIfAbandoned(options.signal)
    const deadlineMs = options.deadlineMs ?? settings.deadlineMs ?? defaultDeadlineMs
    const { beforeRequest } = options
    const call = new Call({ clock, deadlineMs, signals: [options.signal, closing.signal], begun, beforeRequest })
    try {
      if (call.signal.aborted) throw failureOfError(call.signal.reason, call)
      const step = await work(call)
      throwIfAbandoned(options.signal)
      if ('operation' in step) {
        heed('ok', null)
        const { waitMs } = step
        return { result: null, pending: { ...step.operation, ...call.beginning }, waitMs, ageMs: call.ageMs }
      }
      const { result } = step
      heed(result.outcome, result.error?.httpStatus ?? null)
      return { result: { ...result, ...call.span(result.outcome === 'ok'), ...accounts(call) } }
    } catch (error) {
      throwIfAbandoned(options.signal)
      const failure = failureOfError(error, call)
      heed(failure.outcome, failure.error.httpStatus)
      const { outcome } = failure
      return { result: { outcome, error: failure.error, rows: empty, ...call.span(false), ...accounts(call) } }
    } finally {
      call.end()
    }
  }

  async function step<Kind extends ObservableKind>(
    target: PollTarget,
    kind: Kind,
    options: PollOptions,
    from?: { operation: AcceptedOperation; begun: Beginning },
  ): Promise<PollStep> {
    const definition: KindDefinition<Kind> = kinds[kind]
    const { types, deadlineMs, slicesMs, nothing } = definition
    const reached = await stepOf(
      options,
      slicesMs ?? deadlineMs ?? DEADLINE_MS,
      nothing(),
      from?.begun,
      async (call) => {
        const id = expectType(readTarget(target), types, kind)
        const { resourceId, subresource } = target
        const arm = armOf(id.subscriptionId)
        const params = options.params ?? {}
        const slice = from?.operation.slice ?? null
        const read = { call, arm, id, resourceId, subresource, params, metrics, batches, discovery, slice }
        if (!from || slice) return start(definition, read, from?.operation)
        return goOn(definition, read, await checkOperation(call, arm, from.operation))
      },
    )
    if (!reached.result) return reached
    // KindDefinition ties a kind to its rows, which TypeScript can't follow through a union of kinds
    return { observation: { target, kind, silentInstances: [], ...reached.result } as Observation }
  }

  async function toItsEnd(target: PollTarget, kind: ObservableKind, options: PollOptions): Promise<Observation> {
    const deadlineMs =
      options.deadlineMs ?? settings.deadlineMs ?? kinds[kind].slicesMs ?? kinds[kind].deadlineMs ?? DEADLINE_MS
    const signal = options.signal ? AbortSignal.any([options.signal, closing.signal]) : closing.signal
    let reached = await step(target, kind, options)
    while ('pending' in reached) {
      const { pending, waitMs, ageMs } = reached
      const began = clock.monotonic() - ageMs
      await pause(Math.min(waitMs, Math.max(0, deadlineMs - ageMs)), signal).catch((error: unknown) => {
        throwIfAbandoned(options.signal)
        throw error
      })
      reached = await step(target, kind, options, {
        operation: pending,
        begun: { ...pending, ageMs: clock.monotonic() - began },
      })
    }
    return reached.observation
  }

  return {
    async begin(target, kind, options = {}) {
      return step(target, kind, options)
    },

    async resume(target, kind, pending, ageMs, options = {}) {
      return step(target, kind, options, { operation: pending, begun: { ...pending, ageMs } })
    },

    async poll(target, kind, options = {}) {
      return toItsEnd(target, kind, options)
    },

    readsTogether: (subscriptionId, region) => batches.isServed(subscriptionId, region),

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

/** An end of a poll, or the operation that it waits for. */
type Step<Rows> = { result: Result<Rows> } | Extract<OperationStep, { waitMs: number }>

async function start<Kind extends ObservableKind>(
  definition: KindDefinition<Kind>,
  read: Read,
  before?: AcceptedOperation,
): Promise<Step<RowsOf<Kind>>> {
  const { operation } = definition
  if (!operation) {
    const reached = await definition.read(read)
    if (!('slice' in reached)) return { result: reached }
    const checks = (before?.checks ?? 0) + 1
    const { slice, waitMs } = reached
    return {
      operation: { url: `slice:${slice.progress.done}`, says: 'result', resultUrl: null, checks, slice },
      waitMs,
    }
  }
  return goOn(definition, read, await beginOperation(read.call, (options) => operation.begin(read, options)))
}

async function goOn<Kind extends ObservableKind>(
  { operation }: KindDefinition<Kind>,
  { call, arm }: Read,
  reached: OperationStep,
): Promise<Step<RowsOf<Kind>>> {
  if ('operation' in reached) return reached
  if (!operation) throw new Error('this kind of poll is no operation')
  return { result: good(operation.decode(await tableOf(call, arm, reached.answer))) }
}

const accounts = ({ budget, correlationId }: Call) => ({ budget, correlationId })
