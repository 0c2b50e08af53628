import { parseConnectedDuration } from '#lib/azure/decode/connected-duration.ts'
import { isJsonObject, type ExactJson, type JsonObject, parseExactJson } from '#lib/azure/decode/json.ts'
import { findListMember, getArmMember } from '#lib/azure/decode/members.ts'
import { parseUpDown } from '#lib/azure/decode/up-down.ts'
import type { EpochMs } from '#lib/contract/index.ts'
import { formatExactJson } from '../exact-text.ts'
import {
  PLACEHOLDER_ORIGIN_IN_RECORDINGS,
  type AnonymizedHttpExchange,
  type RecordingFile,
} from '../recording-format.ts'
import { shiftSessionAges } from './session-ages.ts'
import { composeResponseForPeriod } from './compose-period-answer.ts'
import { isMetricsBatchUrl, parseRequestKey, type TimePeriodOfRequest } from './request-key.ts'

const AGE = /"(connectedDuration|upDown)":\s*"([^"]*)"/gi

/**
 * Name of a query parameter that is added to the status URLs of an Azure operation. Its value contains the recorded
 * operation, and the time at which the client of the replay started it.
 */
const OPERATION = 'peerwatch-replay'
/**
 * Time before the end of the recording, milliseconds. The result of an operation that began later may be missing in the
 * recording.
 */
const UNFINISHED_MS = 180_000
const ISO = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+00:00)/g

interface ReplayRequest {
  method: string
  /** Path and query of the request. */
  url: string
  body: string | null
}

export interface ReplayTimePosition {
  /** The replayed moment: the time in the recording whose responses are returned now. */
  at: EpochMs
  /** Milliseconds to add to each time in a response. */
  shiftMs: number
  /**
   * Real time, which continues even if the replayed moment does not change. It is used for the duration of operations.
   */
  wall: EpochMs
  /** Recorded seconds that pass in one real second. */
  speed: number
  /** Origin of the server, which replaces Azure's origin in links. */
  base: string
}

/** The response, or the name of the connection fault that was recorded in its place. */
export type ReplayedHttpResponse = { status: number; headers: Record<string, string>; body: string } | { fault: string }

/** Details of the recorded response that is returned. */
interface Served {
  /** Id of the operation that the response belongs to; '' = none. */
  id: string
  /** Milliseconds from the time at which the response was recorded to the replayed moment. */
  lateMs: number
}

/**
 * Answers requests from a recording like Azure did. Each request gets the last response to the same request that was
 * recorded before the replayed moment.
 */
export class RecordedResponseServer {
  readonly from: EpochMs
  readonly to: EpochMs
  readonly #recording: readonly AnonymizedHttpExchange[]
  readonly #byKey = new Map<string, number[]>()
  readonly #subscriptions = new Set<string>()
  readonly #ages = new Map<number, readonly number[]>()

  /** @throws Error if the recording contains no requests */
  constructor({ exchanges }: RecordingFile) {
    const [first] = exchanges
    const last = exchanges.at(-1)
    if (!first || !last) throw new Error('the recording holds no answer')
    this.from = first.at
    this.to = last.at
    this.#recording = exchanges
    for (const [index, { method, url, request }] of exchanges.entries()) {
      const { key } = parseRequestKey(method, url, request)
      const own = this.#byKey.get(key) ?? []
      own.push(index)
      this.#byKey.set(key, own)
      const [, subscription] = /^\/subscriptions\/([^/?]+)\//i.exec(url) ?? []
      if (subscription) this.#subscriptions.add(subscription.toLowerCase())
    }
  }

  answer(request: ReplayRequest, moment: ReplayTimePosition): ReplayedHttpResponse {
    const url = new URL(request.url, PLACEHOLDER_ORIGIN_IN_RECORDINGS)
    const followed = url.searchParams.get(OPERATION)
    url.searchParams.delete(OPERATION)
    const path = `${url.pathname}${url.search}`
    const { key, window } = parseRequestKey(request.method, path, request.body)
    const known = this.#byKey.get(key)
    if (followed !== null) return this.#followUp(known ?? [], followed, moment)
    if (known === undefined) return this.#notRecorded(request)
    if (window !== null) return this.#forPeriod(known, window, moment, isMetricsBatchUrl(path) ? request.body : null)
    const index = this.#asOf(known, moment.at)
    const lateMs = moment.at - this.#exchange(index).at
    return this.#served(index, moment, { id: `${index}.${moment.wall}.${Math.round(lateMs)}`, lateMs })
  }

