import type { ArpChange, ArpRow } from '#lib/contract/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { toEpochMs } from '../times.ts'
import {
  getIntervalBeginBounds,
  type ClosedInterval,
  endStateInterval,
  getIntervalEndBounds,
  type OpenInterval,
  beginStateInterval,
  openIntervalAfter,
} from './interval.ts'
import { type MustFindEveryRow, checkRowsFound } from './stale-state-error.ts'
import { convertToOpenInterval, type OpenIntervalColumns } from './open-row.ts'
import type { ProvenAbsenceOfPoll } from './poll-reading.ts'
import {
  createClosedIntervalColumns,
  type WrittenColumnDefinitions,
  insertRows,
  createOpenIntervalColumns,
  updateRows,
} from './write-rows.ts'

/** ARM's value for an entry without a MAC address. */
const INCOMPLETE = 'Incomplete'

/** A stored ARP entry. */
export interface ArpEntry {
  /** database ID; null = the entry is not stored yet */
  id: number | null
  interface: string
  ipAddress: string
  mac: string | null
  open: OpenInterval | null
  closedUntil: number | null
}

/** A row of {@link ARP_ENTRY_SQL_COLUMNS}. */
export interface ArpEntryRow extends OpenIntervalColumns {
  id: number
  interface: string
  ip_address: string
  mac_address: string | null
  closed_until: Date | null
}

/** ARP entry after a poll; `row` null = the entry disappeared. */
interface ReadEntry {
  entry: ArpEntry
  row: ArpRow | null
}

/** Result of comparing a poll with the ARP table of a path. */
export interface ArpComparison {
  changes: ArpChange[]
  ends: { entry: ArpEntry; past: ClosedInterval }[]
  /** entries that are new, changed or gone, to be written completely */
  changed: ReadEntry[]
  /** entries with an unchanged MAC address, of which only the age may differ */
  readAgain: ReadEntry[]
  after: ArpEntry[]
}

/**
 * Compares a poll of an ARP table with the known entries. A pure function.
 * @param known every entry of the path that was ever seen
 */
export function compareArp(
  known: readonly ArpEntry[],
  reading: ProvenAbsenceOfPoll,
  rows: readonly ArpRow[],
): ArpComparison {
  const sampled = oneOfEach(rows)
  const byKey = new Map(known.map((entry) => [keyOf(entry), entry]))
  const step: Omit<ArpComparison, 'after'> = { changes: [], ends: [], changed: [], readAgain: [] }
  for (const [key, row] of sampled) {
    const entry = byKey.get(key) ?? blank(row)
    if (entry.open && entry.mac === row.macAddress) {
      step.readAgain.push({ entry, row })
      continue
    }
    const past = entry.open && endStateInterval(entry.open, reading, '')
    if (past) step.ends.push({ entry, past })
    const open = past ? openIntervalAfter(reading, past.lastPresent) : beginStateInterval(reading, '')
    step.changes.push({
      type: 'arp',
      interface: row.interface,
      ipAddress: row.ipAddress,
      before: past && (entry.mac ?? INCOMPLETE),
      after: row.macAddress ?? INCOMPLETE,
      between: past ? getIntervalEndBounds(past) : getIntervalBeginBounds(open),
    })
    const closedUntil = past?.firstAbsent ?? entry.closedUntil
    step.changed.push({ entry: { ...entry, mac: row.macAddress, open, closedUntil }, row })
  }
  for (const [key, entry] of byKey) {
    if (sampled.has(key) || !entry.open || !reading.readsAbsence('')) continue
    const past = endStateInterval(entry.open, reading, '')
    step.ends.push({ entry, past })
    step.changes.push({
      type: 'arp',
      interface: entry.interface,
      ipAddress: entry.ipAddress,
      before: entry.mac ?? INCOMPLETE,
      after: null,
      between: getIntervalEndBounds(past),
    })
    step.changed.push({ entry: { ...entry, open: null, closedUntil: past.firstAbsent }, row: null })
  }
  step.changes.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
  for (const { entry } of step.changed) byKey.set(keyOf(entry), entry)
  return { ...step, after: [...byKey.values()] }
}

const keyOf = (row: { interface: string; ipAddress: string }) => `${row.interface} ${row.ipAddress}`

