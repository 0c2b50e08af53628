import type { EpochMs } from '#lib/contract/index.ts'
import { HOUR, MINUTE, SECOND } from '#lib/contract/time/time.ts'
import { createVirtualAzure } from '../demo-history/virtual-azure.ts'
import { edgeCounter, type Truth, truthOf, type World } from '../simulator/index.ts'

/** `unseen`: not known, as no good poll saw it; `unknown`: not known although polls did */
export type Verdict = 'right' | 'unseen' | 'unknown' | 'wrong'
interface Judged {
  kind: string
  verdict: Verdict
  why: string
}

interface Given {
  world: World
  ask: (question: string) => Promise<unknown>
  random: () => number
  /** all questions are about times between */
  from: EpochMs
  to: EpochMs
}

type Session = Truth['sessions'][number]
type Row = Record<string, unknown>
interface Costed {
  month: { from: string; to: string }
  billedBytesToDate: string
  costToDate: { amount: string } | null
  gaps: { from: string; to: string }[]
  lines: { kind: string; unitPrice: { amount: string } }[]
}
interface Answer {
  data: unknown
  covered?: boolean
}

/** The longest time between two good polls of sessions and bytes, and of tables, that is no gap yet. */
const SESSIONS_MS = 160 * SECOND
const TABLES_MS = 13 * MINUTE

const iso = (at: EpochMs) => new Date(at).toISOString()
const query = (path: string, parameters: Record<string, string>) => `${path}?${new URLSearchParams(parameters)}`
const instants = (bounds: unknown) => (bounds as string[]).map((text) => Date.parse(text)) as [EpochMs, EpochMs]

/** Asks one kind of question after the other, and holds each answer against the script. */
export class Judge {
  readonly #given: Given
  readonly #azure: ReturnType<typeof createVirtualAzure>
  readonly #ids: { circuit: Row; gateway: Row }
  /** those that truly fell */
  readonly #sessions: readonly Session[]
  /** moments at which routes came and went: a session's row counts them */
  readonly #routeEdges: readonly EpochMs[]

