import type { PoolClient } from 'pg'
import type { ArpChange, ArpRow } from '#lib/contract/index.ts'
import { iso, ms } from '../times.ts'
import { beginOf, type Closed, closed, endOf, type Open, opened, openedAfter } from './interval.ts'
import { type Must, updated } from './must.ts'
import { closedJson, openJson, openOf, type OpenRow } from './open-row.ts'
import type { Reading } from './reading.ts'

/** ARM's own word for an entry without a MAC address. */
const INCOMPLETE = 'Incomplete'

/** An entry as its row holds it. */
export interface ArpEntry {
  /** null = not in the database yet */
  id: number | null
  interface: string
  ipAddress: string
  mac: string | null
  open: Open | null
  closedUntil: number | null
}

/** A row of {@link ARP_COLUMNS}. */
export interface ArpEntryRow extends OpenRow {
  id: number
  interface: string
  ip_address: string
  mac_address: string | null
  closed_until: Date | null
}

/** An entry after a poll; `row` null = it is gone. */
interface ReadEntry {
  entry: ArpEntry
  row: ArpRow | null
}

/** What a poll makes of the ARP table of one path. */
export interface SteppedArp {
  changes: ArpChange[]
  ends: { entry: ArpEntry; past: Closed }[]
  /** those that are new, other than before, or gone */
  changed: ReadEntry[]
  /** those of which nothing but the age differs */
  readAgain: ReadEntry[]
  after: ArpEntry[]
}

/** @param known every entry of the path that was ever seen */
export function stepArp(known: readonly ArpEntry[], reading: Reading, rows: readonly ArpRow[]): SteppedArp {
  const sampled = oneOfEach(rows)
  const byKey = new Map(known.map((entry) => [keyOf(entry), entry]))
  const step: Omit<SteppedArp, 'after'> = { changes: [], ends: [], changed: [], readAgain: [] }
  for (const [key, row] of sampled) {
    const entry = byKey.get(key) ?? blank(row)
    if (entry.open && entry.mac === row.macAddress) {
      step.readAgain.push({ entry, row })
      continue
    }
    const past = entry.open && closed(entry.open, reading, '')
    if (past) step.ends.push({ entry, past })
    const open = past ? openedAfter(reading, past.lastPresent) : opened(reading, '')
    step.changes.push({
      type: 'arp',
      interface: row.interface,
      ipAddress: row.ipAddress,
      before: past && (entry.mac ?? INCOMPLETE),
      after: row.macAddress ?? INCOMPLETE,
      between: past ? endOf(past) : beginOf(open),
    })
    const closedUntil = past?.firstAbsent ?? entry.closedUntil
    step.changed.push({ entry: { ...entry, mac: row.macAddress, open, closedUntil }, row })
  }
  for (const [key, entry] of byKey) {
    if (sampled.has(key) || !entry.open || !reading.readsAbsence('')) continue
    const past = closed(entry.open, reading, '')
    step.ends.push({ entry, past })
    step.changes.push({
      type: 'arp',
      interface: entry.interface,
      ipAddress: entry.ipAddress,
      before: entry.mac ?? INCOMPLETE,
      after: null,
      between: endOf(past),
    })
    step.changed.push({ entry: { ...entry, open: null, closedUntil: past.firstAbsent }, row: null })
  }
  step.changes.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
  for (const { entry } of step.changed) byKey.set(keyOf(entry), entry)
  return { ...step, after: [...byKey.values()] }
}

const keyOf = (row: { interface: string; ipAddress: string }) => `${row.interface} ${row.ipAddress}`

/** Of two rows for one address the complete one counts. */
function oneOfEach(rows: readonly ArpRow[]): Map<string, ArpRow> {
  const sorted = rows.toSorted((a, b) => ((a.macAddress ?? '') < (b.macAddress ?? '') ? -1 : 1))
  return new Map(sorted.map((row) => [keyOf(row), row]))
}

function blank({ interface: name, ipAddress }: ArpRow): ArpEntry {
  return { id: null, interface: name, ipAddress, mac: null, open: null, closedUntil: null }
}

/** What {@link arpEntryOf} reads. */
export const ARP_COLUMNS =
  'id, interface, ip_address, mac_address, last_absent, first_present, last_present, closed_until'

export function arpEntryOf(row: ArpEntryRow): ArpEntry {
  return {
    id: row.id,
    interface: row.interface,
    ipAddress: row.ip_address,
    mac: row.mac_address,
    open: openOf(row),
    closedUntil: ms(row.closed_until),
  }
}

