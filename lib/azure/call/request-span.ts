import type { PipelineRequest, PipelineResponse } from '@azure/core-rest-pipeline'
import { inSpan } from '#lib/platform/tracing.ts'

/**
 * Query parameters whose values may appear in a trace. All others, such as the signature of an operation's address, are
 * redacted.
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
 * Runs a request to Azure as a span of its poll. Each attempt is a separate span.
 * @source https://opentelemetry.io/docs/specs/semconv/http/http-spans/ (client)
 */
export async function traceRequest(
  request: Pick<PipelineRequest, 'method' | 'url'>,
  send: () => Promise<PipelineResponse>,
): Promise<PipelineResponse> {
  const { method } = request
  return inSpan(method, { kind: 'client' }, async (span) => {
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
 * Returns an address without secrets: the user, the fragment and the values of query parameters that are not known to
 * be harmless are removed.
 */
export function redactRequestUrl({ origin, pathname, searchParams }: URL): string {
  const query = [...searchParams].map(
    ([name, value]) => `${name}=${SHOWN.has(name.toLowerCase()) ? encodeURIComponent(value) : 'REDACTED'}`,
  )
  return `${origin}${pathname}${query.length > 0 ? `?${query.join('&')}` : ''}`
}