  private constructor(given: Given, ids: { circuit: Row; gateway: Row }) {
    this.#given = given
    this.#ids = ids
    this.#azure = createVirtualAzure(given.world)
    const { sessions, routes } = truthOf(given.world, given.from - HOUR, given.to + HOUR)
    this.#sessions = sessions.filter(({ neighbor }) => neighbor !== '10.0.4.15')
    this.#routeEdges = routes.flatMap(({ times }) =>
      times.flatMap(({ from, until }) => [from, until].map((text) => Date.parse(text ?? ''))),
    )
  }

  static async of(given: Given): Promise<Judge> {
    const first = async (list: string) => ((await given.ask(`/${list}`)) as { data: Row[] }).data[0] ?? {}
    return new Judge(given, { circuit: await first('circuits'), gateway: await first('gateways') })
  }

  close(): void {
    this.#azure.close()
  }

  next(n: number): Promise<Judged> {
    const kinds = [
      () => this.#state(),
      () => this.#bounds(),
      () => this.#downtime(),
      () => this.#bytes(),
      () => this.#route(),
      () => this.#cost(),
    ]
    return (kinds[n % kinds.length] as () => Promise<Judged>)()
  }

  #moment(): EpochMs {
    const { random, from, to } = this.#given
    return Math.floor(from + random() * (to - from))
  }
  #pick = <T>(list: readonly T[]): T => list[Math.floor(this.#given.random() * list.length)] as T
  #ask = async (question: string) => (await this.#given.ask(question)) as Answer
  #scopeOf = ({ kind }: Session) => String((kind === 'edge' ? this.#ids.circuit : this.#ids.gateway).id)
  #rowOf = (rows: readonly Row[], { localAddress, neighbor }: Session) =>
    rows.filter((row) => row.localAddress === localAddress && row.neighbor === neighbor)

  #downs = ({ down }: Session) =>
    down.map(({ from, until }) => ({
      from: Date.parse(from),
      until: until === null ? Number.POSITIVE_INFINITY : Date.parse(until),
    }))
  #isDown = (session: Session, at: EpochMs) => this.#downs(session).some(({ from, until }) => from <= at && at < until)
  #hasEdge = (session: Session, at: EpochMs, withinMs: number) =>
    this.#downs(session).some(({ from, until }) => [from, until].some((edge) => Math.abs(edge - at) <= withinMs))

  async #state(): Promise<Judged> {
    const session = this.#pick(this.#sessions)
    const at = this.#moment()
    const { data, covered } = await this.#ask(
      query('/sessions', { scope: this.#scopeOf(session), at: iso(at), limit: '1000' }),
    )
    const [row] = this.#rowOf(data as Row[], session)
    const isUp = row?.state === 'established'
    const why = `${session.key} at ${iso(at)}: ${row?.state} ${row?.known}, truly ${this.#isDown(session, at) ? 'down' : 'up'}, ${JSON.stringify(session.down)}`
    const of = (verdict: Verdict) => ({ kind: 'session as of a moment', verdict, why })
    const isNearEdge =
      this.#hasEdge(session, at, SESSIONS_MS) || this.#routeEdges.some((edge) => Math.abs(edge - at) <= SESSIONS_MS)
    if (!row || row.known === 'unknown' || row.known === 'stale') return of(covered ? 'unknown' : 'unseen')
    // it changed about then, and that is said
    if (row.known === 'indeterminate') return of(isNearEdge ? 'right' : covered ? 'unknown' : 'unseen')
    return of(isUp !== this.#isDown(session, at) ? 'right' : 'wrong')
  }

  async #bounds(): Promise<Judged> {
    const session = this.#pick(this.#sessions)
    const { from: first, to: last } = this.#given
    const outage = this.#pick(this.#downs(session).filter(({ from, until }) => from > first && until < last))
    const range = { from: iso(outage.from - HOUR), to: iso(outage.until + HOUR) }
    const { data } = await this.#ask(
      query('/sessions/history', { scope: this.#scopeOf(session), ...range, limit: '1000' }),
    )
    const rows = this.#rowOf(data as Row[], session).filter(({ state }) => state !== 'established')
    const holds = (at: EpochMs, bounds: unknown) => {
      const [earliest, latest] = instants(bounds)
      return earliest <= at && at <= latest
    }
    const found = rows.some(({ from, to }) => to !== null && holds(outage.from, from) && holds(outage.until, to))
    const why = `${session.key} ${iso(outage.from)} to ${iso(outage.until)}: ${JSON.stringify(rows)}`
    // what is said to be down for certain was so
    const isMadeUp = rows.some((row) => {
      const [certainFrom, certainTo] = [instants(row.from)[1], row.to === null ? null : instants(row.to)[0]]
      const isTrue = ({ from, until }: { from: EpochMs; until: EpochMs }) =>
        from <= certainFrom && (certainTo === null || certainTo <= until)
      return (certainTo === null || certainFrom <= certainTo) && !this.#downs(session).some(isTrue)
    })
    // a fall between two good polls is none that was seen
    const isUnseen = !found && !(await this.#isCovered(session, outage.from, outage.until))
    const verdict = isMadeUp ? 'wrong' : found ? 'right' : isUnseen ? 'unseen' : 'wrong'
    return { kind: 'bounds of an outage', verdict, why }
  }

  async #isCovered(session: Session, from: EpochMs, to: EpochMs): Promise<boolean> {
    const range = { from: iso(from), to: iso(to) }
    return (await this.#ask(query('/sessions/history', { scope: this.#scopeOf(session), ...range }))).covered === true
  }

  async #downtime(): Promise<Judged> {
    const session = this.#pick(this.#sessions)
    const [from, to] = this.#range()
    const { data, covered } = await this.#ask(
      query('/sessions/availability', { scope: this.#scopeOf(session), from: iso(from), to: iso(to) }),
    )
    const [row] = this.#rowOf(data as Row[], session)
    const truly =
      this.#downs(session).reduce(
        (sum, one) => sum + Math.max(0, Math.min(to, one.until) - Math.max(from, one.from)),
        0,
      ) / SECOND
    const { down, unknownSeconds } = row as unknown as {
      down: { atLeastSeconds: number; atMostSeconds: number }
      unknownSeconds: number
    }
    const why = `${session.key} ${iso(from)} to ${iso(to)}: ${JSON.stringify(down)}, ${unknownSeconds} s unknown, truly ${truly} s`
    const isRight = down.atLeastSeconds <= truly && truly <= down.atMostSeconds + unknownSeconds
    const verdict = !isRight ? 'wrong' : unknownSeconds === 0 ? 'right' : covered ? 'unknown' : 'unseen'
    return { kind: 'downtime of a range', verdict, why }
  }

  /** From minutes to all of it, short ones as often as long ones: few long ones are without a gap. */
  #range(gridMs = 1): [EpochMs, EpochMs] {
    const { random, from, to } = this.#given
    const length = 5 * MINUTE * ((to - from) / (5 * MINUTE)) ** random()
    const begin = from + random() * (to - from - length)
    const onGrid = (at: number) => Math.floor(at / gridMs) * gridMs
    return [onGrid(begin), Math.max(onGrid(begin + length), onGrid(begin) + 5 * MINUTE)]
  }

  async #bytes(): Promise<Judged> {
    const [from, to] = this.#range(5 * MINUTE)
    const id = encodeURIComponent(String(this.#ids.circuit.id))
    const { data, covered } = await this.#ask(
      query(`/circuits/${id}/usage`, { from: iso(from), to: iso(to), step: '5m' }),
    )
    const { points, totals } = data as { points: Row[]; totals: { unplacedBytesIn: string; unplacedBytesOut: string } }
    const faults: string[] = []
    for (const [name, unplaced, direction] of [
      ['bytesIn', totals.unplacedBytesIn, 'in'],
      ['bytesOut', totals.unplacedBytesOut, 'out'],
    ] as const) {
      // what passed across the begin of a point is in none, and said beside them; a pair of polls across an end is shared out by time
      const placed = points.reduce((all, point) => all + BigInt(String(point[name] ?? '0')), 0n)
      const most = this.#passed(direction, from - SESSIONS_MS, to + SESSIONS_MS)
      const least = covered ? this.#passed(direction, from + SESSIONS_MS, to - SESSIONS_MS) : 0
      if (Number(placed) > most + 1 || Number(placed + BigInt(unplaced)) < least - 1)
        faults.push(`${name} ${placed} and ${unplaced} in none, truly ${least} to ${most}`)
    }
    return {
      kind: 'bytes of a range',
      verdict: faults.length > 0 ? 'wrong' : covered ? 'right' : 'unseen',
      why: `${iso(from)} to ${iso(to)}: ${faults.join('; ')}`,
    }
  }

  /** Bytes that truly passed both paths between two moments. */
  #passed(direction: 'in' | 'out', from: EpochMs, to: EpochMs): number {
    if (to <= from) return 0
    const { world } = this.#given
    return world.topology.domains.reduce((sum, domain) => {
      const counters = world.counters(domain)
      const edges = domain.edges.map(({ key }) => edgeCounter(key, direction))
      return sum + edges.reduce((all, one) => all + counters.passed(one, to) - counters.passed(one, from), 0)
    }, 0)
  }

  /** The month so far: its bytes outside of gaps, and what they cost, by hand from its own price of a GB. */
  async #cost(): Promise<Judged> {
    const month = iso(this.#moment()).slice(0, 7)
    const { data } = await this.#ask(query('/cost/projections', { month }))
    const { circuits, madeAt } = data as { circuits: Costed[]; madeAt: string }
    const [found] = circuits
    const kind = 'cost of a month'
    if (!found) return { kind, verdict: 'unknown', why: `${month}: no circuit` }
    const { lines, gaps } = found
    const [begin, end] = [found.month.from, found.month.to].map((text) => Date.parse(text)) as [EpochMs, EpochMs]
    const until = Math.min(end, Date.parse(madeAt))
    const asked = Math.min(end, Date.now())
    const measured = [begin, ...gaps.flatMap(({ from, to }) => [Date.parse(from), Date.parse(to)]), until]
    let [least, most] = [0, 0]
    for (let n = 0; n + 1 < measured.length; n += 2) {
      const [from, to] = [measured[n], measured[n + 1]] as [EpochMs, EpochMs]
      least += this.#passed('out', from + SESSIONS_MS, to - SESSIONS_MS)
      // an hour that was measured in part is a gap, with what was measured in the sum
      if (to > from) most += this.#passed('out', from - HOUR - SESSIONS_MS, to + HOUR + SESSIONS_MS)
    }
    const billed = Number(found.billedBytesToDate)
    const priceOf = (of: string) => Number(lines.find((line) => line.kind === of)?.unitPrice.amount)
    // the fee goes on, the bytes are as of when they were summed
    const byHand = (at: EpochMs) =>
      (billed / 1e9) * priceOf('data') + (priceOf('circuit') * (at - begin)) / (end - begin)
    const said = Number(found.costToDate?.amount)
    const isRight =
      least - 1 <= billed && billed <= most + 1 && byHand(until) - 0.006 < said && said < byHand(asked) + 0.006
    const why = `${month}: ${billed} bytes, truly ${least} to ${most}; ${said}, by hand ${byHand(until)} to ${byHand(asked)}`
    return { kind, verdict: isRight ? 'right' : 'wrong', why }
  }

  async #route(): Promise<Judged> {
    const at = this.#moment()
    const ip = this.#pick(['10.10.1.1', '10.10.4.9', '10.11.0.7', '10.0.4.20'])
    const scope = String(this.#ids.gateway.id)
    const { data, covered } = await this.#ask(query('/routes/lookup', { ip, at: iso(at), scope }))
    const { known, match, candidates } = data as { known: string; match: string | null; candidates: Row[] }
    const own = candidates.filter(({ rank }) => rank === 1).map(({ peer }) => String(peer))
    const found = `${match} by ${[...new Set(own)].toSorted().join(' ')}`
    const around = [0, ...[1, 2, 3, 4].flatMap((n) => [(-n * TABLES_MS) / 4, (n * TABLES_MS) / 4])]
    const truths = await Promise.all(around.map((by) => this.#truly(ip, at + by)))
    const [truly] = truths
    const why = `${ip} at ${iso(at)}: ${known} ${found}, truly ${truly?.best}`
    const of = (verdict: Verdict) => ({ kind: 'look-up as of a moment', verdict, why })
    if (known === 'unknown') return of(covered ? 'unknown' : 'unseen')
    // one instance may lose what another keeps
    if (known === 'indeterminate')
      return of(new Set(truths.map(({ routes }) => routes)).size > 1 ? 'right' : covered ? 'unknown' : 'unseen')
    return of(found === truly?.best ? 'right' : 'wrong')
  }

  /** What the gateway's own tables say at that moment: the longest match and by whom, and in which instance. */
  async #truly(ip: string, at: EpochMs): Promise<{ best: string; routes: string }> {
    const target = { resourceId: String(this.#ids.gateway.resourceId), subresource: '' }
    const { rows } = await this.#azure.poll(target, 'learned', { startedAt: at, finishedAt: at })
    const bits = (text: string) => text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
    const covers = (prefix: string) => {
      const [address = '', length = '0'] = prefix.split('/')
      const size = 2 ** (32 - Number(length))
      return Math.floor(bits(address) / size) === Math.floor(bits(ip) / size)
    }
    const own = (rows as { prefix: string; peer: string; instance: string }[]).filter(({ prefix }) => covers(prefix))
    const lengthOf = (prefix: string) => Number(prefix.split('/')[1])
    const longest = Math.max(...own.map(({ prefix }) => lengthOf(prefix)))
    const best = own.filter(({ prefix }) => lengthOf(prefix) === longest)
    const sorted = (names: string[]) => [...new Set(names)].toSorted().join(' ')
    return {
      best: `${best[0]?.prefix ?? null} by ${sorted(best.map(({ peer }) => peer))}`,
      routes: sorted(best.map(({ prefix, instance, peer }) => `${prefix}/${instance}/${peer}`)),
    }
  }
}
