import { createHash } from 'node:crypto'
import { canonicalPrefix } from '#lib/bgp/index.ts'
import type { RouteAttributes, RouteRow } from '#lib/contract/index.ts'

/** What names one route in the tables of one (source, kind); '' = none. */
export interface RouteKey {
  instance: string
  peer: string
  prefix: string
}

export interface TableEntry extends RouteKey {
  /** canonical text of the set of attributes: equal sets have equal text */
  text: string
}

/** Keys hold no tab, so the joined text names one key only. */
export function routeKeyText({ instance, peer, prefix }: RouteKey): string {
  return `${instance}\t${peer}\t${prefix}`
}

/**
 * Rows of a table by key. Exact duplicates fall together; different rows for one key (ECMP) become one sorted set. Order,
 * duplicates and spelling of the rows change nothing.
 */
export function entriesOfTable(rows: readonly RouteRow[]): Map<string, TableEntry> {
  const table = new Map<string, TableEntry>()
  const sets = new Map<string, Set<string>>()
  for (const row of rows) {
    const key = { instance: row.instance ?? '', peer: row.peer ?? '', prefix: row.prefix }
    const name = routeKeyText(key)
    const text = attributesText(row)
    const entry = table.get(name)
    if (!entry) table.set(name, { ...key, text: `[${text}]` })
    else if (entry.text !== `[${text}]`) {
      const set = sets.get(name) ?? new Set([entry.text.slice(1, -1)])
      sets.set(name, set.add(text))
    }
  }
  for (const [name, set] of sets) {
    const entry = table.get(name)
    if (entry) entry.text = `[${[...set].toSorted().join(',')}]`
  }
  return table
}

/** The attributes of one row as JSON, its members in a fixed order. */
function attributesText(row: RouteAttributes): string {
  const { nextHop, asPath, asPathText, origin, weight, localPref, state } = row
  // what was stored before there were states and texts of paths has the same text as ever
  const own = { ...(state !== undefined && { state }), ...(asPathText !== undefined && { asPathText }) }
  return JSON.stringify({ nextHop: nextHop || null, asPath, origin: origin || null, weight, localPref, ...own })
}

/** Reads what `attributesText` wrote for each member of a set. */
export function attributesFrom(text: string): RouteAttributes[] {
  return JSON.parse(text) as RouteAttributes[]
}

/** What a set of attributes is found by. */
export function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

/** Postgres writes some IPv6 addresses in another canonical form than RFC 5952. */
export function prefixFromDatabase(text: string): string {
  return text.includes(':') ? (canonicalPrefix(text) ?? text) : text
}
