import { useMemo, useState } from 'react'
import { useChartFontScale } from '../../charts/use-type-scale.ts'
import { useElementWidth } from '../../charts/use-width.ts'
import { Button } from '../../ui/button.tsx'
import { SvgGlyph } from '../../ui/drawing/glyph.tsx'
import { toneFillClasses, LinkedMapItem, MAP_FONT_SIZES, MapText } from '../drawing-parts.tsx'
import { estimateTextWidth } from '../../ui/drawing/text-fit.ts'
import { type GeoPlace, groupCircuitsByCity } from './geo-places.ts'
import { createProjection, findGeoWindowAround, WORLD_MAP_AREA } from './geo-window.ts'
import { CONTINENTS_SVG_PATH } from './continents-outline.ts'

/** Width of the drawing that the server assumes, because it does not know the width of the screen. */
const USUAL_WIDTH = 1180
const USUAL_PX = 16
const LINE = 17
const PAD = 6

/** Shows the peering locations on an outline of the continents, each with its circuits and their worst state. */
export default function GeoMap(answers: Parameters<typeof groupCircuitsByCity>[0]) {
  const { places, elsewhere } = useMemo(() => groupCircuitsByCity(answers), [answers])
  const [frame, px] = useElementWidth<HTMLDivElement>()
  const scale = useChartFontScale()
  const [isWhole, setWhole] = useState(false)
  const width = px ? px / scale : USUAL_WIDTH
  const projection = useMemo(
    () => createProjection(isWhole ? WORLD_MAP_AREA : findGeoWindowAround(places), width),
    [isWhole, places, width],
  )
  const marks = useMemo(() => placed(places, projection, width), [places, projection, width])
  const { x, y, height } = projection
  // the unit of the outline's path is half a degree
  const [originX, originY] = [x(WORLD_MAP_AREA.west), y(WORLD_MAP_AREA.north)]
  const [stepX, stepY] = [(x(1) - x(0)) / 2, (y(0) - y(1)) / 2]
  return (
    <div ref={frame}>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        className="block w-full overflow-hidden rounded-md bg-sunken font-sans"
        style={{ height: `${height / USUAL_PX}rem` }}
        role="group"
        aria-label="Map of peering locations"
      >
        <path
          d={CONTINENTS_SVG_PATH}
          transform={`translate(${originX} ${originY}) scale(${stepX} ${stepY})`}
          vectorEffect="non-scaling-stroke"
          className="fill-surface stroke-line-strong"
        />
        {marks.map(({ place, at, label }) => (
          <LinkedMapItem key={place.name} item={place} box={label}>
            <rect {...label} rx={5} className="fill-surface stroke-line-strong group-hover:fill-hover" />
            {label.isApart && (
              <line
                x1={at.x}
                y1={at.y}
                x2={label.x + 8}
                y2={label.y + label.height / 2}
                className="stroke-line-strong"
              />
            )}
            <circle cx={at.x} cy={at.y} r={3} className="fill-ink" />
            <MapText
              x={label.x + PAD}
              y={label.y + 16}
              width={label.width}
              size={MAP_FONT_SIZES.name}
              weight={600}
              className="fill-ink"
            >
              {place.name}
            </MapText>
            <MapText x={label.x + PAD} y={label.y + 16 + LINE} width={label.width} className="fill-ink-3">
              {place.circuits}
            </MapText>
            <SvgGlyph tone={place.status.tone} x={label.x + PAD} y={label.y + 6 + 2 * LINE} />
            <MapText
              x={label.x + PAD + 14}
              y={label.y + 16 + 2 * LINE}
              width={label.width}
              weight={600}
              className={toneFillClasses[place.status.tone]}
            >
              {place.status.word}
            </MapText>
          </LinkedMapItem>
        ))}
      </svg>
      <p className="mt-2 flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-ink-3">
        <Button onClick={() => setWhole(!isWhole)} aria-pressed={isWhole}>
          {isWhole ? 'Fit to locations' : 'Whole world'}
        </Button>
        {elsewhere.length > 0 && <span>Without a known place: {elsewhere.join(', ')}.</span>}
        <span>Outline: Natural Earth.</span>
      </p>
    </div>
  )
}

/**
 * Places a label next to the mark of each place. A label moves further away if another label or mark is in the way.
 * Places with the worst status come first, so their labels stay closest to their marks. If there is no free space,
 * labels overlap.
 */
function placed(
  places: readonly GeoPlace[],
  { x, y, height: bottom }: ReturnType<typeof createProjection>,
  width: number,
) {
  const marks = places.map(({ longitude, latitude }) => ({ x: x(longitude), y: y(latitude) }))
  const taken: Box[] = marks.map((at) => ({ x: at.x - 4, y: at.y - 4, width: 8, height: 8 }))
  return places.map((place, index) => {
    const at = marks[index] ?? { x: 0, y: 0 }
    const widest = Math.max(
      estimateTextWidth(place.name, MAP_FONT_SIZES.name),
      estimateTextWidth(place.circuits, MAP_FONT_SIZES.small),
      estimateTextWidth(place.status.word, MAP_FONT_SIZES.small) + 14,
    )
    const size = { width: widest + 2 * PAD + 6, height: 3 * LINE + PAD }
    const spots = spotsAround(at, size)
    const free = spots.find((spot) => {
      const isInside = spot.x >= 0 && spot.x + size.width <= width && spot.y >= 0 && spot.y + size.height <= bottom
      return isInside && taken.every((other) => !overlap({ ...spot, ...size }, other))
    })
    const label = { ...(free ?? spots[0] ?? at), ...size, isApart: free !== undefined && spots.indexOf(free) > 1 }
    taken.push(label)
    return { place, at, label }
  })
}

/**
 * Returns positions for a label in order of preference: next to the mark on either side, then further above and below.
 */
function spotsAround(at: { x: number; y: number }, { width, height }: Pick<Box, 'width' | 'height'>) {
  const sides = [at.x + 6, at.x - width - 6]
  return [0, 1, -1, 2, -2, 3, -3].flatMap((step) =>
    sides.map((x) => ({ x, y: at.y - height / 2 + step * (height * 0.75) })),
  )
}

interface Box {
  x: number
  y: number
  width: number
  height: number
}

const overlap = (a: Box, b: Box) =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height
