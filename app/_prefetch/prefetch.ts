import { headers } from 'next/headers'
import { cache } from 'react'
import { type EndpointAnswer, requestOf, type Rest, type ScreenEndpoint } from '#components/data/endpoint.ts'
import type { QueryParameters } from '#components/data/client.ts'
import { callerOf, requireRight } from '#lib/access/index.ts'
import { table } from '#lib/table.ts'
import { NotFoundError } from '#lib/questions/index.ts'
import { readValue } from '../api/_http/query.ts'
import { answerTo, customerIn } from '../api/_http/ask.ts'
import { pageReader } from '../_shared/page-reader.ts'

/** A query that the page's first paint needs: its key in the browser, and the answer as the API gives it. */
export type PageQuery = [key: readonly unknown[], answer: () => Promise<unknown>]

/** The endpoint and answer of each path below `/api/v1`. */
const BY_PATH = new Map(
  Object.entries(table.answers).flatMap(([name, answer]) => {
    const endpoint = table.endpoints[name]
    return endpoint ? [[endpoint.path.slice(1), { endpoint, answer }]] : []
  }),
)

/** Equal requests of a page are one question. */
const answerOf = cache(async (path: string, search: string, id: string): Promise<unknown> => {
  const found = BY_PATH.get(path)
  if (!found) throw new NotFoundError(`/${path} is no part of this product`)
  const { endpoint, answer } = found
  const caller = callerOf(await headers())
  requireRight(caller, endpoint)
  const parameters = readValue(Object.fromEntries(new URLSearchParams(search)), endpoint.parameters)
  const db = await pageReader(customerIn(parameters))
  return answerTo(answer, { db, parameters, id, caller, offers: table.offers })
})

/**
 * Asks an endpoint for a page, as the API would for its visitor.
 * @throws what the API answers as a problem
 */
export function ask<Path extends ScreenEndpoint>(
  path: Path,
  ...[parameters]: Rest<Path>
): Promise<EndpointAnswer<Path>> {
  const given = (parameters ?? {}) as QueryParameters
  const { search } = new URL(requestOf(path, given).url, 'http://page')
  return answerOf(path, search, String(given.id ?? '')) as Promise<EndpointAnswer<Path>>
}

/** The query of an endpoint for a page's first paint. */
export const prefetch = <Path extends ScreenEndpoint>(path: Path, ...rest: Rest<Path>): PageQuery => [
  requestOf(path, (rest[0] ?? {}) as QueryParameters).queryKey,
  () => ask(path, ...rest),
]

/** The first page of a list that is read page by page. */
export const prefetchPage = <Path extends ScreenEndpoint>(path: Path, limit: number): PageQuery => [
  requestOf(path, {}).queryKey,
  async () => ({ pages: [await ask(path, ...([{ limit }] as unknown as Rest<Path>))], pageParams: [null] }),
]