/** Returns one row per interface and address. If there are several, the row with a MAC address is used. */
function oneOfEach(rows: readonly ArpRow[]): Map<string, ArpRow> {
  const sorted = rows.toSorted((a, b) => ((a.macAddress ?? '') < (b.macAddress ?? '') ? -1 : 1))
  return new Map(sorted.map((row) => [keyOf(row), row]))
}

function blank({ interface: name, ipAddress }: ArpRow): ArpEntry {
  return { id: null, interface: name, ipAddress, mac: null, open: null, closedUntil: null }
}

/** Columns that {@link convertArpEntryRow} needs. */
export const ARP_ENTRY_SQL_COLUMNS =
  'id, interface, ip_address, mac_address, last_absent, first_present, last_present, closed_until'

export function convertArpEntryRow(row: ArpEntryRow): ArpEntry {
  return {
    id: row.id,
    interface: row.interface,
    ipAddress: row.ip_address,
    mac: row.mac_address,
    open: convertToOpenInterval(row),
    closedUntil: toEpochMs(row.closed_until),
  }
}

/** The ARP table of a path after a poll. */
interface ReadArp extends Pick<ArpComparison, 'ends' | 'changed' | 'readAgain'> {
  sourceId: number
  finishedAt: number
}

interface WrittenEntry extends ReadEntry {
  sourceId: number
  finishedAt: number
}

const KEYS: WrittenColumnDefinitions<WrittenEntry> = {
  source_id: ['int', ({ sourceId }) => sourceId],
  id: ['int', ({ entry }) => entry.id],
}
const LAST_READ: WrittenColumnDefinitions<WrittenEntry> = {
  age_minutes: ['float8', ({ row }) => row?.ageMinutes],
  seen_finished_at: ['timestamptz', ({ row, finishedAt }) => row && finishedAt],
}
const CURRENT: WrittenColumnDefinitions<WrittenEntry> = {
  mac_address: ['text', ({ entry }) => entry.mac],
  ...createOpenIntervalColumns(({ entry }) => entry.open),
  closed_until: ['timestamptz', ({ entry }) => entry.closedUntil],
  ...LAST_READ,
}
const FRESH: WrittenColumnDefinitions<WrittenEntry> = {
  source_id: ['int', ({ sourceId }) => sourceId],
  interface: ['text', ({ entry }) => entry.interface],
  ip_address: ['text', ({ entry }) => entry.ipAddress],
  ...CURRENT,
}
const ENDED: WrittenColumnDefinitions<{ sourceId: number; entry: ArpEntry; past: ClosedInterval }> = {
  source_id: ['int', ({ sourceId }) => sourceId],
  entry_id: ['int', ({ entry }) => entry.id],
  mac_address: ['text', ({ entry }) => entry.mac],
  ...createClosedIntervalColumns(({ past }) => past),
}

/** Writes the results of polls of any paths. For each entry only the age of the last poll is stored. */
export async function saveArp(client: SqlExecutor, polls: readonly ReadArp[], must: MustFindEveryRow): Promise<void> {
  const written = (of: 'changed' | 'readAgain') =>
    polls.flatMap(({ sourceId, finishedAt, [of]: own }) => own.map((one) => ({ sourceId, finishedAt, ...one })))
  const ends = polls.flatMap(({ sourceId, ends: own }) => own.map((one) => ({ sourceId, ...one })))
  await insertRows(client, 'arp_interval', ENDED, ends)
  const again = written('readAgain')
  const found = await updateRows(client, 'arp_entry', KEYS, LAST_READ, again, { name: 'arp_read_again' })
  checkRowsFound(must, 'arp_entry', found, again.length)
  const { known = [], fresh = [] } = Object.groupBy(written('changed'), ({ entry }) => (entry.id ? 'known' : 'fresh'))
  // Known entries are updated by their ID. An upsert would use up a number of the ID sequence for each of them at each
  // poll.
  await updateRows(client, 'arp_entry', KEYS, CURRENT, known, {
    set: { seen_finished_at: 'coalesce(n.seen_finished_at, t.seen_finished_at)' },
  })
  await insertRows(client, 'arp_entry', FRESH, fresh)
}
