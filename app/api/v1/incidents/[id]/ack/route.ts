import { acknowledge, readingDatabase } from '#lib/answers/index.ts'
import { acknowledgeBody, idParameter } from '#lib/contract/index.ts'
import { guarded, type RouteContext } from '../../../../_http/handler.ts'
import { problemResponse } from '../../../../_http/problem-response.ts'
import { readBody, readValue } from '../../../../_http/query.ts'

export const runtime = 'nodejs'
export const dynamic = 'force-dynamic'

/** Takes an incident on; answers with it as it is then. */
export function POST(request: Request, context: RouteContext): Promise<Response> {
  return guarded(request, async () => {
    const id = readValue((await context.params).id, idParameter, 'id')
    const { note } = await readBody(request, acknowledgeBody)
    return Response.json({ data: await acknowledge(readingDatabase(), id, note || null) })
  })
}

function postOnly(request: Request): Response {
  return problemResponse(405, `${request.method} is not possible here: send a POST.`, request, { allow: 'POST' })
}
export { postOnly as DELETE, postOnly as GET, postOnly as PATCH, postOnly as PUT }
