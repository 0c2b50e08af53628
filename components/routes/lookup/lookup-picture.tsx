import { clsx } from 'clsx'
import { useId, useMemo } from 'react'
import { PageLink } from '../../links/page-link.tsx'
import { useChartFontScale } from '../../charts/use-type-scale.ts'
import { useElementWidth } from '../../charts/use-width.ts'
import { StateSymbol } from '../../ui/drawing/glyph.tsx'
import {
  type LookupPath,
  type LookupPathNodeChange,
  getLookupPathNodeId,
  lookupPathColumns,
  type LookupPathNode,
} from './lookup-path.ts'

/**
 * Heights of a row and of the node (box) in the row, px. In a narrow drawing both are higher, because names are wrapped
 * to two lines.
 */
const SIZES = { wide: { row: 70, node: 58 }, narrow: { row: 84, node: 72 } }
const PADDING = 2
/** Share of a column's width used by its nodes. The rest is space for the lines between columns. */
const SHARE = { wide: 0.74, narrow: 0.86 }
/**
 * Width in px below which the column with the looked-up address is left out, because the user knows the address and the
 * names need the space.
 */
const NARROW = 720

interface Placed extends LookupPathNode {
  x: number
  y: number
  width: number
}

/**
 * Drawing of the paths from a looked-up address to its site. The path in use is solid, other paths are dashed. A path
 * that is down is marked. Phones and screen readers get an ordered list with the same content instead.
 */
export function LookupPicture({
  path,
  title,
  changes = NO_CHANGES,
}: {
  path: LookupPath
  title: string
  /** changed nodes, which the drawing marks, by {@link getLookupPathNodeId} */
  changes?: ReadonlyMap<string, LookupPathNodeChange>
}) {
  const [place, measured] = useElementWidth<HTMLDivElement>()
  const scale = useChartFontScale()
  const arrow = useId()
  const width = measured ?? 900
  const {
    placed,
    passages,
    height,
    node: nodeHeight,
  } = useMemo(() => placeNodes(path, width, scale), [path, width, scale])
  const at = new Map(placed.map((node) => [getLookupPathNodeId(node), node]))
  return (
    <figure className="min-w-0">
      <figcaption className="mb-1.5 text-xs font-medium text-ink-2">{title}</figcaption>
      <div
        ref={place}
        className="relative hidden sm:block print:block"
        style={{ height: path.nodes.length === 0 ? 0 : height }}
      >
        <svg width={width} height={height} aria-hidden="true" className="absolute inset-0">
          <defs>
            <marker
              id={arrow}
              viewBox="0 0 8 8"
              refX="7"
              refY="4"
              markerWidth={7 * scale}
              markerHeight={7 * scale}
              markerUnits="userSpaceOnUse"
              orient="auto"
            >
              <path d="M0 0 8 4 0 8Z" className="fill-ink-3" />
            </marker>
          </defs>
          {path.edges.toReversed().map(({ from, to, rank }) => {
            const [a, b] = [at.get(getLookupPathNodeId(from)), at.get(getLookupPathNodeId(to))]
            if (!a || !b) return null
            const stops = [
              { ...a, end: a.x + a.width },
              ...passages.filter((one) => one.from === getLookupPathNodeId(from) && one.x > a.x && one.x < b.x),
              { ...b, end: b.x },
            ].map(({ x, y, end }) => ({ x, end, y: y + nodeHeight / 2 }))
            return (
              <path
                key={`${getLookupPathNodeId(a)} ${getLookupPathNodeId(b)}`}
                d={lineThrough(stops)}
                fill="none"
                markerEnd={`url(#${arrow})`}
                strokeWidth={(rank === 1 ? 2 : 1.25) * scale}
                strokeDasharray={rank === 1 ? undefined : `${4 * scale} ${3 * scale}`}
                className={rank === 1 ? 'stroke-up-mark' : 'stroke-ink-3'}
                data-rank={rank}
              />
            )
          })}
        </svg>
        {placed.map((node) => (
          <PathBox
            key={getLookupPathNodeId(node)}
            node={node}
            change={changes.get(getLookupPathNodeId(node)) ?? null}
            height={nodeHeight}
          />
        ))}
      </div>
      <ol className="list-decimal pl-5 text-xs text-ink-2 sm:sr-only">
        {path.sentences.map((sentence) => (
          // on a phone, routes that are not in use are left out, because the ranking below lists them
          <li key={sentence} className={clsx(!/^(In use|Down)/.test(sentence) && 'max-sm:hidden')}>
            {sentence}
          </li>
        ))}
      </ol>
    </figure>
  )
}

interface Stop {
  x: number
  y: number
  /** x position at which the line leaves this node */
  end: number
}

