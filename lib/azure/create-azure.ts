import type { TokenCredential } from '@azure/identity'
import type { AzureGatewayReports, BilledMeterCost, PollObservation, PollTarget } from '#lib/contract/index.ts'
import { machineClock } from '#lib/platform/clock.ts'
import { DEFAULT_IDENTITY } from '#lib/platform/environment.ts'
import { NetworkApiVersion } from './call/api-version.ts'
import { pollWithIdentitiesInTurn, recordOngoingResult, type PollStepResult } from './call/fetch-in-turn.ts'
import { AzurePollContext } from './call/call.ts'
import { classifyRequestError } from './call/classify-failure.ts'
import { parseAzureEndpoint } from './endpoint.ts'
import { PollFailure } from './call/failure.ts'
import { AzureIdentity } from './identity/identity.ts'
import { AzureIdentityChooser, buildIdentityQuery } from './identity/identity-choice.ts'
import { createIdentityCredential } from './identity/identity-credential.ts'
import { readBill } from './bill.ts'
import { readGatewayReport } from './gateway-reports.ts'
import { ResourceChangeQueries } from './kinds/activity/change-queries.ts'
import { pollKindDefinitions } from './kinds/index.ts'
import { MemoryCache } from '#lib/platform/cache.ts'
import { DiscoveryConcurrencyLimiter } from './kinds/inventory/discovery-slots.ts'
import { MetricBatches } from './kinds/metrics/batch.ts'
import { findMetricsEndpoints } from './kinds/metrics/data-plane.ts'
import {
  createOkResult,
  type KindDefinition,
  type KindPollResult,
  type RowsOfPollKind,
  makeObservationRowsLazy,
} from './kinds/kind.ts'
import {
  type OperationRows,
  beginOperation,
  checkOperation,
  type LongRunningOperationProgress,
  fetchOperationTable,
} from './call/long-running.ts'
import { type RouteTableCacheEntry, RouteTableCache } from './decode/route-table-cache.ts'
import { requireResourceType, type PollInput, parseTargetId } from './poll-input.ts'
import {
  resolveConfiguredSubscriptions,
  isExistingSubscription,
  type IdentitySubscriptions,
  readSubscriptions,
  listVisibleSubscriptionIds,
  combineSubscriptionLists,
} from './subscriptions.ts'
import { createEnvironmentCredential } from './identity/tokens.ts'
import type {
  AcceptedArmOperation,
  AzureAccess,
  AzureSettings,
  PollStart,
  ObservableKind,
  PendingOperation,
  PollOptions,
  PollStep,
  AzureSubscription,
} from './types.ts'
import { buildResultWithUnreadCount, UnreadRowCounter } from './decode/unread-row-counter.ts'
import { waitOrThrowIfAborted } from './call/until-aborted.ts'

const DEADLINE_MS = 120_000
const REQUEST_TIMEOUT_MS = 30_000
const TOKEN_TIMEOUT_MS = 15_000

/**
 * Creates the client for all requests to Azure. It sends its first request when it is first used.
 * @throws Error if an endpoint is neither an https URL nor plain http on loopback
 */
