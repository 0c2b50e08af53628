/** Routes, ARP entries, counters and configurations from poll to poll. */
import type {
  ArpChange,
  ArpObservation,
  ConfigChange,
  CounterResetChange,
  EpochMs,
  InventoryObservation,
  ResourceRow,
  RouteAttributes,
  RouteChange,
  RouteRow,
  RoutesObservation,
  StatsObservation,
} from '#lib/contract/index.ts'
import { SINCE_EVER } from '#lib/contract/index.ts'
import { comparableConfig, fieldsThatDiffer } from '#lib/history/index.ts'
import type { Reading } from './reading.ts'

interface KnownRoute {
  instance: string
  peer: string
  prefix: string
  /** canonical text of the set of attributes */
  text: string
  since: EpochMs
}

export class Routes {
  private readonly known = new Map<string, KnownRoute>()
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
      this.known.set(name, { ...entry, since: reading.startedAt })
    }
    for (const [name, known] of this.known) {
      if (table.has(name) || !reading.readsAbsence(known.instance)) continue
      const between = reading.ends(known.instance, known.since)
      changes.push([name, { ...keyOf(known), op: 'withdraw', before: setOf(known), after: [], between }])
      this.known.delete(name)
    }
    return changes.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, change]) => change)
  }
}

type Entry = Omit<KnownRoute, 'since'>

function tableOf(rows: readonly RouteRow[]): Map<string, Entry> {
  const sets = new Map<string, { key: Omit<Entry, 'text'>; texts: Set<string> }>()
  for (const row of rows) {
    const key = { instance: row.instance ?? '', peer: row.peer ?? '', prefix: row.prefix }
    const name = `${key.instance}\t${key.peer}\t${key.prefix}`
    const { nextHop, asPath, origin, weight, localPref } = row
    const text = JSON.stringify({ nextHop: nextHop || null, asPath, origin: origin || null, weight, localPref })
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
const setOf = (entry: Entry | undefined) => (entry ? (JSON.parse(entry.text) as RouteAttributes[]) : [])

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
    const told = rows.filter(({ bytesIn, bytesOut }) => bytesIn !== null || bytesOut !== null)
    return told
      .toSorted((a, b) => ((a.path ?? '') < (b.path ?? '') ? -1 : 1))
      .flatMap(({ path, bytesIn, bytesOut }) => {
        const now = { bytesIn, bytesOut }
        const known = this.known.get(path ?? '')
        this.known.set(path ?? '', { at: reading.startedAt, ...now })
        if (!known) return []
        const between = { lo: known.at, hi: reading.finishedAt }
        return (['bytesIn', 'bytesOut'] as const).flatMap((counter): CounterResetChange[] => {
          const [before, after] = [known[counter], now[counter]]
          if (before === null || after === null || after >= before) return []
          return [{ type: 'counterReset', path, counter, before: `${before}`, after: `${after}`, between }]
        })
      })
  }
}

export class Inventory {
  private readonly known = new Map<string, { row: ResourceRow; since: EpochMs }>()
  /** by type: start of the last poll that read its list to the end */
  private readonly readAt = new Map<string, EpochMs>()
  private lastRows: InventoryObservation['rows'] | null = null

  record({ startedAt, finishedAt }: Reading, { rows }: InventoryObservation): ConfigChange[] {
    const changes = rows === this.lastRows ? [] : this.compare(rows, startedAt, finishedAt)
    this.lastRows = rows
    for (const type of rows.listedTypes) this.readAt.set(type, startedAt)
    return changes
  }

  private compare(
    { resources, listedTypes }: InventoryObservation['rows'],
    startedAt: EpochMs,
    finishedAt: EpochMs,
  ): ConfigChange[] {
    const changes: [string, ConfigChange][] = []
    const present = new Map(resources.map((row) => [row.resourceId.toLowerCase(), row]))
    for (const [key, row] of present) {
      const known = this.known.get(key)
      const fields = known ? fieldsThatDiffer(comparableConfig(known.row.config), comparableConfig(row.config)) : []
      if (known && fields.length === 0) continue
      const read = this.readAt.get(row.type) ?? null
      const between = known
        ? { lo: Math.max(known.since, read ?? 0), hi: finishedAt }
        : { lo: read ?? SINCE_EVER, hi: finishedAt }
      changes.push([key, { ...named(row), op: known ? 'changed' : 'added', fields, between }])
      this.known.set(key, { row, since: startedAt })
    }
    for (const [key, { row, since }] of this.known) {
      if (present.has(key) || !listedTypes.includes(row.type)) continue
      const between = { lo: Math.max(since, this.readAt.get(row.type) ?? 0), hi: finishedAt }
      changes.push([key, { ...named(row), op: 'removed', fields: [], between }])
      this.known.delete(key)
    }
    return changes.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, change]) => change)
  }
}

const named = ({ resourceId, type }: ResourceRow) => ({ type: 'config' as const, resourceId, resourceType: type })