  /**
   * Returns the newest recorded response until a moment. A response to an operation whose result was not recorded is
   * used only if there is no other. Before the first response, the first one is returned, because a request may be sent
   * a little earlier than in the recording.
   */
  #nearest(known: readonly number[], at: EpochMs): number {
    const earlier = known.filter((index) => this.#exchange(index).at <= at)
    const finished = earlier.findLast((index) => !this.#isUnfinished(this.#exchange(index)))
    return finished ?? earlier.at(-1) ?? known[0] ?? 0
  }

  /**
   * Returns the newest recorded response until a moment. There is one exception: if a later response shows that a
   * session had already changed its state at that moment, the later response is returned. Otherwise the client would
   * first get the old state, and then a new state whose age shows that it had begun before.
   */
  #asOf(known: readonly number[], at: EpochMs): number {
    let index = this.#nearest(known, at)
    for (const next of known.slice(known.indexOf(index) + 1)) {
      const [before, after] = [this.#exchange(index), this.#exchange(next)]
      const changed = this.#stateAges(next).some((age) => after.at - age > before.at && after.at - age <= at)
      if (!changed) break
      index = next
    }
    return index
  }

  /**
   * Returns how long each session in a recorded response has had its state, in milliseconds. If the response started an
   * operation, the sessions are read from the result of the operation.
   */
  #stateAges(index: number): readonly number[] {
    const known = this.#ages.get(index)
    if (known) return known
    const exchange = this.#exchange(index)
    const ages = exchange.method === 'POST' ? stateAges(this.#resultOf(exchange)) : []
    this.#ages.set(index, ages)
    return ages
  }

  #resultOf(post: AnonymizedHttpExchange): string {
    if (post.status !== 202) return post.body
    const followUps = placesOf(post).flatMap((place) => this.#byKey.get(parseRequestKey('GET', place, null).key) ?? [])
    const results = followUps
      .map((index) => this.#exchange(index))
      .filter((each) => each.at >= post.at && isFinal(each))
    return results.map(({ body }) => body).join('\n')
  }

  #exchange(index: number): AnonymizedHttpExchange {
    const exchange = this.#recording[index]
    if (exchange === undefined) throw new RangeError(`there is no exchange ${index}`)
    return exchange
  }

  #isUnfinished({ at, method, status }: AnonymizedHttpExchange): boolean {
    return method === 'POST' && status === 202 && this.to - at < UNFINISHED_MS && !this.#hasEnd(at)
  }

  /**
   * Reports whether the result of an operation is in the recording: one of the responses at its status URLs is final.
   */
  #hasEnd(at: EpochMs): boolean {
    const post = this.#recording.find((exchange) => exchange.at === at && exchange.method === 'POST')
    const places = placesOf(post)
    return this.#recording.some((exchange) => exchange.at >= at && places.includes(exchange.url) && isFinal(exchange))
  }

  /**
   * Returns the response to a status request of an operation. It is the response that was recorded when the same time
   * had passed since the begin of the operation.
   */
  #followUp(known: readonly number[], followed: string, moment: ReplayTimePosition): ReplayedHttpResponse {
    const [post = 0, begun = moment.wall, lateMs = 0] = followed.split('.').map(Number)
    const started = this.#recording[post]
    if (!started) return { status: 404, headers: JSON_HEADERS, body: notFound('there is no such operation') }
    const passed = (moment.wall - begun) * moment.speed
    const reached = known.filter((index) => {
      const { at } = this.#exchange(index)
      return at >= started.at && at - started.at <= passed
    })
    const index = reached.at(-1)
    return this.#served(index ?? post, moment, { id: followed, lateMs })
  }

  #forPeriod(
    known: readonly number[],
    window: TimePeriodOfRequest,
    moment: ReplayTimePosition,
    batch: string | null,
  ): ReplayedHttpResponse {
    const { shiftMs } = moment
    const recorded = { from: window.from - shiftMs, to: window.to - shiftMs }
    const latest = this.#nearest(known, moment.at)
    const last = this.#exchange(latest)
    if (last.status !== 200) return this.#served(latest, moment, { id: '', lateMs: 0 })
    const bodies: ExactJson[] = known
      .map((index) => this.#exchange(index))
      .filter(({ at, status }) => status === 200 && at <= Math.max(moment.at, last.at))
      .flatMap(({ body }) => parsed(body))
    const answer = batch === null ? composeResponseForPeriod(bodies, recorded) : batchAnswer(bodies, batch, recorded)
    const body = answer === null ? last.body : formatExactJson(answer)
    return { status: 200, headers: this.#headers(last, moment, ''), body: this.#text(body, moment, '') }
  }

  #served(index: number, moment: ReplayTimePosition, { id, lateMs }: Served): ReplayedHttpResponse {
    const exchange = this.#exchange(index)
    if (exchange.status === null) return { fault: exchange.fault ?? 'ECONNRESET' }
    const isList = exchange.url.split('?')[0] === '/subscriptions'
    const body = isList ? this.#ownSubscriptions(exchange.body) : shiftSessionAges(exchange.body, lateMs)
    return {
      status: exchange.status,
      headers: this.#headers(exchange, moment, id),
      body: this.#text(body, moment, id),
    }
  }

  /**
   * Removes all subscriptions from a list that do not occur in the recorded requests. An identity often sees more
   * subscriptions than were polled.
   */
  #ownSubscriptions(body: string): string {
    const [read] = parsed(body)
    if (typeof read !== 'object' || read === null || Array.isArray(read) || !Array.isArray(read.value)) return body
    const value = read.value.filter((row) => {
      const id = typeof row === 'object' && row !== null && !Array.isArray(row) ? row.subscriptionId : null
      return typeof id === 'string' && this.#subscriptions.has(id.toLowerCase())
    })
    return formatExactJson({ ...read, value })
  }

  #headers({ headers }: AnonymizedHttpExchange, moment: ReplayTimePosition, operation: string): Record<string, string> {
    const { date: _, ...rest } = headers
    return Object.fromEntries(
      Object.entries(rest).map(([name, value]) => {
        if (name === 'retry-after' && /^\d+$/.test(value))
          return [name, String(Math.ceil(Number(value) / moment.speed))]
        return [name, this.#text(value, moment, operation, true)]
      }),
    )
  }

  #text(text: string, { shiftMs, base }: ReplayTimePosition, operation: string, isHeader = false): string {
    const shifted = shiftMs === 0 ? text : text.replace(ISO, (time) => later(time, shiftMs))
    if (!isHeader || operation === '' || !shifted.startsWith(PLACEHOLDER_ORIGIN_IN_RECORDINGS))
      return shifted.replaceAll(PLACEHOLDER_ORIGIN_IN_RECORDINGS, base)
    const place = new URL(shifted)
    place.searchParams.set(OPERATION, operation)
    return place.href.replace(PLACEHOLDER_ORIGIN_IN_RECORDINGS, base)
  }

  #notRecorded({ method, url }: ReplayRequest): ReplayedHttpResponse {
    const [path = ''] = url.split('?')
    const between = `${new Date(this.from).toISOString()} to ${new Date(this.to).toISOString()}`
    return {
      status: 404,
      headers: JSON_HEADERS,
      body: notFound(
        `${method} ${path} was not recorded; the recording has ${this.#byKey.size} requests from ${between}`,
      ),
    }
  }
}

