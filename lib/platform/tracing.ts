import { memoizePerProcess } from '#lib/bgp/memoize.ts'
import { AsyncLocalStorage } from 'node:async_hooks'

/**
 * Simple values by name, which are stored as attributes of a span. Names follow the semantic conventions of
 * OpenTelemetry if these define a name.
 */
export type SpanAttributes = Readonly<Record<string, string | number | boolean | null>>

/**
 * Ids of a span in hexadecimal digits, by which log lines and child spans refer to it: `traceId` has 32 digits,
 * `spanId` 16 and `flags` 2.
 */
interface SpanIds {
  traceId: string
  spanId: string
  flags: string
}

/**
 * Span of a trace, that is, a piece of work with a start and an end. If tracing is off, its methods do nothing
 * (ADR 0172).
 */
export interface TraceSpan {
  /** ids of the span; null = tracing is off */
  readonly ids: SpanIds | null
  /** Adds attributes. Attributes with the value null are left out. */
  set(attributes: SpanAttributes): void
  /**
   * Marks the work as failed.
   * @param type kind of the failure, for example an error code; it must come from a small set of values, unlike the
   *   message
   */
  fail(type: string, message?: string): void
  /** Ends the span now. Further calls are ignored. */
  end(): void
}

interface SpanOptions {
  attributes?: SpanAttributes
  /** `client` = a request to another system; default: `internal` */
  kind?: 'internal' | 'client'
  /** parent span; null = the span starts a new trace; absent = the span in which the caller runs is the parent */
  parent?: TraceSpan | null
}

export interface Tracer {
  start(name: string, options: Omit<SpanOptions, 'parent'>, parent: TraceSpan | null): TraceSpan
}

interface Tracing {
  tracer: Tracer | null
  active: AsyncLocalStorage<TraceSpan>
}

const tracing = memoizePerProcess('tracing', (): Tracing => ({ tracer: null, active: new AsyncLocalStorage() }))

const NO_SPAN: TraceSpan = { ids: null, set() {}, fail() {}, end() {} }

/** Sets the tracer that creates spans; null = tracing is off. */
export function setProcessTracer(tracer: Tracer | null): void {
  tracing().tracer = tracer
}

/**
 * Starts a span. The caller must end it.
 * @param name name of the work; it must come from a small set of values
 */
export function startTraceSpan(name: string, { parent, ...options }: SpanOptions = {}): TraceSpan {
  const { tracer, active } = tracing()
  if (!tracer) return NO_SPAN
  return tracer.start(name, options, parent === undefined ? (active.getStore() ?? null) : parent)
}

/** Runs `work`. All spans and log lines that it creates belong to `span`. */
export function runInSpan<T>(span: TraceSpan, work: () => T): T {
  return span.ids === null ? work() : tracing().active.run(span, work)
}

/**
 * Runs `work` in a new span, and ends the span afterwards. If `work` throws, the span is marked as failed and the error
 * is thrown again.
 */
export async function runInNewSpan<T>(
  name: string,
  options: SpanOptions,
  work: (span: TraceSpan) => Promise<T>,
): Promise<T> {
  const span = startTraceSpan(name, options)
  if (span.ids === null) return work(span)
  try {
    return await runInSpan(span, () => work(span))
  } catch (error) {
    span.fail(getErrorType(error), error instanceof Error ? error.message : String(error))
    throw error
  } finally {
    span.end()
  }
}

/** Returns the ids of the span in which the caller runs; null = it does not run in a span. */
export const getActiveSpanIds = (): SpanIds | null => tracing().active.getStore()?.ids ?? null

/**
 * Returns the kind of an error for the span attribute `error.type`: the error code of the system or the database if
 * there is one, otherwise the name of the error class.
 */
export function getErrorType(error: unknown): string {
  if (!(error instanceof Error)) return '_OTHER'
  const { code } = error as { code?: unknown }
  return typeof code === 'string' && code !== '' ? code : error.name
}
