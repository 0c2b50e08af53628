import { isJsonObject, type Json, type JsonObject, parseExactJson } from '#lib/azure/decode/json.ts'
import { itemsIn, member } from '#lib/azure/decode/members.ts'
import { answerForPeriod } from './period.ts'
import type { Window } from './request-key.ts'

/**
 * The answer to a request for metrics of several resources: which ones share a request is chance, so that each is put together by
 * itself. One that nothing was recorded of is left out, as Azure leaves out what it does not have.
 * @param bodies of all recorded such requests about the same metrics, in the order of their time
 * @param asked the request's body
 */
export function batchAnswer(bodies: readonly Json[], asked: string, window: Window): JsonObject {
  const request = parseExactJson(asked)
  const ids = isJsonObject(request) ? itemsIn(request, 'resourceids').map(String) : []
  const entries = bodies.filter(isJsonObject).flatMap((body) => itemsIn(body, 'values').filter(isJsonObject))
  const values = ids.flatMap((id) => {
    const own = entries.filter((entry) => String(member(entry, 'resourceid')).toLowerCase() === id.toLowerCase())
    return answerForPeriod(own, window) ?? []
  })
  return { values }
}
