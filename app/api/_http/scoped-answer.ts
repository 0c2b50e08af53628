import type { RequestCaller, EndpointDefinition } from '#lib/contract/index.ts'
import { cacheUntilPoll } from '#lib/platform/response-cache.ts'
import {
  type ApiEndpointHandler,
  type ApiEndpointRequest,
  type ReadableDatabase,
  narrowAccessScope,
  getSqlExecutor,
  openScopedReader,
  limitListedGaps,
  maskOtherCustomersNames,
} from '#lib/questions/index.ts'

/** Field that all API responses have. */
interface Envelope {
  asOf: string
}

/**
 * Returns a database connection that can read only the resources in the caller's scope.
 * @param customer limits the scope further to one customer, a filter of many lists; undefined = no further limit
 */
export const openScopedDatabase = ({ scope }: RequestCaller, customer: string | undefined): Promise<ReadableDatabase> =>
  openScopedReader(narrowAccessScope(scope, customer))

export const getCustomerParameter = (parameters: unknown): string | undefined =>
  (parameters as { customer?: string } | undefined)?.customer

/**
 * Returns the response of an endpoint with only the rows that the caller may see, for the API and for pages. Endpoints
 * with the flag `forAll` are requested repeatedly by every open page. Callers with the same scope and rights therefore
 * share a cached response of such an endpoint until the next poll.
 */
export function computeResponseInScope<Of extends EndpointDefinition>(
  endpoint: Of,
  answer: ApiEndpointHandler<Of>,
  asked: ApiEndpointRequest<Of>,
): Promise<Envelope> {
  const { db, parameters, id, caller } = asked
  const make = async () => maskOtherCustomersNames(db, limitListedGaps((await answer(asked)) as Envelope))
  const key = () => JSON.stringify([endpoint.path, id, parameters, [...caller.rights]])
  return endpoint.forAll ? cacheUntilPoll(getSqlExecutor(db), key(), make) : make()
}
