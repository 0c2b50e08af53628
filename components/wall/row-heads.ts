import type { WallTile, WallTileHistory } from '#lib/overview/api/index.ts'
import { formatMinute } from '../format/instant.ts'
import type { TileArea, TilePlacement } from './place-tiles.ts'
import { formatShortLatePoll } from './wall-text.ts'

/** Headings above a column of one-line rows. A heading has a text only if at least one row has a value below it. */
interface RowHeads {
  /** heading of the strips; null = no row has a strip */
  day: string | null
  /** heading of the rates; null = no row has a rate */
  rate: string | null
  /**
   * legends of the column: the unit of prefixes at risk, which rows in two columns have no space for, and the time of
   * mean rates; empty = neither is needed
   */
  legends: string[]
}

/** Data that a wall shows, from which the headings of its rows follow. */
interface RowHeadsInput {
  tiles: readonly WallTile[]
  /** position of each tile, in the order of `tiles` */
  spots: readonly TilePlacement[]
  /** number of columns of rows that have space next to each other */
  columns: number
  /** history of the tiles; null = not loaded yet */
  history: { tiles: readonly WallTileHistory[]; from: string; stepSeconds: number } | null
  /** server's time, epoch milliseconds */
  now: number
  zone: string
}

/** Returns the headings of the column of rows below `box`. */
export function buildRowHeads(box: TileArea, input: RowHeadsInput): RowHeads {
  const { tiles, spots, columns, history, now, zone } = input
  const live = tiles.filter((tile, index) => {
    const spot = spots[index]
    // A row of the whole width has its strip and its rate in the last column.
    const end = spot ? spot.x + spot.width : 0
    const isBelow = spot?.form === 'row' && end > box.x && end <= box.x + box.width
    return isBelow && tile.state !== 'silent' && !tile.lastKnown
  })
  const current = live.filter(({ freshness }) => formatShortLatePoll(freshness, now) === null)
  const meanOf = (tile: WallTile) =>
    tile.bitsPerSecond === null
      ? findLastMeanRate(history?.tiles.find(({ id }) => id === tile.id)?.traffic ?? null)
      : null
  const means = current.flatMap((tile) => {
    const step = meanOf(tile)?.step
    return step === undefined ? [] : { step, type: tile.type }
  })
  const hasRate = current.some((tile) => tile.bitsPerSecond !== null || meanOf(tile) !== null)
  // A row with a recovery shows it in place of the risk.
  const hasRisk = columns > 1 && current.some(({ risk, recovered }) => !recovered && risk?.includes('at risk'))
  return {
    day: live.length > 0 ? '24 h' : null,
    rate: hasRate ? 'Mb/s' : null,
    legends: [
      ...(hasRisk ? ['at risk: number of prefixes'] : []),
      ...(history && means.length > 0
        ? [formatMeanTime(means, { from: Date.parse(history.from), stepMs: history.stepSeconds * 1_000, now, zone })]
        : []),
    ],
  }
}

/**
 * Formats the time of the mean rates of resources without a current rate: `gateways: mean since 22:00`, or
 * `gateways: mean 21:30 – 22:00` if the current half hour has no rate yet. If circuits are among the resources, the text
 * is `some rates: mean since 22:00`.
 * @param means type of the resource of each rate, and index of its half hour
 */
function formatMeanTime(
  means: readonly { step: number; type: WallTile['type'] }[],
  { from, stepMs, now, zone }: { from: number; stepMs: number; now: number; zone: string },
): string {
  const steps = means.map(({ step }) => step)
  const [first, last] = [Math.min(...steps), Math.max(...steps)]
  const rows = means.every(({ type }) => type === 'gateway') ? 'gateways' : 'some rates'
  const [begin, end] = [from + first * stepMs, from + (last + 1) * stepMs]
  const since = formatMinute(begin, zone, begin)
  if (end <= now) return `${rows}: mean ${since} – ${formatMinute(end, zone, end)}`
  return `${rows}: ${first === last ? 'mean' : 'means'} since ${since}`
}

/**
 * Returns the forms of the effect that the loss of a circuit would have, from the longest to the shortest:
 * `17 prefixes at risk`, `at risk: 17`. A text without a number of prefixes has one form.
 */
export function listRiskForms(risk: string): string[] {
  const short = risk
    .replace(/^((?:≥ )?[\d,]+) prefix(?:es)? at risk/, 'at risk: $1')
    .replace(/ prefix(?:es)?(?= to the Internet)/, '')
  return [...new Set([risk, short])]
}

/** Returns the rates to draw, bit/s: both directions of a circuit's traffic, or the only rate of a gateway. */
export function getDrawnRates(traffic: WallTileHistory['traffic']): {
  above: (number | null)[]
  below?: (number | null)[]
} {
  if (traffic === null) return { above: [] }
  return 'bitsPerSecond' in traffic
    ? { above: traffic.bitsPerSecond }
    : { above: traffic.toAzureBitsPerSecond, below: traffic.fromAzureBitsPerSecond }
}

/**
 * Returns the mean rate of the current half hour, sum of both directions in bit/s, with the index of the half hour. If
 * it is not known yet, returns the rate of the half hour before; null if both are unknown.
 */
export function findLastMeanRate(traffic: WallTileHistory['traffic']): { rate: number; step: number } | null {
  const { above, below } = getDrawnRates(traffic)
  for (const step of [above.length - 1, above.length - 2]) {
    const [one, other] = [above[step] ?? null, below ? (below[step] ?? null) : 0]
    if (one !== null && other !== null) return { rate: one + other, step }
  }
  return null
}