const JSON_HEADERS = { 'content-type': 'application/json; charset=utf-8' }
const notFound = (message: string): string => JSON.stringify({ error: { code: 'NotRecorded', message } })

function parsed(body: string): ExactJson[] {
  try {
    return [parseExactJson(body)]
  } catch {
    return []
  }
}

/** Returns the status URLs of an operation, from the headers of its first response, as paths. */
function placesOf(post: AnonymizedHttpExchange | undefined): string[] {
  const names = ['location', 'azure-asyncoperation', 'operation-location']
  return names.flatMap((name) => post?.headers[name]?.replace(PLACEHOLDER_ORIGIN_IN_RECORDINGS, '') ?? [])
}

const isFinal = ({ status, body }: AnonymizedHttpExchange): boolean =>
  status !== null && status !== 202 && !/"status":\s*"(?:InProgress|Running|Accepted)"/i.test(body)

/** Adds milliseconds to a time as text. Its format and number of decimals stay the same. */
function later(time: string, ms: number): string {
  const [, whole = '', fraction = '', zone = 'Z'] = /^(.{19})(\.\d+)?(Z|\+00:00)$/.exec(time) ?? []
  const at = Date.parse(`${whole}Z`) + ms
  if (!Number.isFinite(at)) return time
  return `${new Date(at).toISOString().slice(0, 19)}${fraction}${zone}`
}

/**
 * Returns the response to a request for the metrics of several resources. The recorded values of each resource are
 * combined separately, because the requests may list other resources than in the recording. A resource without recorded
 * values is left out, as Azure does with unknown resources.
 * @param bodies bodies of all recorded responses to requests for the same metrics, sorted by time
 * @param asked body of the request
 */
function batchAnswer(bodies: readonly ExactJson[], asked: string, window: TimePeriodOfRequest): JsonObject {
  const request = parseExactJson(asked)
  const ids = isJsonObject(request) ? findListMember(request, 'resourceids').map(String) : []
  const entries = bodies.filter(isJsonObject).flatMap((body) => findListMember(body, 'values').filter(isJsonObject))
  const values = ids.flatMap((id) => {
    const own = entries.filter((entry) => String(getArmMember(entry, 'resourceid')).toLowerCase() === id.toLowerCase())
    return composeResponseForPeriod(own, window) ?? []
  })
  return { values }
}

/**
 * Returns how long each session in a response has had its state, in milliseconds. Fractions that the response does not
 * contain are 0.
 */
function stateAges(body: string): number[] {
  return [...body.matchAll(AGE)].flatMap(([, field = '', text = '']) => {
    const age = field.toLowerCase() === 'updown' ? parseUpDown(text) : parseConnectedDuration(text)
    return age === null || age === 'never' ? [] : age.ms
  })
}