export function createAzureClient(settings: AzureSettings): AzureAccess {
  const clock = settings.clock ?? machineClock
  const endpoint = parseAzureEndpoint(settings.resourceManagerUrl)
  const metrics = findMetricsEndpoints(endpoint, settings.metricsUrl ?? null)
  const networkVersion = new NetworkApiVersion(settings.networkApiVersion ?? null, settings.onApiVersion ?? (() => {}))
  const discovery = new DiscoveryConcurrencyLimiter(settings.discoveryReadsPerSecond)
  const providers = new MemoryCache<true>('provider_lists')
  const choice = new AzureIdentityChooser(identitiesOf(), () => clock.monotonic())
  const tables = new RouteTableCache()
  /** usual durations of operations by kind, milliseconds */
  const usualDurations = new Map<ObservableKind, number>()
  const closing = new AbortController()

  function identitiesOf(): AzureIdentity[] {
    const { subscriptionIds, identities = [], onExchange, onMetricsRefused, onChangesRefused } = settings
    const isOne = identities.length === 0
    const timeoutMs = settings.tokenTimeoutMs ?? TOKEN_TIMEOUT_MS
    const identity = (name: string, ids: readonly string[] | '*', create: () => TokenCredential) => {
      const named = isOne ? {} : { identity: name }
      return new AzureIdentity(
        { name, subscriptionIds: ids },
        { create, timeoutMs },
        {
          endpoint,
          isAllowed: metrics.isAllowed,
          networkVersion,
          requestTimeoutMs: settings.requestTimeoutMs ?? REQUEST_TIMEOUT_MS,
          batches: new MetricBatches(metrics, clock, (refusal) => onMetricsRefused?.({ ...refusal, ...named })),
          changes: new ResourceChangeQueries(
            (refusal) => onChangesRefused?.({ ...refusal, ...named }),
            settings.resourceGraph ?? true,
          ),
          ...(settings.transport ? { transport: settings.transport } : {}),
          ...(onExchange && { onExchange: isOne ? onExchange : (exchange) => onExchange({ ...exchange, ...named }) }),
        },
      )
    }
    const ofEnvironment = settings.createCredential ?? (() => createEnvironmentCredential(endpoint.authorityHost))
    return [
      ...(isOne || subscriptionIds.length > 0 ? [identity(DEFAULT_IDENTITY, subscriptionIds, ofEnvironment)] : []),
      ...identities.map((own) =>
        identity(own.name, own.subscriptions === 'all' ? '*' : own.subscriptions, () =>
          createIdentityCredential(own, endpoint.authorityHost),
        ),
      ),
    ]
  }

  function throwIfAbandoned(signal: AbortSignal | undefined): void {
    if (signal?.aborted || closing.signal.aborted) throw new DOMException('the poll was aborted', 'AbortError')
  }

  async function attempt<Rows>(
    identity: AzureIdentity,
    options: PollOptions,
    defaultDeadlineMs: number,
    empty: Rows,
    work: (call: AzurePollContext) => Promise<KindPollResult<Rows>>,
  ) {
    const step = await stepOf(identity, options, defaultDeadlineMs, empty, undefined, async (call) => ({
      result: await work(call),
    }))
    if (!step.result) throw new Error('only diagnostic operations are waited for')
    return step.result
  }

  /**
   * Runs one step of a poll, which contains no wait for an operation. Returns its result with the times and the
   * remaining request budgets. A failure is also returned as a result.
   */
  async function stepOf<Rows>(
    identity: AzureIdentity | null,
    options: PollOptions,
    defaultDeadlineMs: number,
    empty: Rows,
    begun: PollStart | undefined,
    work: (call: AzurePollContext) => Promise<Step<Rows>>,
  ) {
    throwIfAbandoned(options.signal)
    const deadlineMs = options.deadlineMs ?? settings.deadlineMs ?? defaultDeadlineMs
    const { beforeRequest } = options
    const call = new AzurePollContext({
      clock,
      deadlineMs,
      signals: [options.signal, closing.signal],
      begun,
      beforeRequest,
    })
    try {
      if (call.signal.aborted) throw classifyRequestError(call.signal.reason, call)
      const step = await work(call)
      throwIfAbandoned(options.signal)
      if ('operation' in step) {
        identity?.heed('ok', null)
        const { waitMs } = step
        const named = identity === null || choice.isPlain ? {} : { identity: identity.name }
        const pending = { ...step.operation, ...call.beginning, ...named }
        return { result: null, pending, waitMs, ageMs: call.ageMs }
      }
      const { result } = step
      identity?.heed(result.outcome, result.error?.httpStatus ?? null)
      return { result: { ...result, ...call.span(result.outcome === 'ok'), ...accounts(call) } }
    } catch (error) {
      throwIfAbandoned(options.signal)
      const failure = classifyRequestError(error, call)
      identity?.heed(failure.outcome, failure.error.httpStatus)
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
    from?: { operation: PendingOperation; begun: PollStart },
  ): Promise<PollStep> {
    const definition: KindDefinition<Kind> = pollKindDefinitions[kind]
    const { types, deadlineMs, slicesMs, nothing } = definition
    const known = tables.of<RowsOfPollKind<Kind>>(kind, target)
    const ask = (identity: AzureIdentity | null, own: PollOptions, handsOver = false) =>
      stepOf(identity, own, slicesMs ?? deadlineMs ?? DEADLINE_MS, nothing(), from?.begun, async (call) => {
        if (identity === null) throw withoutIdentity(from?.operation)
        const id = requireResourceType(parseTargetId(target), types, kind)
        const { resourceId, subresource } = target
        const arm = identity.arm(id.subscriptionId)
        const { batches, changes } = identity
        const params = options.params ?? {}
        const slice = from?.operation.slice ?? null
        const read = {
          call,
          arm,
          id,
          resourceId,
          subresource,
          params,
          metrics,
          batches,
          changes,
          discovery,
          providers,
          usualMs: usualDurations.get(kind),
          handsOver,
          slice,
        }
        try {
          if (!from || slice) return await start(definition, read, known, from?.operation)
          return await goOn(definition, read, known, await checkOperation(call, arm, from.operation))
        } catch (error) {
          throw (error instanceof PollFailure && definition.refused?.(error, id.type)) || error
        }
      })
    const reached = await asWhom(target, kind, options, from?.operation, ask)
    if (!reached.result) return reached
    const { outcome, startedAt, finishedAt } = reached.result
    if (definition.operation && from && outcome === 'ok') {
      const ms = finishedAt - startedAt
      usualDurations.set(kind, averageDurations(usualDurations.get(kind), ms))
    }
    // the cast is necessary, because TypeScript cannot derive the type of the rows from a union of poll kinds
    return {
      observation: makeObservationRowsLazy({ target, kind, silentInstances: [], ...reached.result } as PollObservation),
    }
  }

  /**
   * Chooses the identity that makes a poll. A new poll tries the identities in turn. A poll that waits for an operation
   * is continued by the identity that began it.
   * A poll in slices (an inventory that is read in several steps) may continue with another identity, because each
   * slice is a separate request. It does so if the first identity is refused or no longer configured.
   */
  async function asWhom<Own extends PollStepResult>(
    target: PollTarget,
    kind: ObservableKind,
    given: PollOptions,
    operation: PendingOperation | undefined,
    ask: (identity: AzureIdentity | null, options: PollOptions, handsOver?: boolean) => Promise<Own>,
  ): Promise<Own> {
    // an operation has no identity name if it was begun with a single identity, or by an earlier version
    const begunBy = operation && choice.named(operation.identity ?? DEFAULT_IDENTITY)
    const isSlice = operation?.slice !== undefined
    if (operation && !begunBy && !isSlice) return ask(null, given)
    if (choice.isPlain) return ask(choice.all[0] ?? null, given)
    const side = pollKindDefinitions[kind].operation ? 'writes' : 'reads'
    const question = buildIdentityQuery(target.resourceId, kind, side, kind !== 'metrics')
    const deadlineMs = given.deadlineMs ?? settings.deadlineMs
    const options = deadlineMs === undefined ? given : { ...given, deadlineMs }
    if (!begunBy || isSlice) return pollWithIdentitiesInTurn({ choice, question, clock, first: begunBy }, options, ask)
    const reached = await ask(begunBy, options)
    recordOngoingResult({ choice, question }, begunBy, reached)
    return reached
  }

  async function toItsEnd(target: PollTarget, kind: ObservableKind, options: PollOptions): Promise<PollObservation> {
    const deadlineMs =
      options.deadlineMs ??
      settings.deadlineMs ??
      pollKindDefinitions[kind].slicesMs ??
      pollKindDefinitions[kind].deadlineMs ??
      DEADLINE_MS
    const signal = options.signal ? AbortSignal.any([options.signal, closing.signal]) : closing.signal
    let reached = await step(target, kind, options)
    while ('pending' in reached) {
      const { pending, waitMs, ageMs } = reached
      if (pending.slice) options.onProgress?.(pending.slice.progress)
      const began = clock.monotonic() - ageMs
      await waitOrThrowIfAborted(Math.min(waitMs, Math.max(0, deadlineMs - ageMs)), signal).catch((error: unknown) => {
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

    readsTogether: (subscriptionId, region) =>
      choice.of(subscriptionId).some(({ batches }) => batches.isServed(subscriptionId, region)),

    async listSubscriptions(options = {}) {
      const listings = await Promise.all(
        choice.all.map(async (identity): Promise<IdentitySubscriptions> => {
          const { subscriptionIds: ids } = identity
          const byId: AzureSubscription[] = ids === '*' ? [] : resolveConfiguredSubscriptions(ids, [])
          const listed = await attempt(identity, options, DEADLINE_MS, byId, async (call) => {
            const unread = new UnreadRowCounter()
            const all = await readSubscriptions(call, identity.arm(ids === '*' ? '' : (ids[0] ?? '')), unread)
            return buildResultWithUnreadCount(ids === '*' ? all : resolveConfiguredSubscriptions(ids, all), unread)
          })
          if (listed.outcome === 'ok') choice.sees(identity, listVisibleSubscriptionIds(identity, listed.rows))
          return { identity, ...listed }
        }),
      )
      return combineSubscriptionLists(listings, settings.identities ?? [])
    },

    async hasSubscription(subscriptionId, options = {}) {
      const identities = choice.all.filter(({ subscriptionIds }) => subscriptionIds === '*')
      const answers = await Promise.all(
        identities.map((identity) =>
          attempt<boolean | null>(identity, options, DEADLINE_MS, null, async (call) =>
            createOkResult(await isExistingSubscription(call, identity.arm(subscriptionId), subscriptionId)),
          ),
        ),
      )
      if (answers.some(({ rows }) => rows === true)) return true
      return answers.every(({ rows }) => rows === false) ? false : null
    },

    async bill(question, options = {}) {
      const ask = (identity: AzureIdentity, own: PollOptions) =>
        attempt<BilledMeterCost[]>(identity, own, DEADLINE_MS, [], (call) =>
          readBill(call, identity.arm(question.subscriptionId), question),
        ).then((result) => ({ result }))
      const subscriptionId = question.subscriptionId.toLowerCase()
      const asked = { subscriptionId, about: 'bill', side: 'reads' as const, spread: false }
      const { result } = await (choice.isPlain && choice.all[0]
        ? ask(choice.all[0], options)
        : pollWithIdentitiesInTurn({ choice, question: asked, clock }, options, ask))
      const { outcome, error, rows, correlationId } = result
      return { outcome, error, rows, correlationId }
    },

    async report(question, options = {}) {
      const { subscriptionId } = parseTargetId({ resourceId: question.resourceId, subresource: '' })
      const ask = (identity: AzureIdentity, own: PollOptions) =>
        attempt<AzureGatewayReports[typeof question.report]['data']>(identity, own, DEADLINE_MS, null, (call) =>
          readGatewayReport(call, identity.arm(subscriptionId), question),
        ).then((result) => ({ result }))
      const asked = {
        subscriptionId: subscriptionId.toLowerCase(),
        about: 'report',
        side: 'writes' as const,
        spread: false,
      }
      const { result } = await (choice.isPlain && choice.all[0]
        ? ask(choice.all[0], options)
        : pollWithIdentitiesInTurn({ choice, question: asked, clock }, options, ask))
      return { outcome: result.outcome, error: result.error, data: result.rows }
    },

    identitiesOf: (subscriptionId) => choice.of(subscriptionId).map(({ name }) => name),

    close() {
      closing.abort()
    },
  }
}

/** Weight (0 to 1) of the newest duration in the average that is kept as the usual duration. */
const NEWEST_WEIGHT = 0.2

/**
 * Returns the usual duration of an operation after a new measurement, in milliseconds. It is a moving average in which
 * newer durations have more weight than older ones.
 */
const averageDurations = (usual: number | undefined, ms: number): number =>
  usual === undefined ? ms : usual + NEWEST_WEIGHT * (ms - usual)

/** Result of one step of a poll: the result of the poll, or the operation for which the poll must wait. */
type Step<Rows> = { result: KindPollResult<Rows> } | Extract<LongRunningOperationProgress, { waitMs: number }>

async function start<Kind extends ObservableKind>(
  definition: KindDefinition<Kind>,
  read: PollInput,
  known: RouteTableCacheEntry<RowsOfPollKind<Kind>>,
  before?: AcceptedArmOperation,
): Promise<Step<RowsOfPollKind<Kind>>> {
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
  const reached = await beginOperation(read.call, (options) => operation.begin(read, options), read.usualMs)
  return goOn(definition, read, known, reached)
}

async function goOn<Kind extends ObservableKind>(
  { operation }: KindDefinition<Kind>,
  { call, arm, id: { type }, subresource }: PollInput,
  known: RouteTableCacheEntry<RowsOfPollKind<Kind>>,
  reached: LongRunningOperationProgress,
): Promise<Step<RowsOfPollKind<Kind>>> {
  if ('operation' in reached) return reached
  if (!operation) throw new Error('this kind of poll is no operation')
  const { answer } = reached
  const decode = (table: OperationRows) => operation.decode(table, { type, subresource })
  const short = known?.read(answer, decode)
  if (short) return { result: short }
  const table = await fetchOperationTable(call, arm, answer)
  const result = buildResultWithUnreadCount(decode(table), table.unread)
  known?.keep(answer, result)
  return { result }
}

/**
 * Returns the failure of a poll whose operation was begun by an identity that is no longer configured. Another identity
 * cannot continue it, because Azure may not show it the operation.
 */
function withoutIdentity(operation: PendingOperation | undefined): PollFailure {
  const name = operation?.identity ?? DEFAULT_IDENTITY
  const detail = `the identity ${name} began this operation and is configured no longer; the next poll begins a new one`
  return new PollFailure('unavailable', { code: 'IDENTITY_GONE', detail })
}

const accounts = ({ budget, correlationId }: AzurePollContext) => ({ budget, correlationId })
