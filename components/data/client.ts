import type { DataFreshness, ProblemDetails, UnpolledInterval } from '#lib/contract/index.ts'
import { ApiError } from './api-error.ts'
import { learnServerTime } from './server-clock.ts'
import { pageWorkScheduler } from './page-work-scheduler.ts'
import { revealDirectionMarks } from './visible-text.ts'

/**
 * Envelope of every API response: the data, the time of the data (`asOf`), and the freshness of the polls on which the
 * data is based (ADR 0040).
 */
export interface ApiResponse<Data> {
  data: Data
  asOf: string
  freshness: DataFreshness
  covered?: boolean
  /** false = a later poll may still change the response; present only in responses about a past time */
  settled?: boolean | undefined
  /** longest gaps in polling, up to the maximum number that the API lists */
  uncovered?: UnpolledInterval[]
  /** number of gaps that are not listed; absent = 0 */
  uncoveredOmitted?: number
}

export interface ApiResponsePage<Row> extends ApiResponse<Row[]> {
  nextCursor: string | null
}

export type QueryParameters = Record<string, string | number | null | undefined>

/**
 * Returns the URL of an API endpoint. Each `{name}` in the path is replaced by the parameter of that name. The other
 * parameters form the query; parameters without a value are left out.
 */
export function buildApiUrl(path: string, parameters: QueryParameters = {}): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters)) {
    const isInPath = path.includes(`{${name}}`)
    if (!isInPath && value !== null && value !== undefined && value !== '') search.set(name, String(value))
  }
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(parameters[name])))
  const query = search.toString()
  return `/api/v1/${filled}${query && `?${query}`}`
}

/**
 * Requests one endpoint of the API. Requests wait for their turn, because sending all requests of a page at the same
 * time would delay the handling of user input.
 * @throws ApiError if the API answers with a problem or does not respond; an abort is rethrown
 */
export async function getJson<Body>(url: string, signal?: AbortSignal): Promise<Body> {
  await pageWorkScheduler.next()
  const response = await fetchAnswer(url, { signal: signal ?? null, headers: { accept: 'application/json' } })
  learnServerTime(response.headers.get('date'))
  return readBody(response)
}

/**
 * Sends a JSON body to one endpoint of the API.
 * @throws ApiError if the API answers with a problem or does not respond
 */
export async function sendJson<Body>(method: 'POST' | 'PUT' | 'DELETE', url: string, body: unknown): Promise<Body> {
  const headers = { accept: 'application/json', 'content-type': 'application/json' }
  return readBody(await fetchAnswer(url, { method, headers, body: JSON.stringify(body) }))
}

async function fetchAnswer(url: string, request: RequestInit): Promise<Response> {
  try {
    return await fetch(url, request)
  } catch (cause) {
    if (request.signal?.aborted) throw cause
    throw new ApiError(0, 'No answer', 'Peerwatch could not be reached from this browser.')
  }
}

async function readBody<Body>(response: Response): Promise<Body> {
  if (response.ok) return JSON.parse(revealDirectionMarks(await response.text())) as Body
  throw await problemOf(response)
}

async function problemOf(response: Response): Promise<ApiError> {
  if (response.headers.get('content-type')?.includes('application/problem+json')) {
    return ApiError.fromProblem((await response.json()) as ProblemDetails)
  }
  return new ApiError(response.status, `HTTP ${response.status}`, 'Peerwatch returned an error without details.')
}
