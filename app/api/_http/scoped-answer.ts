import type { Caller, Endpoint } from '#lib/contract/index.ts'
import { cacheUntilPoll } from '#lib/platform/response-cache.ts'
import {
  type CapabilityHandler,
  type CapabilityRequest,
  type Db,
  narrowAccessScope,
  getQueryable,
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
export const openScopedDatabase = ({ scope }: Caller, customer: string | undefined): Promise<Db> =>
  openScopedReader(narrowAccessScope(scope, customer))

export const getCustomerParameter = (parameters: unknown): string | undefined =>
  (parameters as { customer?: string } | undefined)?.customer

/**
 * Returns the response of an endpoint with only the rows that the caller may see, for the API and for pages. Endpoints
 * with the flag `forAll` are requested repeatedly by every open page. Callers with the same scope and rights therefore
 * share a cached response of such an endpoint until the next poll.
 */
export function computeResponseInScope<Of extends Endpoint>(
  endpoint: Of,
  answer: CapabilityHandler<Of>,
  asked: CapabilityRequest<Of>,
): Promise<Envelope> {
  const { db, parameters, id, caller } = asked
  const make = async () => maskOtherCustomersNames(db, limitListedGaps((await answer(asked)) as Envelope))
  const key = () => JSON.stringify([endpoint.path, id, parameters, [...caller.rights]])
  return endpoint.forAll ? cacheUntilPoll(getQueryable(db), key(), make) : make()
}
