import { PROBLEM_HEADERS, formatProblem } from '#lib/access/index.ts'
import type { AccessRight } from '#lib/contract/index.ts'

/**
 * Returns an error response with RFC 9457 problem details. `detail` tells the caller what to do. In a 403 response,
 * `missingRight` is the right that the caller lacks.
 */
export function createProblemResponse(
  status: number,
  detail: string,
  request: Request,
  headers: HeadersInit = {},
  missingRight?: AccessRight,
): Response {
  return new Response(formatProblem(status, detail, new URL(request.url).pathname, missingRight), {
    status,
    headers: { ...PROBLEM_HEADERS, ...headers },
  })
}

/** Returns a 404 response for a path that the API does not have. */
export const createUnknownPathResponse = (request: Request): Response =>
  createProblemResponse(404, 'There is no such resource; /api/openapi.json lists all there are.', request)
