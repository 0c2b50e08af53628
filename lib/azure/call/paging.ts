import type { PagedAsyncIterableIterator } from '@azure/arm-network'
import type { ArmClient } from './arm.ts'
import { sendThroughSdk } from './send-request.ts'
import type { ArmResponse, AzurePollContext } from './call.ts'
import { parseResponseBody, readValueRows, requireBodyObject } from '../decode/decode.ts'
import { createMalformedFailure } from './failure.ts'
import { describeType } from '../decode/fields.ts'
import type { ExactJson, JsonObject } from '../decode/json.ts'
import { getArmMember } from '../decode/members.ts'

/**
 * Maximum number of pages of a list. No real list has so many pages, so more pages mean that the server's links form a
 * loop.
 */
const MAX_PAGES = 1_000

/**
 * Reads all pages of a list with the SDK, and returns all rows.
 * @param list the SDK's function for the list. It is called again for each page, because an SDK iterator ends at a page
 *   that its model cannot parse
 * @throws PollFailure if any page fails, or if the list does not end
 */
export async function fetchPagedRows(
  call: AzurePollContext,
  list: () => PagedAsyncIterableIterator<unknown>,
): Promise<ExactJson[]> {
  return pagesFrom(call, undefined, async (continuationToken) => list().byPage({ continuationToken }).next(), new Set())
}

/** Reads all pages of a list for which the SDK has no function, and returns all rows. */
export async function fetchListRows(call: AzurePollContext, arm: ArmClient, url: string): Promise<ExactJson[]> {
  return pagesFrom(call, url, async (page) => arm.get(page ?? url), new Set())
}

/**
 * Returns the rows of all pages after the first.
 * @param answer response with the first page
 * @param body its parsed body
 */
export async function fetchFollowingPages(
  call: AzurePollContext,
  arm: ArmClient,
  answer: ArmResponse,
  body: JsonObject,
): Promise<ExactJson[]> {
  const seen = new Set<string>()
  const next = nextLink(body, answer, seen)
  return next === null ? [] : pagesFrom(call, next, async (page) => arm.get(page ?? next), seen)
}

async function pagesFrom(
  call: AzurePollContext,
  first: string | undefined,
  fetchPage: (url: string | undefined) => Promise<unknown>,
  seen: Set<string>,
): Promise<ExactJson[]> {
  const rows: ExactJson[] = []
  for (let url = first; ; ) {
    const at = url
    const answer = await sendThroughSdk(call, async () => fetchPage(at))
    const body = requireBodyObject(parseResponseBody(answer))
    for (const row of readValueRows(body)) rows.push(row)
    const next = nextLink(body, answer, seen)
    if (next === null) return rows
    url = next
  }
}

/** Returns the absolute URL of the next page of a list; null = this is the last page. */
function nextLink(body: JsonObject, answer: ArmResponse, seen: Set<string>): string | null {
  const link = getArmMember(body, 'nextLink')
  if (link === undefined || link === null || link === '') return null
  if (typeof link !== 'string')
    throw createMalformedFailure(`nextLink: expected text, got ${describeType(link)}`, 'MALFORMED_FIELD')
  if (!URL.canParse(link, answer.url)) throw createMalformedFailure('nextLink: is no address', 'MALFORMED_FIELD')
  const { href } = new URL(link, answer.url)
  seen.add(answer.url)
  if (seen.has(href)) throw createMalformedFailure('nextLink leads back to a page already read', 'LOOPING_LINK')
  if (seen.size > 2 * MAX_PAGES)
    throw createMalformedFailure(`the list has more than ${MAX_PAGES} pages`, 'LOOPING_LINK')
  seen.add(href)
  return href
}
