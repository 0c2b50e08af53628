import { createHash } from 'node:crypto'
import { canonicalizePrefix } from '#lib/bgp/index.ts'
import type { RouteAttributes, RouteRow } from '#lib/contract/index.ts'

/** Key of a route in the table of a (source, kind). A part is '' if the table does not contain it. */
export interface RouteKey {
  instance: string
  peer: string
  prefix: string
}

export interface TableEntry extends RouteKey {
  /** attributes of all routes with this key as canonical text; equal sets have equal text */
  text: string
}

/** Returns a route key as text. Its parts contain no tab, so different keys have different texts. */
export function formatRouteKey({ instance, peer, prefix }: RouteKey): string {
  return `${instance}\t${peer}\t${prefix}`
}

/**
 * Returns the rows of a table by route key. Exact duplicates are merged. Different rows with the same key (ECMP) become
 * one sorted set of attributes. The result does not depend on the order, duplicates or spelling of the rows.
 */
export function groupRowsByRouteKey(rows: readonly RouteRow[]): Map<string, TableEntry> {
  const table = new Map<string, TableEntry>()
  const sets = new Map<string, Set<string>>()
  for (const row of rows) {
    const key = { instance: row.instance ?? '', peer: row.peer ?? '', prefix: row.prefix }
    const name = formatRouteKey(key)
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

/** Returns the attributes of a row as JSON with a fixed order of members. */
function attributesText(row: RouteAttributes): string {
  const { nextHop, asPath, asPathText, origin, weight, localPref, state } = row
  // `state` and `asPathText` are written only if present, so that attributes that were stored before these fields
  // existed keep the same text
  const own = { ...(state !== undefined && { state }), ...(asPathText !== undefined && { asPathText }) }
  return JSON.stringify({ nextHop: nextHop || null, asPath, origin: origin || null, weight, localPref, ...own })
}

/** Parses the text of a set of attributes, as written by `attributesText`. */
export function parseAttributesText(text: string): RouteAttributes[] {
  return JSON.parse(text) as RouteAttributes[]
}

/** Returns the digest of a set of attributes; the database finds sets by it. */
export function computeAttributesDigest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

/** Converts a prefix from Postgres, which writes some IPv6 addresses in another canonical form than RFC 5952. */
export function canonicalizeDatabasePrefix(text: string): string {
  return text.includes(':') ? (canonicalizePrefix(text) ?? text) : text
}
