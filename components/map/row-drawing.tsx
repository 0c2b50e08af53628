import { clsx } from 'clsx'
import { SvgGlyph, type StateTone } from '../ui/drawing/glyph.tsx'
import {
  formatMapRowStatus,
  formatPathLineStatus,
  getStateTextStyle,
  toneFillClasses,
  LinkedMapItem,
  MAP_FONT_SIZES,
  MapText,
} from './drawing-parts.tsx'
import { getShortLineName } from './circuit-rows.ts'
import type { EstateMapPathLine, MapRow } from './map-model.ts'
import { type MapBox, mapPartHeights } from './layout.ts'
import { layOutSiteText, siteTextSizes } from './site-text.ts'
import { estimateTextWidth } from '../ui/drawing/text-fit.ts'

/** Horizontal position of a path's name and status on its line, px from the left edge of its row. */
const LABEL_X = 8

/** Draws a row of the map: the on-premises site at the left, the paths as lines to Azure's edge, and the status. */
export function MapRowDrawing({
  row,
  place,
  site,
  box,
  to,
  hatch,
}: {
  row: MapRow
  /** name of the place, shown next to the circuit's name if it fits completely; null = not shown */
  place: string | null
  site: MapBox
  box: MapBox
  to: number
  /** ID of the SVG pattern for unknown states */
  hatch: string
}) {
  const { tone } = row.status
  const wordX = box.x + box.width
  const nameWidth = estimateTextWidth(row.name, MAP_FONT_SIZES.name)
  const word = formatMapRowStatus(row.status, box.width - nameWidth - 20)
  const room = box.width - estimateTextWidth(word, MAP_FONT_SIZES.small) - 20
  const beside = nameWidth + 12
  const isFailed = tone === 'down' || tone === 'degraded'
  return (
    <g data-map-row={row.key}>
      {isFailed && (
        <rect
          x={box.x - 5}
          y={box.y}
          width={to - box.x + 4}
          height={box.height}
          rx={4}
          className={tone === 'down' ? 'fill-down-soft' : 'fill-degraded-soft'}
        />
      )}
      <LinkedMapItem item={row.site} box={site}>
        <rect
          {...site}
          rx={5}
          strokeWidth={row.site.status ? 2 : 1}
          className={clsx(
            'fill-surface group-hover:fill-hover',
            strokes[row.site.status?.tone ?? 'unknown'] || 'stroke-line-strong',
          )}
        />
        <SiteText row={row} box={site} />
      </LinkedMapItem>
      {row.lines.map((line, index) => (
        <PathLine
          key={line.key}
          line={line}
          from={site.x + site.width}
          label={box.x + LABEL_X}
          to={to}
          hatch={hatch}
          y={box.y + mapPartHeights.rowHead + mapPartHeights.line * (index + 0.5)}
        />
      ))}
      <LinkedMapItem item={row} box={{ ...box, height: mapPartHeights.rowHead }}>
        <MapText
          x={box.x + 2}
          y={box.y + 17}
          width={room}
          size={MAP_FONT_SIZES.name}
          weight={600}
          className="fill-ink group-hover:underline"
        >
          {row.name}
        </MapText>
        {place && room >= beside + estimateTextWidth(place, MAP_FONT_SIZES.small) && (
          <MapText x={box.x + 2 + beside} y={box.y + 17} width={room - beside} className="fill-ink-3">
            {place}
          </MapText>
        )}
        <MapStatusWord tone={tone} word={word} right={wordX} y={box.y + 17} isLastKnown={row.isLastKnown ?? false} />
      </LinkedMapItem>
    </g>
  )
}

/**
 * Draws the text of an on-premises end, vertically centered in its box: its name, its detail, and the results of
 * connection tests towards it.
 */
function SiteText({ row, box }: { row: MapRow; box: MapBox }) {
  const { name, below, height } = layOutSiteText(row, box.width)
  const x = box.x + siteTextSizes.padX
  const width = box.width - 2 * siteTextSizes.padX
  const top = box.y + (box.height - height) / 2 + siteTextSizes.padY
  const end = top + name.length * siteTextSizes.nameLine
  return (
    <>
      {name.map((line, index) => (
        <MapText
          key={`${index} ${line}`}
          x={x}
          y={top + siteTextSizes.nameLine * index + siteTextSizes.name}
          width={width}
          size={siteTextSizes.name}
          className="fill-ink"
          weight={500}
        >
          {line}
        </MapText>
      ))}
      {below.map(({ text, tone }, index) => (
        <MapText
          key={`${index} ${text}`}
          x={x}
          y={end + siteTextSizes.detailLine * index + siteTextSizes.detail}
          width={width}
          size={siteTextSizes.detail}
          weight={tone ? 600 : undefined}
          className={tone ? toneFillClasses[tone] : 'fill-ink-3'}
        >
          {text}
        </MapText>
      ))}
    </>
  )
}

/** Draws a status icon and its word. The end of the word is at the x position `right`. */
export function MapStatusWord({
  tone,
  word,
  right,
  y,
  isLastKnown = false,
}: {
  tone: StateTone
  word: string
  right: number
  y: number
  isLastKnown?: boolean
}) {
  const width = estimateTextWidth(word, MAP_FONT_SIZES.small)
  return (
    <>
      <SvgGlyph tone={tone} x={right - width - 14} y={y - 10} />
      <MapText x={right - width} y={y} width={width} {...getStateTextStyle(tone, isLastKnown)}>
        {word}
      </MapText>
    </>
  )
}

