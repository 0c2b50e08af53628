import { publicRoute } from '../_http/handler.ts'
import { problemResponse } from '../_http/problem-response.ts'

export const runtime = 'nodejs'
export const dynamic = 'force-dynamic'

/** Whatever no other route takes. */
const nothingHere = publicRoute(async (request) =>
  problemResponse(404, 'There is no such resource; /api/openapi.json lists all there are.', request),
)

export { nothingHere as DELETE, nothingHere as GET, nothingHere as PATCH, nothingHere as POST, nothingHere as PUT }
