import { type Observation, type PollTarget, subscriptionOf } from '#lib/contract/index.ts'
import type { Lease } from '#lib/platform/leases/index.ts'
import { errorType, runInSpan, type Span, startSpan } from '#lib/platform/tracing.ts'
import type { Committed } from '../commit/commit-poll.ts'

/** Reasons for a wait between two steps of a poll. */
type WaitsFor = 'budget' | 'operation'

/**
 * The trace of a poll: a span from its claim to its end, with a child span for each wait. Requests to Azure, the commit
 * and detection create child spans where they happen. Attributes follow OpenTelemetry's conventions if there is one,
 * otherwise they are named `peerwatch.*`.
 * @source https://opentelemetry.io/docs/specs/semconv/registry/attributes/ (azure.*, cloud.*, error.type)
 */
export class PollTrace {
  readonly #span: Span
  #wait: Span | null = null

  constructor({ kind, sourceId, everySeconds }: Pick<Lease, 'kind' | 'sourceId' | 'everySeconds'>) {
    this.#span = startSpan(`poll ${kind}`, {
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
   * Adds the target of the poll to the trace.
   * @param isResumed whether another worker began the poll
   */
  began({ resourceId, subresource }: PollTarget, isResumed: boolean): void {
    if (this.#span.ids === null) return
    this.#span.set({
      'cloud.resource_id': resourceId,
      'cloud.account.id': subscriptionOf(resourceId),
      'peerwatch.poll.subresource': subresource || null,
      'peerwatch.poll.resumed': isResumed || null,
    })
  }

  /**
   * Runs a step of the poll in the poll's span. If the step throws, the poll ends without an outcome: the error is
   * recorded as the span's failure, and the trace ends.
   */
  async step<Progress>(work: () => Promise<Progress>): Promise<Progress> {
    this.#wait?.end()
    this.#wait = null
    try {
      return await runInSpan(this.#span, work)
    } catch (error) {
      this.#span.fail(errorType(error), error instanceof Error ? error.message : String(error))
      this.end()
      throw error
    }
  }

  waits(reason: WaitsFor): void {
    this.#wait = startSpan(`wait for ${reason}`, { parent: this.#span })
  }

  finished(observation: Observation, { status, changes, events }: Committed): void {
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

  /** Ends the trace, also if the poll was given up between two steps. */
  end(): void {
    this.#wait?.end()
    this.#wait = null
    this.#span.end()
  }
}
