'use client'

import { clsx } from 'clsx'
import { useId, useMemo } from 'react'
import { PageLink } from '../links/page-link.tsx'
import { useTypeScale } from '../charts/use-type-scale.ts'
import { useWidth } from '../charts/use-width.ts'
import { type LookupPath, pathColumns, type PathNode } from './lookup-path.ts'

const ROW = 70
const NODE = 58
const PADDING = 2
/** Of the room of a column, what its nodes take; the rest is for the lines between. */
const SHARE = 0.74

interface Placed extends PathNode {
  x: number
  y: number
  width: number
}

/**
 * A look-up as a drawing from the address to its site: what is in use solid, other candidates dashed. On a phone, and for screen readers,
 * an ordered list says the same.
 */
export function LookupPicture({ path, title }: { path: LookupPath; title: string }) {
  const [place, measured] = useWidth<HTMLDivElement>()
  const scale = useTypeScale()
  const arrow = useId()
  const width = measured ?? 900
  const { placed, height } = useMemo(() => placeNodes(path.nodes, width, scale), [path.nodes, width, scale])
  const at = new Map(placed.map((node) => [`${node.column} ${node.key}`, node]))
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
            const [a, b] = [at.get(`${from.column} ${from.key}`), at.get(`${to.column} ${to.key}`)]
            if (!a || !b) return null
            const [x1, y1, x2, y2] = [a.x + a.width, a.y + (NODE * scale) / 2, b.x, b.y + (NODE * scale) / 2]
            const middle = (x1 + x2) / 2
            return (
              <path
                key={`${a.column} ${a.key} ${b.column} ${b.key}`}
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
          <PathBox key={`${node.column} ${node.key}`} node={node} scale={scale} />
        ))}
      </div>
      <ol className="list-decimal pl-5 text-xs text-ink-2 sm:sr-only">
        {path.sentences.map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ol>
    </figure>
  )
}

function PathBox({ node, scale }: { node: Placed; scale: number }) {
  const { x, y, width, label, text, detail, href, rank } = node
  const className = clsx(
    'absolute flex flex-col justify-center overflow-hidden rounded-md border bg-canvas px-1.5 leading-tight',
    rank === 1 ? 'border-line-strong' : 'border-dashed border-line-strong text-ink-3',
  )
  const style = { left: x, top: y, width, height: NODE * scale }
  const words = (
    <>
      <span className="text-2xs text-ink-3">{label}</span>
      <span className={clsx('truncate text-xs', rank === 1 && 'font-semibold')}>{text}</span>
      {detail && <span className="truncate text-2xs text-ink-3">{detail}</span>}
    </>
  )
  const title = [label, text, detail].filter(Boolean).join(' ')
  // the list beside the drawing says the same
  return href ? (
    <PageLink href={href} aria-label={title} title={title} className={clsx(className, 'hover:bg-hover')} style={style}>
      {words}
    </PageLink>
  ) : (
    <span aria-hidden className={className} style={style} title={title}>
      {words}
    </span>
  )
}

/** Nodes in columns, each column centred; columns without nodes take no room. */
function placeNodes(nodes: readonly PathNode[], width: number, scale: number): { placed: Placed[]; height: number } {
  const columns = pathColumns
    .map((column) => nodes.filter((node) => node.column === column))
    .filter((column) => column.length > 0)
  const rows = Math.max(1, ...columns.map((column) => column.length))
  const height = rows * ROW * scale
  const room = (width - PADDING) / columns.length
  // without the gap behind the last column, all of the width is used
  const boxWidth = Math.min(190 * scale, room * SHARE)
  const step = columns.length > 1 ? (width - PADDING - boxWidth) / (columns.length - 1) : 0
  const placed = columns.flatMap((column, index) =>
    column.map((node, row) => ({
      ...node,
      x: PADDING / 2 + index * step,
      y: (height - column.length * ROW * scale) / 2 + row * ROW * scale + ((ROW - NODE) * scale) / 2,
      width: boxWidth,
    })),
  )
  return { placed, height }
}
