/** Routes, ARP entries and counters from poll to poll. */
import type {
  ArpChange,
  ArpObservation,
  CounterResetChange,
  EpochMs,
  RouteAttributes,
  RouteChange,
  RouteRow,
  RoutesObservation,
  StatsObservation,
} from '#lib/contract/index.ts'
import { isOwnSpace } from '#lib/bgp/index.ts'
import { originOf } from '#lib/detection/index.ts'
import type { Reading } from './reading.ts'

interface KnownRoute {
  instance: string
  peer: string
  prefix: string
  /** canonical text of the set of attributes */
  text: string
  since: EpochMs
}

/** A route, and who reported it. */
export interface ReportedRoute {
  instance: string | null
  peer: string | null
  prefix: string
  attributes: RouteAttributes
}

export class Routes {
  private readonly known = new Map<string, KnownRoute>()
  /** by prefix: names of the routes to it that are there now */
  private readonly toPrefix = new Map<string, Set<string>>()
  private readonly byLength = new Map<number, number>()
  /** routes that are gone, as they were last */
  private readonly gone = new Map<string, KnownRoute>()
  /** by prefix: its peers and origins, gone or not */
  private readonly everReported = new Map<
    string,
    Map<string, { peer: string; origin: number | null; since: EpochMs }>
  >()
  private lastRows: readonly RouteRow[] | null = null

  record(reading: Reading, { rows, outcome }: RoutesObservation): RouteChange[] {
    // an answer that is the very one of before, which is what most are
    if (rows === this.lastRows && outcome === 'ok') return []
    this.lastRows = outcome === 'ok' ? rows : null
    const table = tableOf(rows)
    const changes: [string, RouteChange][] = []
    for (const [name, entry] of table) {
      const known = this.known.get(name)
      if (known?.text === entry.text) continue
      const between = known ? reading.ends(entry.instance, known.since) : reading.begins(entry.instance)
      changes.push([
        name,
        { ...keyOf(entry), op: known ? 'change' : 'announce', before: setOf(known), after: setOf(entry), between },
      ])
      this.add(name, { ...entry, since: reading.startedAt })
    }
    for (const [name, known] of this.known) {
      if (table.has(name) || !reading.readsAbsence(known.instance)) continue
      const between = reading.ends(known.instance, known.since)
      changes.push([name, { ...keyOf(known), op: 'withdraw', before: setOf(known), after: [], between }])
      this.remove(name, known)
    }
    return changes.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, change]) => change)
  }

  /** Lengths of the prefixes to which there is a route now. */
  lengths(): number[] {
    return [...this.byLength].flatMap(([length, count]) => (count > 0 ? [length] : []))
  }

  has(prefix: string): boolean {
    return (this.toPrefix.get(prefix)?.size ?? 0) > 0
  }

  routesTo(prefixes: readonly string[]): (RouteAttributes & Omit<ReportedRoute, 'attributes'>)[] {
    const names = prefixes.flatMap((prefix) => [...(this.toPrefix.get(prefix) ?? [])])
    return names
      .flatMap((name) => routesOf(this.known.get(name)))
      .map(({ attributes, ...key }) => ({ ...attributes, ...key }))
  }

  /** Of each peer up to `most` prefixes with the newest version of each route, withdrawn ones included; instances are taken together. */
  everLearned(most: number): ReportedRoute[] {
    const seen = new Map<string, Set<string>>()
    return [...this.known.values(), ...this.gone.values()].flatMap((route) => {
      const own = seen.get(route.peer) ?? new Set<string>()
      if (own.size >= most || own.has(route.prefix)) return []
      seen.set(route.peer, own.add(route.prefix))
      return routesOf(route)
    })
  }

  /** Every route that is there now. */
  current(): ReportedRoute[] {
    return [...this.known.values()].flatMap(routesOf)
  }

  /** Peers and origins of a prefix before a moment, each with the poll that first showed it. */
  past(prefix: string, before: EpochMs): { peer: string; origin: number | null; since: EpochMs }[] {
    return [...(this.everReported.get(prefix)?.values() ?? [])].filter(({ since }) => since < before)
  }

  ownSpace(): string[] {
    const own = [...this.known.values()].filter(
      (route) => /"origin":"network"/i.test(route.text) && setOf(route).some(isOwnSpace),
    )
    return [...new Set(own.map(({ prefix }) => prefix))]
  }

  private count({ prefix }: KnownRoute, step: 1 | -1): void {
    const length = Number(prefix.slice(prefix.indexOf('/') + 1))
    this.byLength.set(length, (this.byLength.get(length) ?? 0) + step)
  }

  private add(name: string, route: KnownRoute): void {
    if (!this.known.has(name)) this.count(route, 1)
    this.known.set(name, route)
    const peers =
      this.everReported.get(route.prefix) ?? new Map<string, { peer: string; origin: number | null; since: EpochMs }>()
    this.everReported.set(route.prefix, peers)
    for (const attributes of setOf(route)) {
      const origin = originOf(attributes)
      const key = `${route.peer} ${origin}`
      if (!peers.has(key)) peers.set(key, { peer: route.peer, origin, since: route.since })
    }
    this.gone.delete(name)
    const names = this.toPrefix.get(route.prefix) ?? new Set()
    this.toPrefix.set(route.prefix, names.add(name))
  }

  private remove(name: string, route: KnownRoute): void {
    this.count(route, -1)
    this.known.delete(name)
    this.gone.set(name, route)
    this.toPrefix.get(route.prefix)?.delete(name)
  }
}

