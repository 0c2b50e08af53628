import { headers } from 'next/headers'
import { cache } from 'react'
import {
  type EndpointResponse,
  addPageSelectionToParameters,
  buildRequest,
  type EndpointArguments,
  type ScreenEndpointPath,
} from '#components/data/endpoint.ts'
import type { QueryParameters } from '#components/data/client.ts'
import { computePageTimeRange, type TimeRange } from '#components/time/time-range.ts'
import { readCaller, requireRight } from '#lib/access/index.ts'
import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import { mergedCapabilityOfAllFeatures } from '#lib/table.ts'
import { NotFoundError } from '#lib/questions/index.ts'
import { validateWithSchema } from '../api/_http/query.ts'
import { computeResponseInScope, getCustomerParameter } from '../api/_http/scoped-answer.ts'
import { readPageAddress } from '../_shared/page-address.ts'
import { openPageDatabase } from '../_shared/page-reader.ts'

/**
 * A query that the server runs for the first paint of a page. It has the same query key as in the browser, and its
 * result is the same as the API response.
 */
export type PagePrefetchQuery = () => Promise<{ queryKey: readonly unknown[]; queryFn: () => Promise<unknown> }>

/** Each endpoint with the function that computes its response. The key is the path below `/api/v1`. */
const BY_PATH = new Map(
  Object.entries(mergedCapabilityOfAllFeatures.answers).flatMap(([name, answer]) => {
    const endpoint = mergedCapabilityOfAllFeatures.endpoints[name]
    return endpoint ? [[endpoint.path.slice(1), { endpoint, answer }]] : []
  }),
)

/**
 * Computes an API response for a page. Queries with the same path, parameters and id are computed only once per page.
 */
const answerOf = cache(async (path: string, search: string, id: string): Promise<unknown> => {
  const found = BY_PATH.get(path)
  if (!found) throw new NotFoundError(`/${path} is no part of this product`)
  const { endpoint, answer } = found
  const caller = readCaller(await headers())
  requireRight(caller, endpoint)
  const parameters = validateWithSchema(Object.fromEntries(new URLSearchParams(search)), endpoint.parameters)
  const db = await openPageDatabase(getCustomerParameter(parameters))
  return computeResponseInScope(endpoint, answer, {
    db,
    parameters,
    id,
    caller,
    offers: mergedCapabilityOfAllFeatures.offers,
  })
})

/** Adds the customer filter and the selected time of the page's URL to the parameters of a query. */
const parametersOf = async (path: ScreenEndpointPath, given: object | undefined): Promise<QueryParameters> =>
  addPageSelectionToParameters(path, (given ?? {}) as QueryParameters, await readPageAddress())

/**
 * Computes the response of an endpoint for a page, with the visitor's rights and with the customer filter and the
 * selected time of the page's URL.
 * @throws the errors that the API returns as a problem response
 */
export async function fetchPageResponse<Path extends ScreenEndpointPath>(
  path: Path,
  ...[parameters]: EndpointArguments<Path>
): Promise<EndpointResponse<Path>> {
  const given = await parametersOf(path, parameters)
  const { search } = new URL(buildRequest(path, given).url, 'http://page')
  return (await answerOf(path, search, String(given.id ?? ''))) as EndpointResponse<Path>
}

/** Returns a query of an endpoint that the server runs for the first paint of a page. */
export const createEndpointPrefetchQuery =
  <Path extends ScreenEndpointPath>(path: Path, ...rest: EndpointArguments<Path>): PagePrefetchQuery =>
  async () => ({
    queryKey: buildRequest(path, await parametersOf(path, rest[0])).queryKey,
    queryFn: () => fetchPageResponse(path, ...rest),
  })

/**
 * Returns a query of an endpoint for the first paint of a page, with the time range of the page's URL.
 * @param usual time range that applies if the URL contains none
 */
export const prefetchEndpointOverRange =
  <Path extends ScreenEndpointPath>(
    path: Path,
    usual: string,
    parametersIn: (range: TimeRange) => EndpointArguments<Path>,
  ): PagePrefetchQuery =>
  async () =>
    createEndpointPrefetchQuery(
      path,
      ...parametersIn(computePageTimeRange((await readPageAddress()).clock, usual, getDatabaseNow())),
    )()

/** Returns the query of the first page of a list whose pages are loaded one after the other. */
export const prefetchFirstPage =
  <Path extends ScreenEndpointPath>(path: Path, limit: number): PagePrefetchQuery =>
  async () => ({
    queryKey: buildRequest(path, {}).queryKey,
    queryFn: async () => ({
      pages: [await fetchPageResponse(path, ...([{ limit }] as unknown as EndpointArguments<Path>))],
      pageParams: [null],
    }),
  })
