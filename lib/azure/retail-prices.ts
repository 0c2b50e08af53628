import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import { maskSecretsInLine } from '#lib/platform/secrets.ts'
import { parseAzureEndpoint } from './endpoint.ts'
import { isJsonObject } from './decode/json.ts'
import { createArmBodySchema, getArmMember } from './decode/members.ts'
import { parseRetryAfterSeconds } from './call/retry-after.ts'

/** Address of the API for Azure's public list prices. */
export const PUBLIC_RETAIL_PRICES = 'https://prices.azure.com/api/retail/prices'

/** The first API version that supports `meterRegion`. It compares the values in a filter case-sensitively. */
const API_VERSION = '2023-01-01-preview'
/** The services whose prices are read, in the API's spelling. */
const SERVICES = ['ExpressRoute', 'Virtual WAN', 'VPN Gateway', 'Virtual Network']
/**
 * Maximum number of pages. A service has at most a few thousand prices, and a page has at least a hundred, so a higher
 * number of pages means that the links to the next page form a loop.
 */
const MAX_PAGES = 400
const REQUEST_TIMEOUT_MS = 30_000
const ATTEMPTS = 3
/**
 * Maximum number of seconds to wait before a retry. If the server requires a longer wait, the read fails, and the next
 * run tries again.
 */
const LONGEST_WAIT_SECONDS = 60

type RetailPrices =
  /** the parsed JSON of all pages. Only the link to the next page is decoded. */
  | { ok: true; pages: unknown[] }
  /** the reason of the failure, in one line */
  | { ok: false; reason: string }

interface RetailPricesQuestion {
  /** the API's address, for example {@link PUBLIC_RETAIL_PRICES}; plain http for loopback only */
  url: string
  /** currency of the prices as an ISO 4217 code. List prices in other currencies than USD are only for reference. */
  currency: string
  signal: AbortSignal
}

/**
 * Reads the list prices of all {@link SERVICES} from the Azure Retail Prices API, which needs no sign-in. A failure is
 * returned as a result and not thrown.
 * @throws AbortError only if `signal` was aborted
 * @source learn.microsoft.com/rest/api/cost-management/retail-prices/azure-retail-prices
 */
export async function readRetailPrices({ url, currency, signal }: RetailPricesQuestion): Promise<RetailPrices> {
  const pages: unknown[] = []
  try {
    const { url: endpoint, origin } = parseAzureEndpoint(url)
    for (const service of SERVICES) {
      const first = new URL(endpoint)
      first.searchParams.set('api-version', API_VERSION)
      first.searchParams.set('meterRegion', "'primary'")
      first.searchParams.set('currencyCode', `'${currency}'`)
      first.searchParams.set('$filter', `serviceName eq '${service}' and priceType eq 'Consumption'`)
      await readPages(first, origin, pages, signal)
    }
    return { ok: true, pages }
  } catch (error) {
    signal.throwIfAborted()
    return { ok: false, reason: maskSecretsInLine(error instanceof Error ? error.message : String(error)) }
  }
}

const asItCame = z.unknown().optional()
const members = (...names: string[]) => createArmBodySchema(Object.fromEntries(names.map((name) => [name, asItCame])))

/** The members of a price page, in the spelling that `lib/cost` reads. All other members are kept unchanged. */
const PAGE = createArmBodySchema({
  Items: z
    .array(
      members(
        'currencyCode',
        'tierMinimumUnits',
        'retailPrice',
        'unitPrice',
        'armRegionName',
        'location',
        'meterId',
        'effectiveStartDate',
        'meterName',
        'productName',
        'skuName',
        'serviceName',
        'unitOfMeasure',
        'type',
      ),
    )
    .optional(),
  BillingCurrency: asItCame,
  NextPageLink: asItCame,
  Count: asItCame,
})

function spelled(page: unknown): unknown {
  const read = PAGE.safeParse(page)
  return read.success ? read.data : page
}

