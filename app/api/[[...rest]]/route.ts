import { publicRoute } from '../_http/handler.ts'
import { noSuchResource } from '../_http/problem-response.ts'

export const runtime = 'nodejs'
export const dynamic = 'force-dynamic'

/** Responds with 404 to every API path that has no other route. */
const nothingHere = publicRoute(async (request) => noSuchResource(request))

export { nothingHere as DELETE, nothingHere as GET, nothingHere as PATCH, nothingHere as POST, nothingHere as PUT }
