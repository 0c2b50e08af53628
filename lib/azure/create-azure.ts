import type { BilledRow, Observation, Outcome, PollTarget } from '#lib/contract/index.ts'
import { systemClock } from '#lib/platform/clock.ts'
import { type Arm, createArm } from './arm.ts'
import { Call } from './call.ts'
import { failureOfError } from './classify.ts'
import { readEndpoint } from './endpoint.ts'
import { readBill } from './bill.ts'
import { kinds } from './kinds/index.ts'
import { good, type KindDefinition, type Result } from './kinds/kind.ts'
import { Queues } from './queue.ts'
import { expectType, readTarget } from './read.ts'
import { configuredSubscriptions, readSubscriptions } from './subscriptions.ts'
import { environmentCredential, Tokens } from './tokens.ts'
import type { Azure, AzureSettings, ObservableKind, PollOptions, Subscription } from './types.ts'

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

  async function observe<Kind extends ObservableKind>(target: PollTarget, kind: Kind, options: PollOptions) {
    const { types, deadlineMs, serialised, nothing, read }: KindDefinition<Kind> = kinds[kind]
    const run = () =>
      attempt(options, deadlineMs ?? DEADLINE_MS, nothing(), async (call) => {
        const id = expectType(readTarget(target), types, kind)
        const { resourceId, subresource } = target
        const arm = armOf(id.subscriptionId)
        return read({ call, arm, id, resourceId, subresource, params: options.params ?? {}, metricsUrl: metrics.url })
      })
    const observed = serialised ? await queued(target, options, run) : await run()
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

  return {
    async poll(target, kind, options = {}) {
      // KindDefinition ties a kind to its rows, which TypeScript can't follow through a union of kinds
      return (await observe(target, kind, options)) as Observation
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

const accounts = ({ budget, correlationId }: Call) => ({ budget, correlationId })
