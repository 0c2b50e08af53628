import type { PoolClient } from 'pg'
import type { ArpChange, ArpRow, Change } from '#lib/contract/index.ts'
import { iso, ms } from '../times.ts'
import { beginOf, type Closed, closed, endOf, type Open, opened, openedAfter } from './interval.ts'
import { closedJson, closedUntil, openJson, openOf, type OpenRow } from './open-row.ts'
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

/** What a poll makes of one entry; `row` null = it is gone. */
interface SavedEntry {
  entry: ArpEntry
  row: ArpRow | null
  end: Closed | null
}

/** What a poll makes of the ARP table of one path. */
export interface SteppedArp {
  ends: { entry: ArpEntry; past: Closed }[]
  changes: ArpChange[]
  saved: SavedEntry[]
}

/** Records the ARP table of one path. An entry's age is kept as last read only. */
export async function recordArp(client: PoolClient, reading: Reading, rows: readonly ArpRow[]): Promise<Change[]> {
  const { ends, changes, saved } = stepArp(await load(client, reading.sourceId), reading, rows)
  await append(client, reading.sourceId, ends)
  await save(client, reading, saved)
  return changes
}

/** @param known every entry of the path that was ever seen */
export function stepArp(known: readonly ArpEntry[], reading: Reading, rows: readonly ArpRow[]): SteppedArp {
  const sampled = oneOfEach(rows)
  const byKey = new Map(known.map((entry) => [keyOf(entry), entry]))
  const ends: { entry: ArpEntry; past: Closed }[] = []
  const changes: ArpChange[] = []
  const saved: SavedEntry[] = []

  for (const [key, row] of sampled) {
    const entry = byKey.get(key) ?? blank(row)
    if (entry.open && entry.mac === row.macAddress) {
      saved.push({ entry, row, end: null })
      continue
    }
    const past = entry.open && closed(entry.open, reading, '')
    if (past) ends.push({ entry, past })
    const open = past ? openedAfter(reading, past.lastPresent) : opened(reading, '')
    changes.push({
      type: 'arp',
      interface: row.interface,
      ipAddress: row.ipAddress,
      before: past && (entry.mac ?? INCOMPLETE),
      after: row.macAddress ?? INCOMPLETE,
      between: past ? endOf(past) : beginOf(open),
    })
    saved.push({ entry: { ...entry, mac: row.macAddress, open }, row, end: past })
  }
  for (const [key, entry] of byKey) {
    if (sampled.has(key) || !entry.open || !reading.readsAbsence('')) continue
    const past = closed(entry.open, reading, '')
    ends.push({ entry, past })
    changes.push({
      type: 'arp',
      interface: entry.interface,
      ipAddress: entry.ipAddress,
      before: entry.mac ?? INCOMPLETE,
      after: null,
      between: endOf(past),
    })
    saved.push({ entry: { ...entry, open: null }, row: null, end: past })
  }
  return { ends, changes: changes.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)), saved }
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

async function load(client: PoolClient, sourceId: number): Promise<ArpEntry[]> {
  const { rows } = await client.query<ArpEntryRow>(`SELECT ${ARP_COLUMNS} FROM arp_entry WHERE source_id = $1`, [
    sourceId,
  ])
  return rows.map(arpEntryOf)
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

async function append(
  client: PoolClient,
  sourceId: number,
  ends: readonly { entry: ArpEntry; past: Closed }[],
): Promise<void> {
  if (ends.length === 0) return
  await client.query(
    `INSERT INTO arp_interval (source_id, entry_id, mac_address, last_absent, first_present, last_present, first_absent)
     SELECT $1, entry_id, mac_address, last_absent, first_present, last_present, first_absent
     FROM jsonb_to_recordset($2) AS e (entry_id int, mac_address text, last_absent timestamptz, first_present timestamptz,
                                       last_present timestamptz, first_absent timestamptz)`,
    [
      sourceId,
      JSON.stringify(
        ends.map(({ entry, past }) => ({ entry_id: entry.id, mac_address: entry.mac, ...closedJson(past) })),
      ),
    ],
  )
}

/** Known entries are updated by their id: an upsert would use up a number of the sequence with each poll. */
async function save(
  client: PoolClient,
  { sourceId, finishedAt }: Reading,
  saved: readonly { entry: ArpEntry; row: ArpRow | null; end: Closed | null }[],
): Promise<void> {
  const rows = saved.map(({ entry, row, end }) => ({
    id: entry.id,
    interface: entry.interface,
    ip_address: entry.ipAddress,
    mac_address: entry.mac,
    ...openJson(entry.open),
    closed_until: closedUntil(end, entry.closedUntil),
    age_minutes: row?.ageMinutes ?? null,
    seen_finished_at: row ? iso(finishedAt) : null,
  }))
  const known = rows.filter(({ id }) => id !== null)
  const fresh = rows.filter(({ id }) => id === null)
  if (known.length > 0) {
    await client.query(
      `UPDATE arp_entry a
       SET mac_address = e.mac_address, last_absent = e.last_absent, first_present = e.first_present,
           last_present = e.last_present, closed_until = e.closed_until, age_minutes = e.age_minutes,
           seen_finished_at = coalesce(e.seen_finished_at, a.seen_finished_at)
       FROM jsonb_to_recordset($2) AS e (id int, ${COLUMNS})
       WHERE a.source_id = $1 AND a.id = e.id`,
      [sourceId, JSON.stringify(known)],
    )
  }
  if (fresh.length > 0) {
    await client.query(
      `INSERT INTO arp_entry (source_id, interface, ip_address, mac_address, last_absent, first_present, last_present,
                              closed_until, age_minutes, seen_finished_at)
       SELECT $1, interface, ip_address, mac_address, last_absent, first_present, last_present, closed_until, age_minutes,
              seen_finished_at
       FROM jsonb_to_recordset($2) AS e (interface text, ip_address text, ${COLUMNS})`,
      [sourceId, JSON.stringify(fresh)],
    )
  }
}

const COLUMNS = `mac_address text, last_absent timestamptz, first_present timestamptz, last_present timestamptz,
                 closed_until timestamptz, age_minutes float8, seen_finished_at timestamptz`
