import { STATUS_CODES } from 'node:http'
import { PROBLEM_CONTENT_TYPE, type Problem } from '#lib/contract/index.ts'

/** An error as RFC 9457 problem details. `detail` says what to do. */
export function problemResponse(status: number, detail: string, request: Request, headers: HeadersInit = {}): Response {
  const body: Problem = {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail,
    instance: new URL(request.url).pathname,
  }
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': PROBLEM_CONTENT_TYPE, 'cache-control': 'no-store', ...headers },
  })
}
