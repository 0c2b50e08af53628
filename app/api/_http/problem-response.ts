import { PROBLEM_HEADERS, problemText } from '#lib/access/index.ts'
import type { Right } from '#lib/contract/index.ts'

/**
 * Returns an error as RFC 9457 problem details. `detail` tells what to do; `missingRight` is the right that the caller
 * of a 403 needs.
 */
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

/** Returns a 404 response for a path that the API does not have. */
export const noSuchResource = (request: Request): Response =>
  problemResponse(404, 'There is no such resource; /api/openapi.json lists all there are.', request)
