import { PROBLEM_HEADERS, problemText } from '#lib/access/index.ts'

/** An error as RFC 9457 problem details. `detail` says what to do. */
export function problemResponse(status: number, detail: string, request: Request, headers: HeadersInit = {}): Response {
  return new Response(problemText(status, detail, new URL(request.url).pathname), {
    status,
    headers: { ...PROBLEM_HEADERS, ...headers },
  })
}
