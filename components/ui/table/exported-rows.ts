import { type CsvCell, toCsv } from '#lib/contract/csv.ts'
import type { DataTableColumn, ExportedColumn, CellValue } from './table-columns.ts'

/** View (content, time and page) from which a file is exported. */
export interface ExportContext {
  /** content of the file: `events`, `routes that cover 10.10.4.7` */
  title: string
  /** time or range that the file shows; null = now */
  time: ExportTime | null
  /** URL of the page */
  address: string
  /** epoch milliseconds */
  now: number
}

/**
 * Time or time range that a table shows, ISO 8601. If `at` or `to` is null, the table shows now or a range until now.
 */
export type ExportTime = { at: string | null; settled?: boolean | undefined } | { from: string; to: string | null }

const BEFORE_MONITORING = 0

/** Returns two columns of an exported file, earliest and latest, for a time that is known within bounds, in UTC. */
export function createTimeBoundsColumns<Row>(
  name: string,
  boundsOf: (row: Row) => readonly [string, string] | null | undefined,
): ExportedColumn<Row>[] {
  return [
    { header: `${name}, earliest (UTC)`, value: (row) => earliestText(boundsOf(row)?.[0]) },
    { header: `${name}, latest (UTC)`, value: (row) => boundsOf(row)?.[1] ?? null },
  ]
}

const earliestText = (at: string | undefined): CellValue =>
  at === undefined ? null : Date.parse(at) === BEFORE_MONITORING ? 'before monitoring' : at

/**
 * Returns two columns of an exported file, minimum and maximum, for a duration in seconds that is known within bounds.
 * @param durationOf returns the duration of a row; null = no duration
 */
export function createDurationColumns<Row>(
  name: string,
  durationOf: (row: Row, at: number) => { atLeastSeconds: number; atMostSeconds: number | null } | null,
): ExportedColumn<Row>[] {
  return [
    { header: `${name} at least (s)`, value: (row, at) => rounded(durationOf(row, at)?.atLeastSeconds) },
    { header: `${name} at most (s)`, value: (row, at) => rounded(durationOf(row, at)?.atMostSeconds) },
  ]
}

/** Rounds to milliseconds, which is the precision of Azure and the polls. */
const rounded = (seconds: number | null | undefined): CellValue =>
  seconds === null || seconds === undefined ? null : Math.round(seconds * 1_000) / 1_000

/**
 * Returns the minimum and maximum time in seconds from a start that is known within bounds to the time `at`. The
 * maximum is null if the state began before monitoring.
 */
export function computeDurationSince([earliest, latest]: readonly [string, string], at: number) {
  const began = Date.parse(earliest)
  return {
    atLeastSeconds: Math.max(0, at - Date.parse(latest)) / 1_000,
    atMostSeconds: began === BEFORE_MONITORING ? null : Math.max(0, at - began) / 1_000,
  }
}

/** Returns the lines of an exported file: the header first, then one line for each row of the table. */
export function buildExportedRows<Row>(
  columns: readonly DataTableColumn<Row>[],
  rows: readonly Row[],
  view: ExportContext,
): CellValue[][] {
  const at = measuredAt(view)
  const all = columns.flatMap((column) => column.exported ?? [plainColumn(column), ...(column.also ?? [])])
  return [all.map(({ header }) => header), ...rows.map((row) => all.map(({ value }) => value(row, at)))]
}

/**
 * Returns the exported form of a column that has no `exported` columns. The header of a column with times gets "(UTC)",
 * because files contain times in UTC, whatever zone the page shows.
 */
const plainColumn = <Row>({ header, value, zoned }: DataTableColumn<Row>): ExportedColumn<Row> => ({
  header: zoned ? `${header} (UTC)` : header,
  value: (row) => value(row),
})

function measuredAt({ time, now }: ExportContext): number {
  const end = time === null ? null : 'at' in time ? time.at : time.to
  return end === null ? now : Math.min(now, Date.parse(end))
}

const seconds = (at: number | string) => new Date(at).toISOString().slice(0, 19)
const spoken = (at: number | string) => seconds(at).replace('T', ' ')

/** Returns the first line of a file: its content, the time it shows, and the URL of the page. */
function titleOf(view: ExportContext): string {
  const { title, time, now } = view
  const when =
    time && 'from' in time
      ? `${spoken(time.from)} to ${spoken(time.to ?? now)} UTC`
      : `as of ${spoken(time?.at ?? now)} UTC${time?.settled === false ? ', may still change' : ''}`
  return `Peerwatch ${title}, ${when}, ${pinnedAddress(view)}`
}

/**
 * Returns the page's URL with the exported time as a parameter, so that the URL still shows the same data later. If
 * `time` is null, the URL is unchanged.
 */
function pinnedAddress({ address, time, now }: ExportContext): string {
  if (time === null) return address
  const url = new URL(address)
  if ('at' in time) url.searchParams.set('at', time.at ?? new Date(now).toISOString())
  else {
    url.searchParams.delete('range')
    url.searchParams.set('from', time.from)
    url.searchParams.set('to', time.to ?? new Date(now).toISOString())
  }
  return url.href
}

/**
 * Returns a file name that contains the name of the table and the exported time:
 * `peerwatch-sessions-2026-11-03T034000Z.csv`.
 */
export function createFileName(name: string, { time, now }: ExportContext): string {
  const compact = (at: number | string) => `${seconds(at).replaceAll(':', '')}Z`
  const when = time && 'from' in time ? `${compact(time.from)}-${compact(time.to ?? now)}` : compact(time?.at ?? now)
  return `peerwatch-${name.replaceAll(/[^\w.-]+/g, '-')}-${when}.csv`
}

/** Returns a CSV file: its title in one cell, then the header and the rows. */
export const formatExportCsv = (rows: readonly (readonly CsvCell[])[], view: ExportContext): string =>
  toCsv([[titleOf(view)], ...rows])

/** Returns rows as text for the clipboard, with columns separated by tabs for spreadsheets. */
export const formatClipboardText = <Row>(
  columns: readonly DataTableColumn<Row>[],
  rows: readonly Row[],
  view: ExportContext,
): string =>
  [[titleOf(view)], ...buildExportedRows(columns, rows, view)]
    .map((row) => row.map((value) => String(value ?? '').replaceAll(/[\t\r\n]+/g, ' ')).join('\t'))
    .join('\n')
