import { formatUtcMinuteOfDay, formatUtcDay, formatUtcTime } from '#lib/contract/time/dates.ts'
import { estimateTextWidth } from '../ui/drawing/text-fit.ts'
import { formatStatusText } from '../ui/status.tsx'
import { MAP_FONT_SIZES } from './drawing-parts.tsx'
import type { EstateMapPathLine } from './map-model.ts'

/**
 * Formats the state of a line of the map. If no recent poll confirms the state, the text names the time of the last
 * poll as far as it fits: `DOWN, not polled since 09:59`. The title of the line always contains it.
 * @param place.room space for the text in px
 * @param place.now time that the page shows, epoch milliseconds
 * @param place.zone time zone that the page uses; in another zone than UTC, the time is shown only with its zone
 */
export function formatPathLineStatus(
  { status, unconfirmedSince }: Pick<EstateMapPathLine, 'status' | 'unconfirmedSince'>,
  { room, now, zone }: { room: number; now: number; zone: string },
): string {
  if (unconfirmedSince === undefined) return formatStatusText(status)
  const { word } = status
  const isClear = zone === 'UTC' && formatUtcDay(unconfirmedSince) === formatUtcDay(now)
  const texts = [
    `${word}, not polled since ${formatUtcMinuteOfDay(unconfirmedSince, now)}`,
    ...(isClear ? [`${word}, not polled since ${formatUtcTime(unconfirmedSince)}`] : []),
    `${word}, not polled`,
  ]
  return texts.find((text) => estimateTextWidth(text, MAP_FONT_SIZES.small) <= room) ?? word
}
