import { type PollObservation, type PollTarget, getSubscriptionId } from '#lib/contract/index.ts'
import type { PollLease } from '#lib/platform/leases/index.ts'
import { getErrorType, runInSpan, type TraceSpan, startTraceSpan } from '#lib/platform/tracing.ts'
import type { PollCommitOutcome } from '../commit/commit-poll.ts'

/** Reasons why a poll waits between two steps: for a request budget, or for an operation of Azure. */
type WaitsFor = 'budget' | 'operation'

/**
 * Trace of a poll. One span covers the time from its claim to its end; each wait is a child span. Requests to Azure,
 * detection and the commit add their own child spans. Attributes have the names of OpenTelemetry's conventions if there
 * is one, otherwise names of the form `peerwatch.*`.
 * @source https://opentelemetry.io/docs/specs/semconv/registry/attributes/ (azure.*, cloud.*, error.type)
 */
export class PollTraceRecorder {
  readonly #span: TraceSpan
  #wait: TraceSpan | null = null

  constructor({ kind, sourceId, everySeconds }: Pick<PollLease, 'kind' | 'sourceId' | 'everySeconds'>) {
    this.#span = startTraceSpan(`poll ${kind}`, {
      parent: null,
      attributes: {
        'peerwatch.poll.kind': kind,
        'peerwatch.source.id': sourceId,
        'peerwatch.poll.interval': everySeconds,
        'cloud.provider': 'azure',
      },
    })
  }

  /**
   * Adds the polled resource to the trace.
   * @param isResumed true = another worker began this poll
   */
  began({ resourceId, subresource }: PollTarget, isResumed: boolean): void {
    if (this.#span.ids === null) return
    this.#span.set({
      'cloud.resource_id': resourceId,
      'cloud.account.id': getSubscriptionId(resourceId),
      'peerwatch.poll.subresource': subresource || null,
      'peerwatch.poll.resumed': isResumed || null,
    })
  }

  /** Runs a step of the poll within its span. If the step throws, the span records the error and the trace ends. */
  async step<Progress>(work: () => Promise<Progress>): Promise<Progress> {
    this.#wait?.end()
    this.#wait = null
    try {
      return await runInSpan(this.#span, work)
    } catch (error) {
      this.#span.fail(getErrorType(error), error instanceof Error ? error.message : String(error))
      this.end()
      throw error
    }
  }

  waits(reason: WaitsFor): void {
    this.#wait = startTraceSpan(`wait for ${reason}`, { parent: this.#span })
  }

  finished(observation: PollObservation, { status, changes, events }: PollCommitOutcome): void {
    const { outcome, error, correlationId } = observation
    this.#span.set({
      'peerwatch.poll.outcome': outcome,
      'peerwatch.poll.recorded': status,
      'peerwatch.poll.changes': changes.length,
      'peerwatch.poll.events': events.length,
      'azure.service.request.id': correlationId,
    })
    if (outcome !== 'ok' && outcome !== 'incomplete') this.#span.fail(error?.code ?? outcome, error?.detail)
  }

  /** Ends the trace, even if the poll was given up between two steps. */
  end(): void {
    this.#wait?.end()
    this.#wait = null
    this.#span.end()
  }
}
