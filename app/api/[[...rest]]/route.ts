import { createPublicHandler } from '../_http/handler.ts'
import { createUnknownPathResponse } from '../_http/problem-response.ts'

export const runtime = 'nodejs'
export const dynamic = 'force-dynamic'

/** Responds with 404 to every API path that has no other route. */
const nothingHere = createPublicHandler(async (request) => createUnknownPathResponse(request))

export { nothingHere as DELETE, nothingHere as GET, nothingHere as PATCH, nothingHere as POST, nothingHere as PUT }
