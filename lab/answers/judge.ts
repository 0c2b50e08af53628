import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { EpochMs } from '#lib/contract/index.ts'
import { sumCoveredMs } from '#lib/contract/time/time-spans.ts'
import { MS_PER_HOUR, MS_PER_MINUTE, MS_PER_SECOND } from '#lib/contract/time/time.ts'
import type {
  GroundTruthQueryKind,
  TrueDownTimeBounds,
  TimeRangeTuple,
  CircuitSkuFromTime,
  RouteGroundTruth,
  SessionGroundTruth,
  EstateGroundTruth,
  TimeBoundsTuple,
} from './truth.ts'

/**
 * Verdict on an answer. `unseen` = the answer is unknown because no successful poll observed the state; `unknown` = the
 * answer is unknown although polls observed the state.
 */
export type ApiAnswerVerdict = 'right' | 'unseen' | 'unknown' | 'wrong'
interface Judged {
  kind: string
  verdict: ApiAnswerVerdict
  why: string
}

interface Given {
  truth: EstateGroundTruth
  ask: (question: string) => Promise<unknown>
  random: () => number
}

type Row = Record<string, unknown>
interface Costed {
  name: string
  month: { from: string; to: string }
  billedBytesToDate: string
  costToDate: { amount: string } | null
  assumedToDate: { amount: string } | null
  termsUnread: { from: string; to: string }[]
  gaps: { from: string; to: string }[]
}
interface Answer {
  data: unknown
  covered?: boolean
}

type Passed = NonNullable<EstateGroundTruth['passed']>

const iso = (at: EpochMs) => new Date(at).toISOString()
const query = (path: string, parameters: Record<string, string>) => `${path}?${new URLSearchParams(parameters)}`
const instants = (bounds: unknown) => (bounds as string[]).map((text) => Date.parse(text)) as [EpochMs, EpochMs]

/** Sends questions of each kind in turn and compares each answer with the truth. */
export class ApiAnswerJudge {
  readonly #ask: (question: string) => Promise<Answer>
  readonly #random: () => number
  readonly #truth: EstateGroundTruth
  /** IDs of circuits and gateways in the API, by name */
  readonly #ids: ReadonlyMap<string, string>
  readonly #kinds: readonly (() => Promise<Judged>)[]

