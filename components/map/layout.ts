import type { TopologyMap, MapGateway, MapNetwork, MapPlace, MapRow } from './map-model.ts'
import { layOutSiteText } from './site-text.ts'

/** Rectangle in CSS px at the default font size of 16 px. */
export interface MapBox {
  x: number
  y: number
  width: number
  height: number
}

interface Point {
  x: number
  y: number
}

/** Curve that connects two items of the map; `from` and `to` are its ends. */
export interface MapCurveEnds {
  key: string
  from: Point
  to: Point
}

interface MapLayout {
  width: number
  height: number
  /** position of each place, by key of the place */
  places: Map<string, MapBox>
  /** position of each row inside its place, by key of the row */
  rows: Map<string, MapBox>
  /** position of the on-premises end next to each row, by key of the row */
  sites: Map<string, MapBox>
  gateways: Map<string, MapBox>
  networks: Map<string, MapBox>
  /** Curves from rows to gateways. Their key is the row's key, a space and the gateway's key. */
  links: Map<string, MapCurveEnds>
  /** Curves from gateways to networks. Their key is the gateway's key, a space and the network's key. */
  homes: Map<string, MapCurveEnds>
}

/** Minimum width of the map, px. A narrower screen shows a list, because names would not fit in their boxes. */
export const MIN_MAP_WIDTH = 800

/** Heights of the parts of the map, px at the default font size. Each link is at least 24 px high (WCAG 2.5.8). */
export const mapPartHeights = {
  placeHead: 24,
  rowHead: 24,
  line: 24,
  rowGap: 4,
  placePad: 8,
  gap: 10,
  gatewayHead: 46,
  /** second line of a gateway's state if it is last known */
  lastKnown: 17,
  instance: 18,
  networkHead: 44,
  spoke: 24,
  foot: 8,
}

const GAPS = [16, 60, 24] as const
/** Widths of the columns sites, places, gateways and networks, as shares of the width without the gaps. */
const SHARES = [0.165, 0.37, 0.232, 0.233] as const

interface Column {
  x: number
  width: number
}

function columnsOf(width: number): [Column, Column, Column, Column] {
  const free = width - GAPS.reduce((sum, gap) => sum + gap, 0)
  const widths = SHARES.map((share) => Math.floor(free * share))
  const starts = widths.map((_, index) => sum(widths.slice(0, index)) + sum(GAPS.slice(0, index)))
  const column = (index: number): Column => ({ x: starts[index] ?? 0, width: widths[index] ?? 0 })
  return [column(0), column(1), column(2), column(3)]
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0)
const middle = ({ y, height }: MapBox) => y + height / 2

/** Returns the height of a row. It has space for its lines and for the text of the on-premises end next to it. */
const rowHeight = (row: MapRow, siteWidth: number) =>
  Math.max(mapPartHeights.rowHead + mapPartHeights.line * row.lines.length, layOutSiteText(row, siteWidth).height)

/** Returns the height of a gateway above its instances. A last known state has two lines. */
export const getGatewayHeadHeight = ({ status }: Pick<MapGateway, 'status'>): number =>
  mapPartHeights.gatewayHead + (status.at === undefined ? 0 : mapPartHeights.lastKnown)

const gatewayHeight = ({ status, instances, moreInstances }: MapGateway) =>
  getGatewayHeadHeight({ status }) +
  mapPartHeights.instance * (instances.length + (moreInstances > 0 ? 1 : 0)) +
  mapPartHeights.foot
const networkHeight = ({ spokes, moreSpokes }: MapNetwork) =>
  mapPartHeights.networkHead + mapPartHeights.spoke * (spokes.length + (moreSpokes > 0 ? 1 : 0)) + mapPartHeights.foot

/**
 * Computes the positions of all items. The map has four columns from the customer to Azure. Each item is as near as
 * possible to its connected items, in the order of the map and without overlap.
 * @param map map in drawing order: see `untangle-map.ts`
 * @param width width of the drawing; a value below {@link MIN_MAP_WIDTH} counts as {@link MIN_MAP_WIDTH}
 */