/**
 * Returns an SVG path from the first node through all others to the last. The line is horizontal while it passes a
 * node.
 */
function lineThrough([first, ...stops]: readonly Stop[]): string {
  let [x, y] = [first?.end ?? 0, first?.y ?? 0]
  const parts = stops.map((stop, index) => {
    const isLast = index === stops.length - 1
    const middle = (x + stop.x) / 2
    const curve = `C${middle} ${y} ${middle} ${stop.y} ${stop.x - (isLast ? 2 : 0)} ${stop.y}`
    ;[x, y] = [stop.end, stop.y]
    return isLast ? curve : `${curve}H${stop.end}`
  })
  return `M${first?.end ?? 0} ${first?.y ?? 0}${parts.join('')}`
}

const NO_CHANGES: ReadonlyMap<string, LookupPathNodeChange> = new Map()

function PathBox({ node, change, height }: { node: Placed; change: LookupPathNodeChange | null; height: number }) {
  const { x, y, width, label, text, detail, href, rank, isDown } = node
  const className = clsx(
    'absolute flex flex-col justify-center overflow-hidden rounded-md border bg-canvas px-1.5 leading-tight',
    rank === 1 ? 'border-line-strong' : 'border-dashed border-line-strong text-ink-3',
    change && 'ring-2 ring-ink',
  )
  const style = { left: x, top: y, width, height }
  const words = (
    <>
      <span className={clsx('truncate text-xs', change ? 'font-semibold text-ink' : 'text-ink-3')}>
        {isDown && (
          <span className="mr-1 inline-flex items-center gap-1 font-semibold text-down">
            <StateSymbol tone="down" /> DOWN
          </span>
        )}
        {change ?? label}
      </span>
      <span className={clsx('line-clamp-2 text-xs', rank === 1 && 'font-semibold')}>{text}</span>
      {detail && <span className="truncate text-xs text-ink-3">{detail}</span>}
    </>
  )
  const title = [isDown && 'DOWN', label, text, detail, change].filter(Boolean).join(' ')
  // A box without a link is hidden from screen readers, because the list below the picture contains the same text. A
  // box with a link must be accessible.
  return href ? (
    <PageLink href={href} title={title} className={clsx(className, 'hover:bg-hover')} style={style}>
      {words}
    </PageLink>
  ) : (
    <span aria-hidden className={className} style={style} title={title}>
      {words}
    </span>
  )
}

/**
 * Places the nodes in columns, each centered vertically. Columns without nodes take no space. If a line passes over a
 * column without a node there, a row of the column is kept free for the line. All such lines that start at the same
 * node share one row.
 */
function placeNodes(
  { nodes, edges }: LookupPath,
  width: number,
  scale: number,
): { placed: Placed[]; passages: (Stop & { from: string })[]; height: number; node: number } {
  const size = width < NARROW * scale ? 'narrow' : 'wide'
  const { row: rowHeight, node } = { row: SIZES[size].row * scale, node: SIZES[size].node * scale }
  const drawn = lookupPathColumns.filter(
    (column) => (column !== 'address' || size === 'wide') && nodes.some((one) => one.column === column),
  )
  const passing = (column: (typeof drawn)[number]) => {
    const at = drawn.indexOf(column)
    const over = edges.filter(({ from, to }) => drawn.indexOf(from.column) < at && at < drawn.indexOf(to.column))
    return [...new Set(over.map(({ from }) => getLookupPathNodeId(from)))]
  }
  const columns = drawn.map((column) => ({ own: nodes.filter((one) => one.column === column), over: passing(column) }))
  const height = Math.max(1, ...columns.map(({ own, over }) => own.length + over.length)) * rowHeight
  const room = (width - PADDING) / columns.length
  // The width has one gap less than the number of columns, because no gap follows the last column.
  const boxWidth = Math.min(190 * scale, room * SHARE[size])
  const step = columns.length > 1 ? (width - PADDING - boxWidth) / (columns.length - 1) : 0
  const at = ({ own, over }: (typeof columns)[number], index: number, row: number) => ({
    x: PADDING / 2 + index * step,
    y: (height - (own.length + over.length) * rowHeight) / 2 + row * rowHeight + (rowHeight - node) / 2,
  })
  const placed = columns.flatMap((column, index) =>
    column.own.map((one, row) => ({ ...one, ...at(column, index, row), width: boxWidth })),
  )
  const passages = columns.flatMap((column, index) =>
    column.over.map((from, row) => {
      const place = at(column, index, column.own.length + row)
      return { from, ...place, end: place.x + boxWidth }
    }),
  )
  return { placed, passages, height, node }
}
