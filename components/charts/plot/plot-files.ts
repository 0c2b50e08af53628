import type { Cell } from '#lib/contract/csv.ts'
import { formatInstant } from '../../format/instant.ts'
import { csvOf, fileName } from '../../ui/table/exported.ts'
import { serverNow } from '../../data/server-clock.ts'
import type { PictureHeading } from '../svg-file.ts'

/** What is saved of a chart beside its picture. */
export interface PlotFiles {
  /** what the picture says above it; called when it is saved */
  heading: () => PictureHeading
  /** of the files, without its ending */
  name: () => string
  /** the numbers behind the picture */
  csv: () => string
}

/**
 * The files of a chart over a time range: title, range and zone are in each of them.
 * @param what `traffic of erc-london`
 * @param name part of the file's name: `traffic-erc-london`
 * @param range ISO 8601; `to` null = until now
 * @param zone in which the picture is drawn; the CSV is in UTC
 * @param note what the picture needs to be read, such as its legend
 * @param rows of the CSV, the header first
 */
export function plotFiles({
  what,
  name,
  range,
  zone,
  note,
  rows,
}: {
  what: string
  name: string
  range: { from: string; to: string | null }
  zone: string
  note?: string
  rows: () => readonly (readonly Cell[])[]
}): PlotFiles {
  const view = () => ({ title: what, time: range, address: window.location.href, now: serverNow() })
  return {
    heading: () => {
      const { now } = view()
      const end = range.to === null ? now : Date.parse(range.to)
      const when = `${formatInstant(Date.parse(range.from), zone)} to ${formatInstant(end, zone)}`
      return { title: `Peerwatch: ${what}`, detail: note ? `${when}; ${note}` : when }
    },
    name: () => fileName(name, view()).replace(/\.csv$/, ''),
    csv: () => csvOf(rows(), view()),
  }
}
