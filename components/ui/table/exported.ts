import { type Cell, toCsv } from '#lib/contract/csv.ts'
import type { Column, ExportedColumn, Value } from './features.ts'

/** What a file says of itself. */
export interface ExportedView {
  /** what is in it: `events`, `routes that cover 10.10.4.7` */
  title: string
  /** the moment, or the range, that it shows; null = as of now */
  time: ViewTime | null
  /** address of the page */
  address: string
  /** epoch milliseconds */
  now: number
}

/** ISO 8601; null = now */
export type ViewTime = { at: string | null; settled?: boolean | undefined } | { from: string; to: string | null }

const BEFORE_MONITORING = 0

/** Two columns for a time that is known between bounds, in UTC. */
export function timeBounds<Row>(
  name: string,
  boundsOf: (row: Row) => readonly [string, string] | null | undefined,
): ExportedColumn<Row>[] {
  return [
    { header: `${name}, earliest (UTC)`, value: (row) => earliestText(boundsOf(row)?.[0]) },
    { header: `${name}, latest (UTC)`, value: (row) => boundsOf(row)?.[1] ?? null },
  ]
}

const earliestText = (at: string | undefined): Value =>
  at === undefined ? null : Date.parse(at) === BEFORE_MONITORING ? 'before monitoring' : at

/** Two columns for a duration in seconds that is known between bounds. @param durationOf null = there is none */
export function secondBounds<Row>(
  name: string,
  durationOf: (row: Row, at: number) => { atLeastSeconds: number; atMostSeconds: number | null } | null,
): ExportedColumn<Row>[] {
  return [
    { header: `${name} at least (s)`, value: (row, at) => rounded(durationOf(row, at)?.atLeastSeconds) },
    { header: `${name} at most (s)`, value: (row, at) => rounded(durationOf(row, at)?.atMostSeconds) },
  ]
}

/** To the millisecond, which is what Azure and the polls give. */
const rounded = (seconds: number | null | undefined): Value =>
  seconds === null || seconds === undefined ? null : Math.round(seconds * 1_000) / 1_000

/** How long something that began within bounds has lasted; no upper bound where it predates monitoring. */
export function lastedSince([earliest, latest]: readonly [string, string], at: number) {
  const began = Date.parse(earliest)
  return {
    atLeastSeconds: Math.max(0, at - Date.parse(latest)) / 1_000,
    atMostSeconds: began === BEFORE_MONITORING ? null : Math.max(0, at - began) / 1_000,
  }
}

/** The rows of a file: header first, then one for each row of the table. */
export function exportedRows<Row>(
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  view: ExportedView,
): Value[][] {
  const at = measuredAt(view)
  const all = columns.flatMap((column) => column.exported ?? [plainColumn(column), ...(column.also ?? [])])
  return [all.map(({ header }) => header), ...rows.map((row) => all.map(({ value }) => value(row, at)))]
}

/** Times that are shown in the reader's zone are written in UTC. */
const plainColumn = <Row>({ header, value, zoned }: Column<Row>): ExportedColumn<Row> => ({
  header: zoned ? `${header} (UTC)` : header,
  value: (row) => value(row),
})

function measuredAt({ time, now }: ExportedView): number {
  const end = time === null ? null : 'at' in time ? time.at : time.to
  return end === null ? now : Math.min(now, Date.parse(end))
}

const seconds = (at: number | string) => new Date(at).toISOString().slice(0, 19)
const spoken = (at: number | string) => seconds(at).replace('T', ' ')

/** First line of a file: what it shows, when that was true, and where to see it. */
function titleOf(view: ExportedView): string {
  const { title, time, now } = view
  const when =
    time && 'from' in time
      ? `${spoken(time.from)} to ${spoken(time.to ?? now)} UTC`
      : `as of ${spoken(time?.at ?? now)} UTC${time?.settled === false ? ', may still change' : ''}`
  return `Peerwatch ${title}, ${when}, ${pinnedAddress(view)}`
}

/** The page's address with the time that the file shows: an hour later it still shows the same. */
function pinnedAddress({ address, time, now }: ExportedView): string {
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

/** Name of a file: what it shows and when that was true, `peerwatch-sessions-2026-11-03T034000Z.csv`. */
export function fileName(name: string, { time, now }: ExportedView): string {
  const compact = (at: number | string) => `${seconds(at).replaceAll(':', '')}Z`
  const when = time && 'from' in time ? `${compact(time.from)}-${compact(time.to ?? now)}` : compact(time?.at ?? now)
  return `peerwatch-${name.replaceAll(/[^\w.-]+/g, '-')}-${when}.csv`
}

/** Writes a CSV file: its title in one cell, then the rows, the header first. */
export const csvOf = (rows: readonly (readonly Cell[])[], view: ExportedView): string =>
  toCsv([[titleOf(view)], ...rows])

/** The same as text for the clipboard: columns separated by tabs, as a spreadsheet pastes them. */
export const clipboardText = <Row>(columns: readonly Column<Row>[], rows: readonly Row[], view: ExportedView): string =>
  [[titleOf(view)], ...exportedRows(columns, rows, view)]
    .map((row) => row.map((value) => String(value ?? '').replaceAll(/[\t\r\n]+/g, ' ')).join('\t'))
    .join('\n')
