import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, type Tracer as OtelTracer } from '@opentelemetry/api'
import type { Resource } from '@opentelemetry/resources'
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace'
import type { TelemetrySettings } from '../environment/telemetry.ts'
import { maskSecretsInLine } from '../secrets.ts'
import type { TraceSpan, SpanAttributes, Tracer } from '../tracing.ts'

type Traces = NonNullable<TelemetrySettings['traces']>

/**
 * Maximum length of a text attribute in characters. It is limited, because an error message may contain a complete
 * response.
 */
const TEXT = 1_000

export function createTracerProvider(
  resource: Resource,
  exporter: SpanExporter,
  { sampler, ...batches }: Traces,
): TracerProvider {
  return new TracerProvider({
    resource,
    sampler: samplerOf(sampler),
    spanLimits: { attributeValueLengthLimit: TEXT, attributeCountLimit: 32 },
    spanProcessors: [new BatchSpanProcessor({ exporter, ...batches })],
  })
}

/**
 * Returns a tracer with Peerwatch's interface that uses a tracer of OpenTelemetry. Secrets are masked in all texts, as
 * in the log.
 */
export function createMaskingTracer(tracer: OtelTracer): Tracer {
  return {
    start(name, { attributes = {}, kind }, parent) {
      const within = parent?.ids
        ? trace.setSpanContext(ROOT_CONTEXT, {
            traceId: parent.ids.traceId,
            spanId: parent.ids.spanId,
            traceFlags: Number.parseInt(parent.ids.flags, 16),
          })
        : ROOT_CONTEXT
      const spanKind = kind === 'client' ? SpanKind.CLIENT : SpanKind.INTERNAL
      const span = tracer.startSpan(name, { kind: spanKind, attributes: clean(attributes) }, within)
      const { traceId, spanId, traceFlags } = span.spanContext()
      let isEnded = false
      return {
        ids: { traceId, spanId, flags: traceFlags.toString(16).padStart(2, '0') },
        set: (more) => void span.setAttributes(clean(more)),
        fail(type, message) {
          span.setAttribute('error.type', type)
          span.setStatus({
            code: SpanStatusCode.ERROR,
            ...(message && { message: maskSecretsInLine(message).slice(0, TEXT) }),
          })
        },
        end() {
          if (!isEnded) span.end()
          isEnded = true
        },
      } satisfies TraceSpan
    },
  }
}

const clean = (attributes: SpanAttributes): Record<string, string | number | boolean> =>
  Object.fromEntries(
    Object.entries(attributes).flatMap(([name, value]) =>
      value === null ? [] : [[name, typeof value === 'string' ? maskSecretsInLine(value) : value]],
    ),
  )

/**
 * Returns the configured sampler.
 * @source https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/ (OTEL_TRACES_SAMPLER)
 */
function samplerOf({ name, ratio }: Traces['sampler']): Sampler {
  const root = name.endsWith('always_on')
    ? new AlwaysOnSampler()
    : name.endsWith('always_off')
      ? new AlwaysOffSampler()
      : new TraceIdRatioBasedSampler(ratio)
  return name.startsWith('parentbased_') ? new ParentBasedSampler({ root }) : root
}
