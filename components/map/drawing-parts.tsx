import { formatLastKnown } from '#lib/contract/words/last-known.ts'
import type { ReactNode } from 'react'
import { PageLink } from '../links/page-link.tsx'
import type { StateTone } from '../ui/drawing/glyph.tsx'
import type { EstateMapPathLine, MapItem } from './map-model.ts'
import type { MapBox, MapCurveEnds } from './layout.ts'
import { SVG_FONT_SIZES } from '../ui/drawing/type-scale.ts'
import { estimateTextWidth, fitText } from '../ui/drawing/text-fit.ts'
import { type StatusText, formatStatusText } from '../ui/status.tsx'

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
 * Returns the weight and color of a state's text. A last known state is dimmed, so that it does not look like a current
 * one.
 */
export const getStateTextStyle = (tone: StateTone, isLastKnown: boolean): { weight?: number; className: string } =>
  tone === 'unknown' && isLastKnown ? { className: 'fill-ink-3' } : { weight: 600, className: toneFillClasses[tone] }

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
  weight?: number | undefined
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
 * Formats the state of a line of the map. If no recent poll confirms the state, the text says so: `DOWN, last known`.
 * The time of the last poll is only in the title of the line, because lines of different lengths would show it in
 * different forms.
 */
export const formatPathLineStatus = ({
  status,
  unconfirmedSince,
}: Pick<EstateMapPathLine, 'status' | 'unconfirmedSince'>): string =>
  unconfirmedSince === undefined ? formatStatusText(status) : `${status.word}, ${formatLastKnown(null)}`

/**
 * Formats the state of a row of the map in the space next to its name. If the name and the state do not fit together,
 * `BOTH PATHS UP` is abbreviated, so that the name is not cut. A last known state always has its shortest form, because
 * rows of different lengths would show it in different forms.
 * @param room space for the text in px
 */
export function formatMapRowStatus({ tone, word }: StatusText, room: number): string {
  if (tone === 'unknown') return word.replace(BOTH_UP, 'UP')
  return estimateTextWidth(word, MAP_FONT_SIZES.small) <= room ? word : word.replace(BOTH_UP, 'BOTH UP')
}

const BOTH_UP = 'BOTH PATHS UP'
