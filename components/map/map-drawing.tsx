import { useId, useMemo } from 'react'
import { useChartFontScale } from '../charts/use-type-scale.ts'
import { useElementWidth } from '../charts/use-width.ts'
import { GatewayDrawing, NetworkDrawing } from './azure-drawing.tsx'
import { MapConnectionCurve, MapText } from './drawing-parts.tsx'
import type { TopologyMap } from './map-model.ts'
import { FoldMapPlaceButton } from './fold-button.tsx'
import { hasPlaceHead, mapPartHeights, layOutMap } from './layout.ts'
import { MapRowDrawing } from './row-drawing.tsx'
import { reduceMapCurveCrossings } from './untangle-map.ts'

/** Width of the drawing that the server assumes, because it does not know the width of the screen. */
const USUAL_WIDTH = 866
const USUAL_PX = 16

const FOLD_SIZE = 24

/**
 * Draws the map as SVG, from the customer's side on the left to Azure's side on the right.
 * @param onFold expands or collapses a place by its name; if it is absent, places have no button
 */
export function MapDrawing({ map: byName, onFold }: { map: TopologyMap; onFold?: (place: string) => void }) {
  const map = useMemo(() => reduceMapCurveCrossings(byName), [byName])
  const [frame, px] = useElementWidth<HTMLDivElement>()
  const scale = useChartFontScale()
  const hatch = useId()
  const width = px ? px / scale : USUAL_WIDTH
  const layout = useMemo(() => layOutMap(map, width), [map, width])
  return (
    <div ref={frame}>
      {/* the drawing has a margin of one unit, so that borders are not clipped */}
      <svg
        viewBox={`-1 -1 ${layout.width + 2} ${layout.height + 2}`}
        preserveAspectRatio="xMinYMin meet"
        className="block w-full font-sans"
        style={{ height: `${layout.height / USUAL_PX}rem` }}
        role="group"
        aria-label="Estate map"
      >
        <defs>
          <pattern id={hatch} width={5} height={5} patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <rect width={5} height={5} className="fill-surface" />
            <path d="M1 0V5" strokeWidth={1.5} className="stroke-ink-3" />
          </pattern>
        </defs>
        {map.networks.flatMap(({ key, name, gatewayIds }) =>
          gatewayIds.map((id) => {
            const edge = layout.homes.get(`${id} ${key}`)
            return edge && <MapConnectionCurve key={edge.key} edge={edge} title={`This gateway is in ${name}`} />
          }),
        )}
        {map.places.map((place) => (
          <g key={place.key}>
            {place.rows.flatMap((row) =>
              row.links.map(({ gatewayId, title }) => {
                const edge = layout.links.get(`${row.key} ${gatewayId}`)
                return edge && <MapConnectionCurve key={edge.key} edge={edge} title={title} href={row.href} />
              }),
            )}
          </g>
        ))}
        {map.places.map((place) => {
          const box = layout.places.get(place.key)
          if (!box) return null
          return (
            <g key={place.key}>
              <rect {...box} rx={7} className="fill-surface stroke-line-strong" />
              {hasPlaceHead(place) && (
                <MapText
                  x={box.x + mapPartHeights.placePad + 2}
                  y={box.y + 16}
                  width={box.width - 20 - FOLD_SIZE}
                  className="fill-ink-3"
                  weight={500}
                >
                  {place.name}
                </MapText>
              )}
              {place.fold && onFold && (
                <foreignObject x={box.x + box.width - FOLD_SIZE - 2} y={box.y} width={FOLD_SIZE} height={FOLD_SIZE}>
                  <FoldMapPlaceButton place={place} onFold={onFold} />
                </foreignObject>
              )}
              {place.rows.map((row) => {
                const own = layout.rows.get(row.key)
                const site = layout.sites.get(row.key)
                return (
                  own &&
                  site && (
                    <g key={row.key}>
                      <MapRowDrawing
                        row={row}
                        place={hasPlaceHead(place) ? null : place.name}
                        site={site}
                        box={own}
                        to={box.x + box.width}
                        hatch={hatch}
                      />
                    </g>
                  )
                )
              })}
            </g>
          )
        })}
        {map.gateways.map((gateway) => {
          const box = layout.gateways.get(gateway.key)
          return box && <GatewayDrawing key={gateway.key} gateway={gateway} box={box} />
        })}
        {map.networks.map((network) => {
          const box = layout.networks.get(network.key)
          return box && <NetworkDrawing key={network.key} network={network} box={box} />
        })}
      </svg>
    </div>
  )
}
