import { clsx } from 'clsx'
import { useId, useMemo } from 'react'
import { PageLink } from '../../links/page-link.tsx'
import { useTypeScale } from '../../charts/use-type-scale.ts'
import { useWidth } from '../../charts/use-width.ts'
import { type LookupPath, type NodeChange, nodeId, pathColumns, type PathNode } from './lookup-path.ts'

/** Height of a row, and of the node in it; where names need two lines, both are higher. */
const SIZES = { wide: { row: 70, node: 58 }, narrow: { row: 84, node: 72 } }
const PADDING = 2
/** Of the room of a column, what its nodes take; the rest is for the lines between. */
const SHARE = { wide: 0.74, narrow: 0.86 }
/** Below this width names need the room of the address, which whoever asked knows. */
const NARROW = 720

interface Placed extends PathNode {
  x: number
  y: number
  width: number
}

/**
 * A look-up as a drawing from the address to its site: what is in use solid, other candidates dashed. On a phone, and for screen readers,
 * an ordered list says the same.
 */
export function LookupPicture({
  path,
  title,
  changes = NO_CHANGES,
}: {
  path: LookupPath
  title: string
  /** marked, by {@link nodeId} */
  changes?: ReadonlyMap<string, NodeChange>
}) {
  const [place, measured] = useWidth<HTMLDivElement>()
  const scale = useTypeScale()
  const arrow = useId()
  const width = measured ?? 900
  const {
    placed,
    height,
    node: nodeHeight,
  } = useMemo(() => placeNodes(path.nodes, width, scale), [path.nodes, width, scale])
  const at = new Map(placed.map((node) => [nodeId(node), node]))
  return (
    <figure className="min-w-0">
      <figcaption className="mb-1.5 text-xs font-medium text-ink-2">{title}</figcaption>
      <div ref={place} className="relative hidden sm:block" style={{ height: path.nodes.length === 0 ? 0 : height }}>
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
            const [a, b] = [at.get(nodeId(from)), at.get(nodeId(to))]
            if (!a || !b) return null
            const [x1, y1, x2, y2] = [a.x + a.width, a.y + nodeHeight / 2, b.x, b.y + nodeHeight / 2]
            const middle = (x1 + x2) / 2
            return (
              <path
                key={`${nodeId(a)} ${nodeId(b)}`}
                d={`M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2 - 2} ${y2}`}
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
          <PathBox key={nodeId(node)} node={node} change={changes.get(nodeId(node)) ?? null} height={nodeHeight} />
        ))}
      </div>
      <ol className="list-decimal pl-5 text-xs text-ink-2 sm:sr-only">
        {path.sentences.map((sentence) => (
          // a phone has no room for what is not in use: the ranking says it
          <li key={sentence} className={clsx(!sentence.startsWith('In use') && 'max-sm:hidden')}>
            {sentence}
          </li>
        ))}
      </ol>
    </figure>
  )
}

const NO_CHANGES: ReadonlyMap<string, NodeChange> = new Map()

function PathBox({ node, change, height }: { node: Placed; change: NodeChange | null; height: number }) {
  const { x, y, width, label, text, detail, href, rank } = node
  const className = clsx(
    'absolute flex flex-col justify-center overflow-hidden rounded-md border bg-canvas px-1.5 leading-tight',
    rank === 1 ? 'border-line-strong' : 'border-dashed border-line-strong text-ink-3',
    change && 'ring-2 ring-ink',
  )
  const style = { left: x, top: y, width, height }
  const words = (
    <>
      <span className={clsx('truncate text-xs', change ? 'font-semibold text-ink' : 'text-ink-3')}>
        {change ?? label}
      </span>
      <span className={clsx('line-clamp-2 text-xs', rank === 1 && 'font-semibold')}>{text}</span>
      {detail && <span className="truncate text-xs text-ink-3">{detail}</span>}
    </>
  )
  const title = [label, text, detail, change].filter(Boolean).join(' ')
  // the list beside the drawing says the same
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

/** Nodes in columns, each column centred; columns without nodes take no room. */
function placeNodes(
  nodes: readonly PathNode[],
  width: number,
  scale: number,
): { placed: Placed[]; height: number; node: number } {
  const size = width < NARROW * scale ? 'narrow' : 'wide'
  const { row: rowHeight, node } = { row: SIZES[size].row * scale, node: SIZES[size].node * scale }
  const columns = pathColumns
    .filter((column) => column !== 'address' || size === 'wide')
    .map((column) => nodes.filter((one) => one.column === column))
    .filter((column) => column.length > 0)
  const rows = Math.max(1, ...columns.map((column) => column.length))
  const height = rows * rowHeight
  const room = (width - PADDING) / columns.length
  // without the gap behind the last column, all of the width is used
  const boxWidth = Math.min(190 * scale, room * SHARE[size])
  const step = columns.length > 1 ? (width - PADDING - boxWidth) / (columns.length - 1) : 0
  const placed = columns.flatMap((column, index) =>
    column.map((one, row) => ({
      ...one,
      x: PADDING / 2 + index * step,
      y: (height - column.length * rowHeight) / 2 + row * rowHeight + (rowHeight - node) / 2,
      width: boxWidth,
    })),
  )
  return { placed, height, node }
}
