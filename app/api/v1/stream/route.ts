import { changeFilter, InvalidRequestError, eventStream, processHub } from '#lib/queries/index.ts'
import { plainRoute } from '../../_http/handler.ts'

export const runtime = 'nodejs'
export const dynamic = 'force-dynamic'

/** Changes as server-sent events. `no-transform` keeps Next from compressing, and so from holding back, the stream. */
export const GET = plainRoute('stream', async (request, caller) => {
  const [parameter] = new URL(request.url).searchParams.keys()
  if (parameter !== undefined) {
    throw new InvalidRequestError(
      `${parameter}: no such parameter; the stream takes none (resume by the header Last-Event-ID)`,
    )
  }
  const lastEventId = request.headers.get('last-event-id')
  return new Response(
    eventStream(processHub(), { signal: request.signal, lastEventId, sees: await changeFilter(caller.scope) }),
    {
      headers: {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-cache, no-store, no-transform',
        'x-accel-buffering': 'no',
        connection: 'keep-alive',
      },
    },
  )
})
