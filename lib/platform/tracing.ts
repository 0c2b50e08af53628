import { oncePerProcess } from '#lib/bgp/once.ts'
import { AsyncLocalStorage } from 'node:async_hooks'

/** Simple values by name, as spans carry them. Names follow OpenTelemetry's semantic conventions where these have one. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean | null>>

/** What log lines and child spans name a span by. Hexadecimal: 32 digits, 16 digits, 2 digits. */
interface SpanIds {
  traceId: string
  spanId: string
  flags: string
}

/** A piece of work with a beginning and an end. Without a tracer it is nothing, and costs nothing (ADR 0172). */
export interface Span {
  /** null = nobody traces */
  readonly ids: SpanIds | null
  /** Adds attributes; those with the value null are left out. */
  set(attributes: SpanAttributes): void
  /** The work failed. @param type of few values, such as an error code; not the message */
  fail(type: string, message?: string): void
  /** Ends it now; a second end is ignored. */
  end(): void
}

interface SpanOptions {
  attributes?: SpanAttributes
  /** client = a request to somebody else; default internal */
  kind?: 'internal' | 'client'
  /** null = it begins a trace; not given = the span that the caller runs in */
  parent?: Span | null
}

export interface Tracer {
  start(name: string, options: Omit<SpanOptions, 'parent'>, parent: Span | null): Span
}

interface Tracing {
  tracer: Tracer | null
  active: AsyncLocalStorage<Span>
}

const tracing = oncePerProcess('tracing', (): Tracing => ({ tracer: null, active: new AsyncLocalStorage() }))

const NO_SPAN: Span = { ids: null, set() {}, fail() {}, end() {} }

/** Who makes spans from now on; null = nobody. */
export function setTracer(tracer: Tracer | null): void {
  tracing().tracer = tracer
}

/** Begins a span, which whoever began it ends. @param name of few values */
export function startSpan(name: string, { parent, ...options }: SpanOptions = {}): Span {
  const { tracer, active } = tracing()
  if (!tracer) return NO_SPAN
  return tracer.start(name, options, parent === undefined ? (active.getStore() ?? null) : parent)
}

/** Runs `work` so that spans and log lines of it belong to `span`, however deep they are. */
export function runInSpan<T>(span: Span, work: () => T): T {
  return span.ids === null ? work() : tracing().active.run(span, work)
}

/** Runs `work` as a span of its own. What it throws is the span's failure, and is thrown on. */
export async function inSpan<T>(name: string, options: SpanOptions, work: (span: Span) => Promise<T>): Promise<T> {
  const span = startSpan(name, options)
  if (span.ids === null) return work(span)
  try {
    return await runInSpan(span, () => work(span))
  } catch (error) {
    span.fail(errorType(error), error instanceof Error ? error.message : String(error))
    throw error
  } finally {
    span.end()
  }
}

/** Those of the span that the caller runs in; null = none. */
export const activeSpanIds = (): SpanIds | null => tracing().active.getStore()?.ids ?? null

/** `error.type` of the semantic conventions: the system's or the database's code where there is one, else the class. */
export function errorType(error: unknown): string {
  if (!(error instanceof Error)) return '_OTHER'
  const { code } = error as { code?: unknown }
  return typeof code === 'string' && code !== '' ? code : error.name
}
