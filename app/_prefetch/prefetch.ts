import { headers } from 'next/headers'
import { cache } from 'react'
import {
  type EndpointAnswer,
  type EndpointPath,
  requestOf,
  type Rest,
  type ScreenEndpoint,
} from '#components/data/endpoint.ts'
import type { QueryParameters } from '#components/data/client.ts'
import { callerOf, requireRight } from '#lib/access/index.ts'
import { table } from '#lib/table.ts'
import { NotFoundError } from '#lib/questions/index.ts'
import { readValue } from '../api/_http/query.ts'
import { answerTo, customerIn, readerFor } from '../api/_http/ask.ts'

/** A query that the page's first paint needs: its key in the browser, and the answer as the API gives it. */
export type PageQuery = [key: readonly unknown[], answer: () => Promise<unknown>]

/** The endpoint and answer of each path below `/api/v1`. */
const BY_PATH = new Map(Object.entries(table.endpoints).map(([name, endpoint]) => [endpoint.path.slice(1), name]))

/** One scope's reader for all questions of a page. */
const readerOfPage = cache(async (customer: string | undefined) => readerFor(callerOf(await headers()), customer))

/** Equal requests of a page are one question. */
const answerOf = cache(async (path: string, search: string, id: string): Promise<unknown> => {
  const name = BY_PATH.get(path)
  const endpoint = name === undefined ? undefined : table.endpoints[name]
  const answer = name === undefined ? undefined : table.answers[name]
  if (!endpoint || !answer) throw new NotFoundError(`/${path} is no part of this product`)
  const caller = callerOf(await headers())
  requireRight(caller, endpoint)
  const parameters = readValue(Object.fromEntries(new URLSearchParams(search)), endpoint.parameters)
  const db = await readerOfPage(customerIn(parameters))
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
  return answerOf(path, search, String(given.id ?? '')) as Promise<EndpointAnswer<Path & EndpointPath>>
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