async function readPages(first: URL, origin: string, pages: unknown[], signal: AbortSignal): Promise<void> {
  const seen = new Set<string>()
  for (let at: URL | null = first; at !== null; ) {
    if (seen.has(at.href)) throw new Error(`${at.href} was read already: the pages lead in a circle`)
    if (seen.size >= MAX_PAGES) throw new Error(`the list of prices has more than ${MAX_PAGES} pages`)
    seen.add(at.href)
    const page = await readPage(at, signal)
    pages.push(spelled(page))
    at = nextPage(page, origin)
  }
}

/**
 * Returns the address of the next page; null on the last page, where `NextPageLink` is null or empty. The link contains
 * the server's own host and port 443.
 * @throws Error if the link leads to another host, because a response must not determine to which hosts Peerwatch
 *   connects
 */
function nextPage(page: unknown, origin: string): URL | null {
  const link = isJsonObject(page) ? getArmMember(page, 'NextPageLink') : null
  if (link === null || link === undefined || link === '') return null
  if (typeof link !== 'string' || !URL.canParse(link))
    throw new Error('the link to the next page of prices is no address')
  const next = new URL(link)
  if (next.origin !== origin)
    throw new Error(`the next page of prices is said to be at ${next.origin}, not at ${origin}`)
  return next
}

async function readPage(url: URL, signal: AbortSignal): Promise<unknown> {
  for (let attempt = 1; ; attempt++) {
    const answer = await send(url, signal)
    if (answer.ok) return answer.body
    const waitSeconds = answer.retryAfterSeconds ?? attempt
    if (!answer.again || attempt === ATTEMPTS || waitSeconds > LONGEST_WAIT_SECONDS) throw new Error(answer.reason)
    await delay(waitSeconds * 1_000, undefined, { signal })
  }
}

type PageAnswer =
  | { ok: true; body: unknown }
  | { ok: false; again: boolean; reason: string; retryAfterSeconds: number | null }

async function send(url: URL, signal: AbortSignal): Promise<PageAnswer> {
  const timeout = AbortSignal.timeout(REQUEST_TIMEOUT_MS)
  try {
    const response = await fetch(url, {
      headers: { accept: 'application/json' },
      // reject redirects, because they could lead to another host
      redirect: 'error',
      signal: AbortSignal.any([signal, timeout]),
    })
    const { status } = response
    const text = await textOf(response, url)
    if (response.ok) return { ok: true, body: parsed(text, url) }
    const header = (name: string) => response.headers.get(name) ?? undefined
    const again = status === 429 || status >= 500
    const reason = `${url.host} answered ${status} to the question for prices`
    return { ok: false, again, reason, retryAfterSeconds: parseRetryAfterSeconds(header, Date.now()) }
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof UnreadableError)
      return { ok: false, again: false, reason: error.message, retryAfterSeconds: null }
    const why = timeout.aborted ? `no answer within ${REQUEST_TIMEOUT_MS / 1_000} s` : causeOf(error)
    return { ok: false, again: true, reason: `${url.host} can't be asked for prices: ${why}`, retryAfterSeconds: null }
  }
}

/** Maximum length of a page in bytes. A thousand prices need less than 1 MB. */
const MAX_PAGE_BYTES = 20_000_000

/**
 * Returns the text of a response body.
 * @throws UnreadableError if the body is longer than {@link MAX_PAGE_BYTES}
 */
async function textOf({ body }: Response, url: URL): Promise<string> {
  const pieces: Uint8Array[] = []
  let length = 0
  for await (const piece of body ?? []) {
    length += piece.byteLength
    if (length > MAX_PAGE_BYTES) throw new UnreadableError(`${url.host} answered with more than 20 MB of prices`)
    pieces.push(piece)
  }
  return new TextDecoder().decode(Buffer.concat(pieces))
}

class UnreadableError extends Error {
  override name = 'UnreadableError'
}

function parsed(text: string, url: URL): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new UnreadableError(`${url.host} answered the question for prices with something that is not JSON`)
  }
}

/**
 * Returns the message of the error that caused an error, if there is one. Node throws network errors only as "fetch
 * failed".
 */
function causeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  return cause instanceof Error ? cause.message : String(cause)
}
