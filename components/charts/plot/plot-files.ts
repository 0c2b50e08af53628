import type { CsvCell } from '#lib/contract/csv.ts'
import { formatInstant } from '../../format/instant.ts'
import { formatExportCsv, createFileName } from '../../ui/table/exported-rows.ts'
import { getServerNow } from '../../data/server-clock.ts'
import type { PictureHeading } from '../svg-file.ts'

/** Files that can be saved for a chart in addition to its picture. */
export interface PlotDownloads {
  /** title and detail above the picture; computed when the picture is saved */
  heading: () => PictureHeading
  /** file name without its extension */
  name: () => string
  /** CSV with the values in the picture */
  csv: () => string
}

/**
 * Returns the files of a chart over a time range. Each file contains the title, the range and the time zone.
 * @param what description of the data: `traffic of erc-london`
 * @param name part of the file name: `traffic-erc-london`
 * @param range ISO 8601; `to` null = until now
 * @param zone time zone of the picture; the CSV is in UTC
 * @param note explanation for the picture, such as its legend
 * @param rows rows of the CSV, the header first
 */
export function buildPlotDownloads({
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
  rows: () => readonly (readonly CsvCell[])[]
}): PlotDownloads {
  const view = () => ({ title: what, time: range, address: window.location.href, now: getServerNow() })
  return {
    heading: () => {
      const { now } = view()
      const end = range.to === null ? now : Date.parse(range.to)
      const when = `${formatInstant(Date.parse(range.from), zone)} to ${formatInstant(end, zone)}`
      return { title: `Peerwatch: ${what}`, detail: note ? `${when}; ${note}` : when }
    },
    name: () => createFileName(name, view()).replace(/\.csv$/, ''),
    csv: () => formatExportCsv(rows(), view()),
  }
}
