import { problemSchema, PROBLEM_CONTENT_TYPE } from '#lib/contract/index.ts'
import { ClientError, type ClientErrorKind } from './client-error.ts'

export interface PeerwatchConnectionSettings {
  /** base URL of Peerwatch, for example `https://peerwatch.example`. It may contain a path */
  url: string
  /** an API token (`pw_...`); null or absent = no token, for a server with `ACCESS=open` */
  token?: string | null
  /** maximum wait in milliseconds for the start of a response */
  timeoutMs?: number
}

/** Default of `timeoutMs`. It is longer than 12 s, after which the server itself aborts a database query. */
const TIMEOUT_MS = 20_000

export type UrlParameters = Readonly<Record<string, string | number | undefined>>

/** Returns the URL of an API path with its parameters. Undefined parameters are left out. */
export function buildEndpointUrl(
  { url }: PeerwatchConnectionSettings,
  path: string,
  parameters: UrlParameters = {},
): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters)) if (value !== undefined) search.set(name, String(value))
  const query = search.toString()
  return `${url.replace(/(?<!\/)\/+$/, '')}${path}${query && `?${query}`}`
}

/**
 * Sends one request.
 * @returns the response if its status is 2xx
 * @throws ClientError for any other result. If the caller aborts the request by `init.signal`, the error of the abort
 *   is thrown
 */
export async function sendClientRequest(
  connection: PeerwatchConnectionSettings,
  address: string,
  init: RequestInit = {},
): Promise<Response> {
  const { token = null, timeoutMs = TIMEOUT_MS } = connection
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(), timeoutMs)
  let response: Response
  try {
    response = await fetch(address, {
      ...init,
      redirect: 'manual',
      headers: { ...init.headers, ...(token && { authorization: `Bearer ${token}` }) },
      signal: AbortSignal.any([late.signal, ...(init.signal ? [init.signal] : [])]),
    })
  } catch (cause) {
    if (init.signal?.aborted) throw cause
    const why = late.signal.aborted ? `no answer within ${timeoutMs / 1_000} s` : reasonOf(cause)
    throw new ClientError(
      'unreachable',
      `${connection.url} can't be reached (${why}): check PEERWATCH_URL, and that the web runs`,
    )
  } finally {
    clearTimeout(timer)
  }
  if (response.ok) return response
  throw await errorOf(response, connection)
}

/**
 * Returns the body of a response as JSON.
 * @throws ClientError if the body is not JSON, or is incomplete
 */
export async function readResponseJson(response: Response, { url }: PeerwatchConnectionSettings): Promise<unknown> {
  try {
    return await response.json()
  } catch {
    throw new ClientError('unreachable', `${url} did not answer in JSON: check that PEERWATCH_URL is that of Peerwatch`)
  }
}

async function errorOf(response: Response, { url, token }: PeerwatchConnectionSettings): Promise<ClientError> {
  const { status } = response
  if (status >= 300 && status < 400) {
    const to = response.headers.get('location')
    return new ClientError('unreachable', `${url} redirects to ${to}: set PEERWATCH_URL to the address itself`, status)
  }
  const isProblem = response.headers.get('content-type')?.includes(PROBLEM_CONTENT_TYPE) ?? false
  const read = isProblem ? problemSchema.safeParse(await response.json().catch(() => null)) : null
  const detail = read?.success
    ? read.data.detail
    : `HTTP ${status} without details; check that PEERWATCH_URL is that of Peerwatch`
  if (status === 401) {
    const what = token ? 'the token is not valid (any more)' : 'this instance asks for a token'
    return new ClientError('refused', `${what}: set PEERWATCH_TOKEN to one of Settings > Tokens`, status)
  }
  return new ClientError(kindOf(status), detail, status)
}

function kindOf(status: number): ClientErrorKind {
  if (status === 403) return 'refused'
  return status >= 500 || status === 429 ? 'unavailable' : 'invalid'
}

function reasonOf(cause: unknown): string {
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause
  const code = (inner as { code?: unknown }).code
  return typeof code === 'string' ? code : inner instanceof Error ? inner.message : String(inner)
}