const strokes: Record<StateTone, string> = {
  up: 'stroke-up-mark',
  degraded: 'stroke-degraded-mark',
  down: 'stroke-down-mark',
  unknown: '',
  off: 'stroke-off-mark',
  notice: 'stroke-ink-3',
}
/**
 * Dash patterns of lines by tone (class of states); a tone without a pattern is solid. The patterns make the drawing
 * readable without color.
 */
const dashes: Partial<Record<StateTone, string>> = { degraded: '14 4', down: '4 5', off: '1.5 4' }

function PathLine({
  line,
  from,
  label,
  to,
  y,
  hatch,
}: {
  line: EstateMapPathLine
  from: number
  label: number
  to: number
  y: number
  hatch: string
}) {
  const { tone } = line.status
  const words = formatPathLineStatus(line)
  const wordWidth = estimateTextWidth(words, MAP_FONT_SIZES.small)
  const isLastKnown = line.unconfirmedSince !== undefined
  const trafficWidth = line.traffic === null ? 0 : estimateTextWidth(line.traffic, MAP_FONT_SIZES.small) + 6
  const widthWith = (name: string) => estimateTextWidth(name, MAP_FONT_SIZES.small) + wordWidth + 26
  const hasRoom = (name: string) => to - 22 - trafficWidth > label + widthWith(name)
  const short = getShortLineName(line.name)
  // the mark of IPv6 gives way to the traffic; the tooltip of the line contains it
  const name = line.traffic !== null && !hasRoom(line.name) && hasRoom(short) ? short : line.name
  const wholeNameWidth = estimateTextWidth(name, MAP_FONT_SIZES.small)
  // a last known state is not cut, so that all lines show it in the same form; a long name is cut instead
  const nameWidth = isLastKnown ? Math.min(wholeNameWidth, to - label - wordWidth - 22) : wholeNameWidth
  const labelWidth = nameWidth + wordWidth + 26
  const traffic = line.traffic !== null && hasRoom(name) ? line.traffic : null
  return (
    <LinkedMapItem
      item={line}
      box={{ x: from, y: y - mapPartHeights.line / 2, width: to - from, height: mapPartHeights.line }}
    >
      {partsOf(line, from, to).map((part) => (
        <LinePart key={part.from} {...part} y={y} load={line.load} hatch={hatch} />
      ))}
      <rect x={label - 4} y={y - 9} width={labelWidth} height={18} className="fill-surface" />
      <MapText x={label} y={y + 4.5} width={nameWidth + 1} className="fill-ink-2">
        {name}
      </MapText>
      <SvgGlyph tone={tone} x={label + nameWidth + 5} y={y - 5} />
      <MapText x={label + nameWidth + 19} y={y + 4.5} width={wordWidth + 1} {...getStateTextStyle(tone, isLastKnown)}>
        {words}
      </MapText>
      {traffic !== null && (
        <>
          <rect x={to - 18 - trafficWidth} y={y - 9} width={trafficWidth} height={18} className="fill-surface" />
          <MapText x={to - 22} y={y + 4.5} width={trafficWidth} end className="fill-ink-3">
            {traffic}
          </MapText>
        </>
      )}
    </LinkedMapItem>
  )
}

interface Part {
  tone: StateTone
  from: number
  to: number
}

/**
 * Divides the line of several paths into parts, in proportion to the number of paths in each state. A part has at least
 * a minimum length, so that it stays visible.
 */
function partsOf({ status, parts }: EstateMapPathLine, from: number, to: number): Part[] {
  if (!parts) return [{ tone: status.tone, from, to }]
  const total = parts.reduce((sum, { count }) => sum + count, 0)
  const least = MIN_PART / (to - from)
  const shares = parts.map(({ count }) => Math.max(least, count / total))
  const all = shares.reduce((sum, share) => sum + share, 0)
  let at = to
  // The parts are drawn from the Azure end of the line. The worst state is first, because this end is never covered by
  // a label.
  return parts.map(({ tone }, index) => {
    const end = at
    at -= ((to - from) * (shares[index] ?? 0)) / all
    return { tone, from: at, to: end }
  })
}

const MIN_PART = 14

function LinePart({ tone, from, to, y, load, hatch }: Part & { y: number; load: number | undefined; hatch: string }) {
  if (tone === 'unknown')
    return (
      <rect x={from} y={y - 3} width={to - from} height={6} fill={`url(#${hatch})`} className="stroke-line-strong" />
    )
  return (
    <line
      x1={from}
      x2={to}
      y1={y}
      y2={y}
      strokeWidth={tone === 'off' ? 1.5 : widthOf(load)}
      strokeDasharray={dashes[tone]}
      className={clsx(tone === 'up' ? loadStroke(load) : strokes[tone], 'group-hover:opacity-75')}
    />
  )
}

/**
 * Returns the width of a line, px: 2 to 9 in proportion to the used share of the bandwidth (`load`, 0 to 1), or 3 if
 * the share is unknown.
 */
const widthOf = (load: number | undefined): number => (load === undefined ? 3 : 2 + 7 * Math.min(1, load))

/**
 * Colors of healthy lines by used share of the bandwidth: at least 80 %, at least 50 %, or less. The map uses these
 * colors only for this.
 */
export const bandwidthUseColors = [
  { from: 0.8, stroke: 'stroke-(--series-3)', fill: 'bg-(--series-3)', words: '80 % or more' },
  { from: 0.5, stroke: 'stroke-(--series-1)', fill: 'bg-(--series-1)', words: '50 % or more' },
  { from: 0, stroke: 'stroke-up-mark', fill: 'bg-up-mark', words: 'less' },
] as const

const loadStroke = (load = 0): string => bandwidthUseColors.find(({ from }) => load >= from)?.stroke ?? strokes.up