function routesOf(route: KnownRoute | undefined): ReportedRoute[] {
  if (!route) return []
  const { instance, peer, prefix } = keyOf(route)
  return setOf(route).map((attributes) => ({ instance, peer, prefix, attributes }))
}

type Entry = Omit<KnownRoute, 'since'>

function tableOf(rows: readonly RouteRow[]): Map<string, Entry> {
  const sets = new Map<string, { key: Omit<Entry, 'text'>; texts: Set<string> }>()
  for (const row of rows) {
    const key = { instance: row.instance ?? '', peer: row.peer ?? '', prefix: row.prefix }
    const name = `${key.instance}\t${key.peer}\t${key.prefix}`
    const { nextHop, asPath, asPathText, origin, weight, localPref } = row
    const text = JSON.stringify({
      nextHop: nextHop || null,
      asPath,
      asPathText,
      origin: origin || null,
      weight,
      localPref,
    })
    const set = sets.get(name)
    if (set) set.texts.add(text)
    else sets.set(name, { key, texts: new Set([text]) })
  }
  return new Map(
    [...sets].map(([name, { key, texts }]) => [name, { ...key, text: `[${[...texts].toSorted().join(',')}]` }]),
  )
}

const keyOf = ({ instance, peer, prefix }: Entry) => ({
  type: 'route' as const,
  instance: instance || null,
  peer: peer || null,
  prefix,
})
/** The few sets that thousands of routes have in common. */
const sets = new Map<string, RouteAttributes[]>()

function setOf(entry: Pick<Entry, 'text'> | undefined): RouteAttributes[] {
  if (!entry) return []
  const known = sets.get(entry.text)
  if (known) return known
  const read = JSON.parse(entry.text) as RouteAttributes[]
  sets.set(entry.text, read)
  return read
}

const INCOMPLETE = 'Incomplete'

export class Arp {
  private readonly known = new Map<string, { interface: string; ipAddress: string; mac: string; since: EpochMs }>()

  record(reading: Reading, { rows }: ArpObservation): ArpChange[] {
    const changes: [string, ArpChange][] = []
    const completeLast = rows.toSorted((a, b) => ((a.macAddress ?? '') < (b.macAddress ?? '') ? -1 : 1))
    const sampled = new Map(completeLast.map((row) => [`${row.interface} ${row.ipAddress}`, row]))
    for (const [name, { interface: side, ipAddress, macAddress }] of sampled) {
      const known = this.known.get(name)
      const mac = macAddress ?? INCOMPLETE
      if (known?.mac === mac) continue
      const between = known ? reading.ends('', known.since) : reading.begins('')
      changes.push([name, { type: 'arp', interface: side, ipAddress, before: known?.mac ?? null, after: mac, between }])
      this.known.set(name, { interface: side, ipAddress, mac, since: reading.startedAt })
    }
    for (const [name, { interface: side, ipAddress, mac, since }] of this.known) {
      if (sampled.has(name) || !reading.readsAbsence('')) continue
      changes.push([
        name,
        { type: 'arp', interface: side, ipAddress, before: mac, after: null, between: reading.ends('', since) },
      ])
      this.known.delete(name)
    }
    return changes.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, change]) => change)
  }
}

export class Counters {
  private readonly known = new Map<string, { at: EpochMs; bytesIn: bigint | null; bytesOut: bigint | null }>()

  record(reading: Reading, { rows }: StatsObservation): CounterResetChange[] {
    const counted = rows.filter(({ bytesIn, bytesOut }) => bytesIn !== null || bytesOut !== null)
    return counted
      .toSorted((a, b) => ((a.path ?? '') < (b.path ?? '') ? -1 : 1))
      .flatMap(({ path, bytesIn, bytesOut }) => {
        const now = { bytesIn, bytesOut }
        const known = this.known.get(path ?? '')
        this.known.set(path ?? '', { at: reading.startedAt, ...now })
        if (!known) return []
        const between = { earliest: known.at, latest: reading.finishedAt }
        return (['bytesIn', 'bytesOut'] as const).flatMap((counter): CounterResetChange[] => {
          const [before, after] = [known[counter], now[counter]]
          if (before === null || after === null || after >= before) return []
          return [{ type: 'counterReset', path, counter, before: `${before}`, after: `${after}`, between }]
        })
      })
  }
}
