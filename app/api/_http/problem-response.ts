import { PROBLEM_HEADERS, problemText } from '#lib/access/index.ts'
import type { Right } from '#lib/contract/index.ts'

/** An error as RFC 9457 problem details. `detail` says what to do; `missingRight` what the caller of a 403 would need. */
export function problemResponse(
  status: number,
  detail: string,
  request: Request,
  headers: HeadersInit = {},
  missingRight?: Right,
): Response {
  return new Response(problemText(status, detail, new URL(request.url).pathname, missingRight), {
    status,
    headers: { ...PROBLEM_HEADERS, ...headers },
  })
}

/** To a path that the API does not have. */
export const noSuchResource = (request: Request): Response =>
  problemResponse(404, 'There is no such resource; /api/openapi.json lists all there are.', request)