  private constructor({ truth, ask, random }: Given, ids: ReadonlyMap<string, string>) {
    this.#truth = truth
    this.#random = random
    this.#ask = async (question) => (await ask(question)) as Answer
    this.#ids = ids
    this.#kinds = [
      ...(truth.sessions.length > 0 ? [() => this.#state(), () => this.#downtime()] : []),
      ...(this.#ended().length > 0 ? [() => this.#bounds()] : []),
      ...(truth.passed ? [() => this.#bytes(truth.passed as Passed)] : []),
      ...(truth.addresses.length > 0 ? [() => this.#route()] : []),
      ...(truth.passed && truth.terms ? [() => this.#cost(truth.passed as Passed)] : []),
    ]
  }

  static async of(given: Given): Promise<ApiAnswerJudge> {
    const rows = async (list: string) => ((await given.ask(`/${list}`)) as { data: Row[] }).data
    const all = [...(await rows('circuits')), ...(await rows('gateways'))]
    return new ApiAnswerJudge(given, new Map(all.map(({ id, name }) => [String(name), String(id)])))
  }

  next(n: number): Promise<Judged> {
    return (this.#kinds[n % this.#kinds.length] as () => Promise<Judged>)()
  }

  #moment(): EpochMs {
    const { from, to } = this.#truth
    return Math.floor(from + this.#random() * (to - from))
  }
  #pick = <T>(list: readonly T[]): T => list[Math.floor(this.#random() * list.length)] as T
  #idOf = (name: string) => this.#ids.get(name) ?? ''
  #rowOf = (rows: readonly Row[], { localAddress, neighbor }: SessionGroundTruth) =>
    rows.filter((row) => row.localAddress === localAddress && row.neighbor === neighbor)

  /**
   * Returns the verdict on an answer that is unknown: `unseen` if a poll of this kind failed or was not made near the
   * time range, otherwise `unknown`. The times of failed polls are part of the truth and do not come from Peerwatch.
   */
  #unknown(
    asked: GroundTruthQueryKind,
    from: EpochMs,
    to: EpochMs,
    unpolled: readonly TimeRangeTuple[] = [],
  ): ApiAnswerVerdict {
    const { unanswered, sessionsMs, tablesMs } = this.#truth
    const slack = asked === 'routes' ? tablesMs : sessionsMs
    const isUnanswered = [...unanswered[asked], ...unpolled].some(
      ([begin, end]) => begin <= to + slack && end >= from - slack,
    )
    return isUnanswered ? 'unseen' : 'unknown'
  }

  #isDown = ({ downs }: SessionGroundTruth, at: EpochMs) =>
    downs.some(({ from, until }) => from[1] <= at && at < until[0])
  #isUp = ({ downs }: SessionGroundTruth, at: EpochMs) =>
    downs.every(({ from, until }) => at < from[0] || until[1] <= at)
  #hasEdge = ({ downs }: SessionGroundTruth, at: EpochMs, withinMs: number) =>
    downs.some(({ from, until }) =>
      [from, until].some(([earliest, latest]) => earliest - withinMs <= at && at <= latest + withinMs),
    )
  /** Outages that begin and end within the range of the truth. */
  #ended = () => {
    const { sessions, from: first, to: last } = this.#truth
    const lies = ({ from, until }: SessionGroundTruth['downs'][number]) => from[0] > first && until[1] < last
    return sessions.flatMap((session) => session.downs.filter(lies).map((outage) => ({ session, outage })))
  }

  async #state(): Promise<Judged> {
    const { sessions, sessionsMs, routeEdges } = this.#truth
    const session = this.#pick(sessions)
    const at = this.#moment()
    const { data } = await this.#ask(query('/sessions', { scope: this.#idOf(session.of), at: iso(at), limit: '1000' }))
    const [row] = this.#rowOf(data as Row[], session)
    const why = `${session.key} at ${iso(at)}: ${row?.state} ${row?.known}, truly ${downsText(session, at)}`
    const of = (verdict: ApiAnswerVerdict) => ({ kind: 'session as of a moment', verdict, why })
    const isNearEdge =
      this.#hasEdge(session, at, sessionsMs) || routeEdges.some((edge) => Math.abs(edge - at) <= sessionsMs)
    if (!row || row.known === 'unknown' || row.known === 'stale')
      return of(this.#unknown('sessions', at, at, session.unpolled))
    // `indeterminate` is correct if the session's state or number of routes truly changed near this time
    if (row.known === 'indeterminate')
      return of(isNearEdge ? 'right' : this.#unknown('sessions', at, at, session.unpolled))
    const isWrong = row.state === 'established' ? this.#isDown(session, at) : this.#isUp(session, at)
    return of(isWrong ? 'wrong' : 'right')
  }

  async #bounds(): Promise<Judged> {
    const { session, outage } = this.#pick(this.#ended())
    const [begin, end] = [outage.from[0], outage.until[1]]
    const range = { from: iso(begin - MS_PER_HOUR), to: iso(end + MS_PER_HOUR) }
    const { data } = await this.#ask(
      query('/sessions/history', { scope: this.#idOf(session.of), ...range, limit: '1000' }),
    )
    const all = this.#rowOf(data as Row[], session)
    const rows = outagesIn(all)
    const holds = ([first, last]: TimeBoundsTuple, bounds: unknown) => {
      const [earliest, latest] = instants(bounds)
      return earliest <= last && first <= latest
    }
    // an outage between two polls appears as the end of one session and the begin of another
    const lives = all.filter(({ state, to }) => state === 'established' && to !== null)
    const found = [...rows, ...lives.map(({ to }) => ({ from: to, to }))].some(
      ({ from, to }) => to !== null && holds(outage.from, from) && holds(outage.until, to),
    )
    const why = `${session.key} ${iso(begin)} to ${iso(end)}: ${JSON.stringify(rows)}`
    // every outage that the answer reports as certain must exist in the truth
    const isMadeUp = rows.some((row) => {
      const [certainFrom, certainTo] = [instants(row.from)[1], row.to === null ? null : instants(row.to)[0]]
      const isTrue = ({ from, until }: TrueDownTimeBounds) =>
        from[0] <= certainFrom && (certainTo === null || certainTo <= until[1])
      return (certainTo === null || certainFrom <= certainTo) && !session.downs.some(isTrue)
    })
    const verdict = isMadeUp ? 'wrong' : found ? 'right' : this.#unknown('sessions', begin, end, session.unpolled)
    return { kind: 'bounds of an outage', verdict: verdict === 'unknown' ? 'wrong' : verdict, why }
  }

  async #downtime(): Promise<Judged> {
    const session = this.#pick(this.#truth.sessions)
    const [from, to] = this.#range(2 * this.#truth.sessionsMs)
    const { data } = await this.#ask(
      query('/sessions/availability', { scope: this.#idOf(session.of), from: iso(from), to: iso(to) }),
    )
    const [row] = this.#rowOf(data as Row[], session)
    const within = (begin: EpochMs, end: EpochMs) =>
      Math.max(0, Math.min(to, end) - Math.max(from, begin)) / MS_PER_SECOND
    const least = session.downs.reduce((sum, one) => sum + within(one.from[1], one.until[0]), 0)
    const most = session.downs.reduce((sum, one) => sum + within(one.from[0], one.until[1]), 0)
    const kind = 'downtime of a range'
    const about = `${session.key} ${iso(from)} to ${iso(to)}`
    if (!row)
      return { kind, verdict: this.#unknown('sessions', from, to, session.unpolled), why: `${about}: no such session` }
    const { down, unknownSeconds } = row as unknown as {
      down: { atLeastSeconds: number; atMostSeconds: number }
      unknownSeconds: number
    }
    // Round to whole milliseconds, because sums of seconds differ in the last bit.
    const isRight = [most - down.atLeastSeconds, down.atMostSeconds + unknownSeconds - least].every(
      (over) => Math.round(over * MS_PER_SECOND) >= 0,
    )
    const verdict = !isRight
      ? 'wrong'
      : unknownSeconds === 0
        ? 'right'
        : this.#unknown('sessions', from, to, session.unpolled)
    const why = `${about}: ${JSON.stringify(down)}, ${unknownSeconds} s unknown, truly ${least} to ${most} s`
    return { kind, verdict, why }
  }

  /**
   * Returns a random range between `leastMs` and the whole time range of the truth. The logarithm of the length is
   * distributed evenly, so that short ranges are frequent, because most long ranges contain a gap.
   * @param gridMs the range begins and ends at multiples of this time
   */
  #range(leastMs: number, gridMs = 1): [EpochMs, EpochMs] {
    const { from, to } = this.#truth
    const length = leastMs * ((to - from) / leastMs) ** this.#random()
    const begin = from + this.#random() * (to - from - length)
    const onGrid = (at: number) => Math.floor(at / gridMs) * gridMs
    return [onGrid(begin), Math.max(onGrid(begin + length), onGrid(begin) + leastMs)]
  }

  async #bytes(passed: Passed): Promise<Judged> {
    const { circuit, sessionsMs } = this.#truth
    const [from, to] = this.#range(5 * MS_PER_MINUTE, 5 * MS_PER_MINUTE)
    const id = encodeURIComponent(this.#idOf(circuit))
    const { data, covered } = await this.#ask(
      query(`/circuits/${id}/usage`, { from: iso(from), to: iso(to), step: '5m' }),
    )
    const { points, totals } = data as { points: Row[]; totals: { unplacedBytesIn: string; unplacedBytesOut: string } }
    const faults: string[] = []
    for (const [name, unplaced, direction] of [
      ['bytesIn', totals.unplacedBytesIn, 'in'],
      ['bytesOut', totals.unplacedBytesOut, 'out'],
    ] as const) {
      // Bytes that passed across the begin of a point belong to no point and are reported separately. Bytes between two
      // polls around an end are divided in proportion to time.
      const placed = points.reduce((all, point) => all + BigInt(String(point[name] ?? '0')), 0n)
      const [, most] = passed(circuit, direction, from - sessionsMs, to + sessionsMs)
      const [least] =
        covered && to - from > 2 * sessionsMs ? passed(circuit, direction, from + sessionsMs, to - sessionsMs) : [0]
      if (Number(placed) > most + 1 || Number(placed + BigInt(unplaced)) < least - 1)
        faults.push(`${name} ${placed} and ${unplaced} in none, truly ${least} to ${most}`)
    }
    const verdict = faults.length > 0 ? 'wrong' : covered ? 'right' : this.#unknown('bytes', from, to)
    return { kind: 'bytes of a range', verdict, why: `${iso(from)} to ${iso(to)}: ${faults.join('; ')}` }
  }

  /**
   * Checks the cost of a month to date: the bytes outside of gaps, and their cost as calculated here from the price
   * list.
   */
  async #cost(passed: Passed): Promise<Judged> {
    const { sessionsMs, terms } = this.#truth
    const month = iso(this.#moment()).slice(0, 7)
    const { data } = await this.#ask(query('/cost/projections', { month }))
    const { circuits, madeAt } = data as { circuits: Costed[]; madeAt: string }
    const found = this.#pick(circuits)
    const kind = 'cost of a month'
    if (!found) return { kind, verdict: 'unknown', why: `${month}: no circuit` }
    const { name, gaps } = found
    const [begin, end] = [found.month.from, found.month.to].map((text) => Date.parse(text)) as [EpochMs, EpochMs]
    const until = Math.min(end, Date.parse(madeAt))
    const edges = [begin, ...gaps.flatMap(({ from, to }) => [Date.parse(from), Date.parse(to)]), until]
    /**
     * Minimum and maximum bytes measured between two moments. An hour that was measured only in part is a gap, but its
     * measured bytes are in the sum.
     */
    const bytes = (first: EpochMs, last: EpochMs, lateMs: number) => {
      const sum: [number, number] = [0, 0]
      for (let n = 0; n + 1 < edges.length; n += 2) {
        const [from, to] = [Math.max(first, edges[n] ?? 0), Math.min(last, edges[n + 1] ?? 0)]
        if (to < from) continue
        const shrunk = sessionsMs + lateMs
        if (to - from > 2 * shrunk) sum[0] += passed(name, 'out', from + shrunk, to - shrunk)[0]
        sum[1] += passed(name, 'out', from - MS_PER_HOUR - shrunk, to + MS_PER_HOUR + shrunk)[1]
      }
      return sum
    }
    const [least, most] = bytes(begin, until, 0)
    const billed = Number(found.billedBytesToDate)
    const sold = terms?.(name) ?? []
    // If no inventory list contained the terms of a circuit, the product assumes terms and marks the cost as assumed.
    // Such a cost is not checked.
    const unread = found.termsUnread.map(({ from, to }) => ({ from: Date.parse(from), to: Date.parse(to) }))
    /**
     * Returns the minimum and maximum cost up to a moment. The product knows the time of a changed term only to ten
     * minutes (the interval of inventory polls), and the time of data transfer only to the hour.
     */
    const byHand = (at: EpochMs): [number, number] => {
      const total: [number, number] = [0, 0]
      const isChanged = sold.some(({ from }) => from > begin && from < at)
      for (const [n, one] of sold.entries()) {
        const [from, to] = [Math.max(begin, one.from), Math.min(at, sold[n + 1]?.from ?? at)]
        if (to <= from) continue
        const fee = portPrice(one)
        const noticed = isChanged ? (fee * LISTED_MS) / (end - begin) : 0
        const assumedMs = sumCoveredMs(unread, from, to)
        const data = isChanged ? bytes(from, to, MS_PER_HOUR) : [billed, billed]
        const perByte = one.family === 'MeteredData' ? priceOf('Metered Data - Data Transfer Out') / 1e9 : 0
        // the product assumes the cost of an hour's data if the terms were unknown at the begin of that hour
        for (const span of unread)
          if (sumCoveredMs([span], from, to) > 0)
            total[0] -= bytes(Math.max(span.from, from), Math.min(span.to + MS_PER_HOUR, to), 0)[1] * perByte
        for (const [side, sign] of [[0, -1] as const, [1, 1] as const])
          total[side] += (fee * (to - from - assumedMs)) / (end - begin) + sign * noticed + (data[side] ?? 0) * perByte
      }
      return total
    }
    const [atLeast, atMost] = [byHand(until)[0], byHand(Math.min(end, Date.now()))[1]]
    const said = Number(found.costToDate?.amount) - Number(found.assumedToDate?.amount ?? 0)
    // the cost is the difference of two amounts if a part is assumed, and each amount is rounded to a cent
    const rounded = found.assumedToDate ? 0.011 : 0.006
    const isRight = least - 1 <= billed && billed <= most + 1 && atLeast - rounded < said && said < atMost + rounded
    const why = `${name} ${month}: ${billed} bytes, truly ${least} to ${most}; ${said}, by hand ${atLeast} to ${atMost}`
    const [first, last] = [this.#truth.from + LISTED_MS, this.#truth.to - LISTED_MS]
    const isRead = sumCoveredMs(unread, first, last) === 0
    return { kind, verdict: !isRight ? 'wrong' : isRead ? 'right' : 'unknown', why }
  }

  async #route(): Promise<Judged> {
    const { gateway, addresses, tablesMs } = this.#truth
    const at = this.#moment()
    const ip = this.#pick(addresses)
    const { data } = await this.#ask(query('/routes/lookup', { ip, at: iso(at), scope: this.#idOf(gateway) }))
    const { known, match, candidates } = data as { known: string; match: string | null; candidates: Row[] }
    const own = candidates.filter(({ rank }) => rank === 1).map(({ peer }) => String(peer))
    const found = `${match} by ${[...new Set(own)].toSorted().join(' ')}`
    const around = [0, ...[1, 2, 3, 4].flatMap((n) => [(-n * tablesMs) / 4, (n * tablesMs) / 4])]
    const truths = await Promise.all(around.map(async (by) => bestOf(ip, await this.#truth.table(at + by))))
    const [truly] = truths
    const why = `${ip} at ${iso(at)}: ${known} ${found}, truly ${truly?.best}`
    const of = (verdict: ApiAnswerVerdict) => ({ kind: 'look-up as of a moment', verdict, why })
    if (known === 'unknown') return of(this.#unknown('routes', at, at))
    // `indeterminate` is correct if a route to this address truly appeared or disappeared near this time, in at least
    // one gateway instance, even if the route was not the best one
    if (known === 'indeterminate')
      return of(new Set(truths.map(({ routes }) => routes)).size > 1 ? 'right' : this.#unknown('routes', at, at))
    return of(found === truly?.best ? 'right' : 'wrong')
  }
}

/** Longest time until Peerwatch notices changed terms: the list of circuits is polled every ten minutes. */
const LISTED_MS = 11 * MS_PER_MINUTE

/**
 * The shipped price list, read independently of the product. Circuits of the bench are in Amsterdam, which is zone 1.
 */
const LIST = path.resolve(import.meta.dirname, '../../lib/cost/rules/data/retail-prices-2026-09-19.json')
let list: { meterName: string; armRegionName: string; retailPrice: number }[] | null = null

function priceOf(meter: string): number {
  list ??= (JSON.parse(readFileSync(LIST, 'utf8')) as { Items: NonNullable<typeof list> }).Items
  const found = list.filter(({ meterName, armRegionName }) => meterName === meter && armRegionName === 'Zone 1')
  if (found.length === 0) throw new Error(`the list has no ${meter}`)
  return found[0]?.retailPrice ?? 0
}

function portPrice({ tier, family, bandwidthMbps }: CircuitSkuFromTime): number {
  const speed = bandwidthMbps < 1_000 ? `${bandwidthMbps} Mbps` : `${bandwidthMbps / 1_000} Gbps`
  const plan = tier === 'Local' ? 'Local' : `${tier} ${family === 'MeteredData' ? 'Metered' : 'Unlimited'} Data`
  return priceOf(`${plan} ${speed} Circuit`)
}

/** Returns one row for each outage. Consecutive rows with different down states are merged. */
function outagesIn(rows: readonly Row[]): { from: unknown; to: unknown }[] {
  const outages: { from: unknown; to: unknown }[] = []
  for (const { from, to } of rows
    .filter(({ state }) => state !== 'established')
    .toSorted((a, b) => instants(a.from)[1] - instants(b.from)[1])) {
    const before = outages.at(-1)
    if (before && String(before.to) === String(from)) before.to = to
    else outages.push({ from, to })
  }
  return outages
}

/** Formats the outages near a moment, to explain a wrong answer. */
const downsText = ({ downs }: SessionGroundTruth, at: EpochMs) =>
  downs
    .filter(({ from, until }) => from[0] - MS_PER_HOUR < at && at < until[1] + MS_PER_HOUR)
    .map(({ from, until }) => `down ${iso(from[0])} to ${Number.isFinite(until[1]) ? iso(until[1]) : 'now'}`)
    .join(', ') || 'up'

/**
 * Returns the result that the gateway's own tables give: the longest matching prefix with its peers, and all routes
 * that cover the address.
 */
function bestOf(ip: string, rows: readonly RouteGroundTruth[]): { best: string; routes: string } {
  const bits = (text: string) => text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
  const covers = (prefix: string) => {
    const [address = '', length = '0'] = prefix.split('/')
    const size = 2 ** (32 - Number(length))
    return Math.floor(bits(address) / size) === Math.floor(bits(ip) / size)
  }
  const own = rows.filter(({ prefix }) => covers(prefix))
  const lengthOf = (prefix: string) => Number(prefix.split('/')[1])
  const longest = Math.max(...own.map(({ prefix }) => lengthOf(prefix)))
  const matching = own.filter(({ prefix }) => lengthOf(prefix) === longest)
  const best = matching.filter(({ instance, weight = 0 }) =>
    matching.every((other) => other.instance !== instance || (other.weight ?? 0) <= weight),
  )
  const sorted = (names: string[]) => [...new Set(names)].toSorted().join(' ')
  return {
    best: `${best[0]?.prefix ?? null} by ${sorted(best.map(({ peer }) => peer))}`,
    routes: sorted(own.map(({ prefix, instance, peer }) => `${prefix}/${instance}/${peer}`)),
  }
}