/** One path's table after a poll. */
export interface ReadArp extends Pick<SteppedArp, 'ends' | 'changed' | 'readAgain'> {
  sourceId: number
  finishedAt: number
}

/** Writes what polls of any paths make of their tables. An entry's age is kept as last read only. */
export async function saveArp(client: PoolClient, polls: readonly ReadArp[], must: Must): Promise<void> {
  await append(client, polls)
  await readAgain(client, polls, must)
  // known entries are updated by their id: an upsert would use up a number of the sequence with each poll
  const rows = polls.flatMap(({ sourceId, finishedAt, changed }) =>
    changed.map(({ entry, row }) => ({
      source_id: sourceId,
      id: entry.id,
      interface: entry.interface,
      ip_address: entry.ipAddress,
      mac_address: entry.mac,
      ...openJson(entry.open),
      closed_until: iso(entry.closedUntil),
      age_minutes: row?.ageMinutes ?? null,
      seen_finished_at: row ? iso(finishedAt) : null,
    })),
  )
  const known = rows.filter(({ id }) => id !== null)
  const fresh = rows.filter(({ id }) => id === null)
  if (known.length > 0) {
    await client.query(
      `UPDATE arp_entry a
       SET mac_address = e.mac_address, last_absent = e.last_absent, first_present = e.first_present,
           last_present = e.last_present, closed_until = e.closed_until, age_minutes = e.age_minutes,
           seen_finished_at = coalesce(e.seen_finished_at, a.seen_finished_at)
       FROM jsonb_to_recordset($1) AS e (source_id int, id int, ${COLUMNS})
       WHERE a.source_id = e.source_id AND a.id = e.id`,
      [JSON.stringify(known)],
    )
  }
  if (fresh.length > 0) {
    await client.query(
      `INSERT INTO arp_entry (source_id, interface, ip_address, mac_address, last_absent, first_present, last_present,
                              closed_until, age_minutes, seen_finished_at)
       SELECT source_id, interface, ip_address, mac_address, last_absent, first_present, last_present, closed_until, age_minutes,
              seen_finished_at
       FROM jsonb_to_recordset($1) AS e (source_id int, interface text, ip_address text, ${COLUMNS})`,
      [JSON.stringify(fresh)],
    )
  }
}

const COLUMNS = `mac_address text, last_absent timestamptz, first_present timestamptz, last_present timestamptz,
                 closed_until timestamptz, age_minutes float8, seen_finished_at timestamptz`

async function append(client: PoolClient, polls: readonly ReadArp[]): Promise<void> {
  const ends = polls.flatMap(({ sourceId, ends: own }) =>
    own.map(({ entry, past }) => ({
      source_id: sourceId,
      entry_id: entry.id,
      mac_address: entry.mac,
      ...closedJson(past),
    })),
  )
  if (ends.length === 0) return
  await client.query(
    `INSERT INTO arp_interval (source_id, entry_id, mac_address, last_absent, first_present, last_present, first_absent)
     SELECT source_id, entry_id, mac_address, last_absent, first_present, last_present, first_absent
     FROM jsonb_to_recordset($1) AS e (source_id int, entry_id int, mac_address text, last_absent timestamptz,
                                       first_present timestamptz, last_present timestamptz, first_absent timestamptz)`,
    [JSON.stringify(ends)],
  )
}

async function readAgain(client: PoolClient, polls: readonly ReadArp[], must: Must): Promise<void> {
  const rows = polls.flatMap(({ sourceId, finishedAt, readAgain: own }) =>
    own.map((one) => ({ sourceId, finishedAt, ...one })),
  )
  if (rows.length === 0) return
  await updated(client, must, 'arp_entry', rows.length, {
    text: `UPDATE arp_entry a SET age_minutes = n.age_minutes, seen_finished_at = n.seen_finished_at
     FROM unnest($1::int[], $2::int[], $3::float8[], $4::timestamptz[]) AS n (source_id, id, age_minutes, seen_finished_at)
     WHERE a.source_id = n.source_id AND a.id = n.id`,
    values: [
      rows.map(({ sourceId }) => sourceId),
      rows.map(({ entry }) => entry.id),
      rows.map(({ row }) => row?.ageMinutes ?? null),
      rows.map(({ finishedAt }) => iso(finishedAt)),
    ],
  })
}
