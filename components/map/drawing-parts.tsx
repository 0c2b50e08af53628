import { formatUtcMinuteOfDay, formatUtcDay, formatUtcTime } from '#lib/contract/time/dates.ts'
import { formatLastKnown } from '#lib/contract/words/last-known.ts'
import type { ReactNode } from 'react'
import { PageLink } from '../links/page-link.tsx'
import type { StateTone } from '../ui/drawing/glyph.tsx'
import type { EstateMapPathLine, MapItem } from './map-model.ts'
import type { MapBox, MapCurveEnds } from './layout.ts'
import { SVG_FONT_SIZES } from '../ui/drawing/type-scale.ts'
import { estimateTextWidth, fitText } from '../ui/drawing/text-fit.ts'
import { formatStatusText } from '../ui/status.tsx'

export const MAP_FONT_SIZES = { name: SVG_FONT_SIZES.name, small: SVG_FONT_SIZES.text }

export const toneFillClasses: Record<StateTone, string> = {
  up: 'fill-up',
  degraded: 'fill-degraded',
  down: 'fill-down',
  unknown: 'fill-ink-2',
  off: 'fill-ink-3',
  notice: 'fill-ink-2',
}

/**
 * Draws an item of the map and puts a link over it. The full text of the item is the title and accessible name of the
 * link. The drawn text is not part of the link, because it is cut to fit and would differ from the accessible name.
 */
export function LinkedMapItem({
  item,
  box,
  children,
}: {
  item: Pick<MapItem, 'href' | 'title'>
  box: MapBox
  children: ReactNode
}) {
  return (
    <g className="group">
      {children}
      <PageLink href={item.href} aria-label={item.title} className="outline-offset-1">
        <title>{item.title}</title>
        <rect {...box} fill="transparent" />
      </PageLink>
    </g>
  )
}

/** Draws a line of text; text that is wider than `width` is cut with an ellipsis. */
export function MapText({
  x,
  y,
  width,
  size = MAP_FONT_SIZES.small,
  className = 'fill-ink-2',
  weight,
  end = false,
  children,
}: {
  x: number
  y: number
  width: number
  size?: number
  className?: string
  weight?: number
  /** whether the text ends at x; otherwise it starts there */
  end?: boolean
  children: string
}) {
  return (
    <text
      x={x}
      y={y}
      fontSize={size}
      fontWeight={weight}
      textAnchor={end ? 'end' : undefined}
      className={className}
      aria-hidden="true"
    >
      {fitText(children, width, size)}
    </text>
  )
}

/** Curve between two items of the map. Its color is neutral, because the items themselves show their states. */
export function MapConnectionCurve({
  edge,
  title,
  href,
}: {
  edge: MapCurveEnds
  title: string
  href?: string | undefined
}) {
  const { from, to } = edge
  const bend = (to.x - from.x) / 2
  const path = (
    <path
      d={`M${from.x} ${from.y}C${from.x + bend} ${from.y} ${to.x - bend} ${to.y} ${to.x} ${to.y}`}
      fill="none"
      strokeWidth={1.5}
      className="stroke-line-strong group-hover:stroke-ink-2"
    >
      <title>{title}</title>
    </path>
  )
  if (!href) return path
  // not a tab stop, because the items at both ends link to the same pages
  return (
    <PageLink href={href} tabIndex={-1} aria-hidden="true" className="group">
      {path}
    </PageLink>
  )
}

/**
 * Formats the state of a line of the map. If no recent poll confirms the state, the text names the time of the last
 * poll as far as it fits: `DOWN, last known at 09:59`. The title of the line always contains it.
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
    `${word}, ${formatLastKnown(formatUtcMinuteOfDay(unconfirmedSince, now))}`,
    ...(isClear ? [`${word}, ${formatLastKnown(formatUtcTime(unconfirmedSince))}`] : []),
    `${word}, ${formatLastKnown(null)}`,
  ]
  return texts.find((text) => estimateTextWidth(text, MAP_FONT_SIZES.small) <= room) ?? word
}