export function layOutMap(map: TopologyMap, width: number): MapLayout {
  const wide = Math.max(width, MIN_MAP_WIDTH)
  const [siteColumn, placeColumn, gatewayColumn, networkColumn] = columnsOf(wide)
  const { places, rows } = placeBoxes(map.places, placeColumn, siteColumn.width)
  const sites = new Map([...rows].map(([key, { y, height }]) => [key, { ...siteColumn, y, height }]))
  const drawn = map.places.flatMap((place) => place.rows)
  const tall = Math.max(0, ...[...places.values()].map(({ y, height }) => y + height))

  const gateways = stacked(
    map.gateways.map((gateway) => ({
      key: gateway.key,
      height: gatewayHeight(gateway),
      beside: drawn.filter(({ links }) => links.some(({ gatewayId }) => gatewayId === gateway.key)).map(boxIn(rows)),
    })),
    gatewayColumn,
    tall,
  )
  const networks = stacked(
    map.networks.map((network) => ({
      key: network.key,
      height: networkHeight(network),
      beside: network.gatewayIds.map((key) => gateways.get(key)),
    })),
    networkColumn,
    tall,
  )
  const boxes = [...places.values(), ...gateways.values(), ...networks.values()]
  return {
    width: wide,
    height: Math.max(0, ...boxes.map(({ y, height }) => y + height)),
    places,
    rows,
    sites,
    gateways,
    networks,
    links: edges(
      drawn.flatMap(({ key, links }) => links.map(({ gatewayId }) => [key, gatewayId] as const)),
      rows,
      gateways,
      placeColumn.x + placeColumn.width,
    ),
    homes: edges(
      map.networks.flatMap(({ key, gatewayIds }) => gatewayIds.map((id) => [id, key] as const)),
      gateways,
      networks,
    ),
  }
}

/**
 * Reports whether a place has a separate line for its name. If a place has only one circuit, its name is next to the
 * circuit's name instead.
 */
export const hasPlaceHead = ({ rows, fold }: MapPlace): boolean => rows.length !== 1 || Boolean(fold)

const boxIn =
  (boxes: ReadonlyMap<string, MapBox>) =>
  ({ key }: { key: string }) =>
    boxes.get(key)

function placeBoxes(places: readonly MapPlace[], column: Column, siteWidth: number) {
  const boxes = new Map<string, MapBox>()
  const rows = new Map<string, MapBox>()
  let y = 0
  for (const place of places) {
    const top = y
    y += hasPlaceHead(place) ? mapPartHeights.placeHead : mapPartHeights.rowGap
    for (const row of place.rows) {
      const height = rowHeight(row, siteWidth)
      rows.set(row.key, {
        x: column.x + mapPartHeights.placePad,
        y,
        width: column.width - 2 * mapPartHeights.placePad,
        height,
      })
      y += height + mapPartHeights.rowGap
    }
    boxes.set(place.key, { ...column, y: top, height: y - top })
    y += mapPartHeights.gap
  }
  return { places: boxes, rows }
}

interface Wanted {
  key: string
  height: number
  /**
   * positions of the items to which this item is connected; the item is placed near them. Empty = the item is directly
   * below the previous item
   */
  beside: (MapBox | undefined)[]
}

/**
 * Returns the positions of a column's items, from top to bottom in the given order. Each item is as near as possible to
 * the middle of its connected items.
 * @param tall height of the other columns; if all items of this column fit into this height, none extends below it
 */
function stacked(items: readonly Wanted[], column: Column, tall: number): Map<string, MapBox> {
  const centred = items.map(({ key, height, beside }) => {
    const centres = beside.flatMap((box) => (box ? [middle(box)] : []))
    return { key, height, centre: centres.length === 0 ? null : sum(centres) / centres.length }
  })
  let free = 0
  const pushed = centred.map(({ key, height, centre }) => {
    const y = Math.max(free, centre === null ? 0 : Math.round(centre - height / 2))
    free = y + height + mapPartHeights.gap
    return { key, y, height }
  })
  const needed = sum(pushed.map(({ height }) => height + mapPartHeights.gap))
  let end = Math.max(tall + mapPartHeights.gap, needed)
  const raised = pushed.toReversed().map(({ key, y, height }): [string, MapBox] => {
    const top = Math.min(y, end - mapPartHeights.gap - height)
    end = top
    return [key, { ...column, y: top, height }]
  })
  return new Map(raised.toReversed())
}

/**
 * Returns the curves between the items of two columns. Several curves that end at the same item have separate ends, one
 * below the other. The ends are in the same vertical order as the starts of the curves, so that these curves do not
 * cross.
 */
function edges(
  pairs: (readonly [from: string, to: string])[],
  froms: ReadonlyMap<string, MapBox>,
  tos: ReadonlyMap<string, MapBox>,
  fromX?: number,
): Map<string, MapCurveEnds> {
  const found = pairs.flatMap(([from, to]) => {
    const [start, end] = [froms.get(from), tos.get(to)]
    return start && end ? [{ key: `${from} ${to}`, to, start, end }] : []
  })
  const arrivals = Map.groupBy(found, ({ to }) => to)
  const edgeOf = ({ key, to, start, end }: (typeof found)[number]): [string, MapCurveEnds] => {
    const together = (arrivals.get(to) ?? []).toSorted((a, b) => a.start.y - b.start.y)
    const place = (together.findIndex((edge) => edge.key === key) + 1) / (together.length + 1)
    return [
      key,
      {
        key,
        from: { x: fromX ?? start.x + start.width, y: middle(start) },
        to: { x: end.x, y: end.y + end.height * place },
      },
    ]
  }
  return new Map(found.map(edgeOf))
}
