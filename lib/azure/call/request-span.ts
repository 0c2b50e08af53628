import type { PipelineRequest, PipelineResponse } from '@azure/core-rest-pipeline'
import { runInNewSpan } from '#lib/platform/tracing.ts'

/**
 * Query parameters whose values may appear in a trace. The values of all others are hidden, because they may be secret,
 * for example the signature in the URL of an operation.
 */
const SHOWN = new Set([
  'api-version',
  'interval',
  'timespan',
  'metricnames',
  'metricnamespace',
  'aggregation',
  'starttime',
  'endtime',
  '$top',
  '$expand',
])

/**
 * Sends a request to Azure within a tracing span that belongs to the span of the poll. Each repetition has its own
 * span.
 * @source https://opentelemetry.io/docs/specs/semconv/http/http-spans/ (client)
 */
export async function traceRequest(
  request: Pick<PipelineRequest, 'method' | 'url'>,
  send: () => Promise<PipelineResponse>,
): Promise<PipelineResponse> {
  const { method } = request
  return runInNewSpan(method, { kind: 'client' }, async (span) => {
    if (span.ids === null) return send()
    const url = new URL(request.url)
    span.set({
      'http.request.method': method,
      'server.address': url.hostname,
      'server.port': Number(url.port) || (url.protocol === 'https:' ? 443 : 80),
      'url.full': redactRequestUrl(url),
    })
    const response = await send()
    span.set({
      'http.response.status_code': response.status,
      'azure.service.request.id': response.headers.get('x-ms-request-id') ?? null,
    })
    if (response.status >= 400) span.fail(String(response.status))
    return response
  })
}

/**
 * Returns a URL without secrets: without user and fragment, and with the values of only those query parameters that are
 * known to be harmless.
 */
export function redactRequestUrl({ origin, pathname, searchParams }: URL): string {
  const query = [...searchParams].map(
    ([name, value]) => `${name}=${SHOWN.has(name.toLowerCase()) ? encodeURIComponent(value) : 'REDACTED'}`,
  )
  return `${origin}${pathname}${query.length > 0 ? `?${query.join('&')}` : ''}`
}
