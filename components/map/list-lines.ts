import { formatLastKnown } from '#lib/contract/words/last-known.ts'
import type { StatusText } from '../ui/status.tsx'
import { omitLastKnownTime } from '../ui/status-text.ts'
import type { EstateMapPathLine, MapRow } from './map-model.ts'

/** Returns the status of a row of the list, which has space for the time of a last known state. */
export const getListedStatus = ({ status, fullStatus }: Pick<MapRow, 'status' | 'fullStatus'>): StatusText =>
  fullStatus ?? status

/**
 * Returns the lines below a row of the list. A healthy row has none. A row whose state is last known has none if all its
 * lines have the same state, so that a late collector does not lengthen the list. The lines of other rows are last known
 * without the time that the row already shows.
 */
export function getListedLines(row: Pick<MapRow, 'status' | 'fullStatus' | 'lines'>): EstateMapPathLine[] {
  const { status, fullStatus, lines } = row
  const isRepeated =
    fullStatus !== undefined &&
    lines.every(
      (line) =>
        line.unconfirmedSince !== undefined &&
        line.status.tone === 'unknown' &&
        line.status.word === lines[0]?.status.word,
    )
  return status.tone === 'up' || isRepeated
    ? []
    : lines.map((line) => ({ ...line, status: shortenLastKnown(line, status) }))
}

function shortenLastKnown({ status, unconfirmedSince }: EstateMapPathLine, ofRow: StatusText): StatusText {
  if (unconfirmedSince === undefined) return status
  if (status.tone === 'unknown') return omitLastKnownTime({ ...status, at: unconfirmedSince })
  return status.detail && status.detail === ofRow.detail ? { ...status, detail: formatLastKnown(null) } : status
}
