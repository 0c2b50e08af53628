import { readSharedWall } from './answers/wall-answer.ts'
import { isCallerUnchanged } from '#lib/access/index.ts'
import type { RequestCaller, StreamChange } from '#lib/contract/index.ts'
import { getOverview, getWall, getWallHistory, OVERVIEW_POLL_KINDS } from './answers/index.ts'
import { endpoints, overviewNonJsonEndpoints } from './api/index.ts'
import {
  InvalidRequestError,
  runQueryAsOfMoment,
  defineFeatureCapability,
  createChangeFilter,
  getDatabaseForUse,
  createEventStream,
  narrowAccessScope,
  getProcessHub,
} from '#lib/questions/index.ts'

/**
 * Interval in ms at which Peerwatch checks whether the caller of an event stream still has the right to read. If the
 * right expired, this is noticed at the next check.
 */
const ASK_AGAIN_MS = 60_000

/**
 * Returns a signal that ends a stream when its caller no longer has the right to read. If the right is revoked, the
 * stream ends immediately. If the right expires, the stream ends at the next check.
 */
function untilRevoked(caller: RequestCaller, left: AbortSignal) {
  const revoked = new AbortController()
  const ask = async () => {
    try {
      if (!(await isCallerUnchanged(getDatabaseForUse('commands').pool, caller))) revoked.abort()
    } catch {
      // If the database does not respond, the stream continues until the next check.
    }
  }
  const signal = AbortSignal.any([left, revoked.signal])
  const timer = setInterval(() => void ask(), ASK_AGAIN_MS)
  signal.addEventListener('abort', () => clearInterval(timer), { once: true })
  const onChange = ({ topics }: StreamChange) => {
    if (topics.includes('access')) void ask()
  }
  return { signal, onChange }
}

export const overviewCapability = defineFeatureCapability({
  endpoints,
  answers: {
    // The response for a past moment contains no cost, because costs are computed only for the current time.
    overview: ({ db, caller, parameters: { at } }) =>
      runQueryAsOfMoment(db, { at, kinds: OVERVIEW_POLL_KINDS }, (reader, now) =>
        getOverview(reader, { mayReadCost: at === undefined && caller.rights.has('read_cost') }, now),
      ),
    wall: ({ db, caller, parameters: { customer, at, by } }) =>
      at === undefined
        ? readSharedWall(narrowAccessScope(caller.scope, customer), by)
        : runQueryAsOfMoment(db, { at, kinds: OVERVIEW_POLL_KINDS }, (reader, now) =>
            getWall(reader, { by, isPast: true }, now),
          ),
    wallHistory: ({ db, parameters: { at } }) =>
      runQueryAsOfMoment(db, { at, kinds: OVERVIEW_POLL_KINDS }, getWallHistory),
  },
  plainEndpoints: overviewNonJsonEndpoints,
  plain: {
    /**
     * Returns changes as server-sent events. The header `no-transform` keeps Next from compressing the stream.
     * Compression would delay events, because it collects them in a buffer first.
     */
    stream: async ({ request, caller }) => {
      const [parameter] = new URL(request.url).searchParams.keys()
      if (parameter !== undefined) {
        throw new InvalidRequestError(
          `${parameter}: no such parameter; the stream takes none (resume by the header Last-Event-ID)`,
        )
      }
      const lastEventId = request.headers.get('last-event-id')
      const { signal, onChange } = untilRevoked(caller, request.signal)
      const sees = await createChangeFilter(caller)
      return new Response(createEventStream(getProcessHub(), { signal, caller, lastEventId, sees, onChange }), {
        headers: {
          'content-type': 'text/event-stream; charset=utf-8',
          'cache-control': 'no-cache, no-store, no-transform',
          'x-accel-buffering': 'no',
          connection: 'keep-alive',
        },
      })
    },
  },
})
