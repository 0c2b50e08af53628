'use client'

import { clsx } from 'clsx'
import { type KeyboardEvent, type ReactNode, useRef } from 'react'

/**
 * The surface of a chart whose columns can be selected by mouse, touch or, with focus, the arrow keys.
 * @param active the selected column; null = none
 * @param textOf a column's text for screen readers
 * @param onPick a click or Enter; without it columns are read-only
 */
export function Scrubber({
  label,
  count,
  active,
  textOf,
  onActive,
  onPick,
  className,
  children,
}: {
  label: string
  count: number
  active: number | null
  textOf: (index: number) => string
  onActive: (index: number | null) => void
  onPick?: (index: number) => void
  className?: string
  children: ReactNode
}) {
  const surface = useRef<HTMLDivElement>(null)
  const last = Math.max(0, count - 1)
  const indexAt = ({ clientX }: { clientX: number }): number => {
    const box = surface.current?.getBoundingClientRect()
    if (!box || box.width === 0) return last
    return Math.min(last, Math.max(0, Math.floor(((clientX - box.left) / box.width) * count)))
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const from = active ?? last
    const next = {
      ArrowLeft: from - 1,
      ArrowRight: from + 1,
      PageDown: from - 12,
      PageUp: from + 12,
      Home: 0,
      End: last,
    }[event.key]
    if (next !== undefined) onActive(Math.min(last, Math.max(0, next)))
    else if ((event.key === 'Enter' || event.key === ' ') && onPick && active !== null) onPick(active)
    else if (event.key === 'Escape') onActive(null)
    else return
    event.preventDefault()
  }
  return (
    <div
      ref={surface}
      role="slider"
      tabIndex={0}
      aria-label={label}
      aria-orientation="horizontal"
      aria-valuemin={0}
      aria-valuemax={last}
      aria-valuenow={active ?? last}
      aria-valuetext={textOf(active ?? last)}
      onKeyDown={onKeyDown}
      onPointerMove={(event) => onActive(indexAt(event))}
      onPointerLeave={() => onActive(null)}
      onBlur={() => onActive(null)}
      onClick={(event) => onPick?.(indexAt(event))}
      className={clsx('relative touch-pan-y', onPick && 'cursor-pointer', className)}
    >
      {children}
      {active !== null && (
        <span
          aria-hidden
          className="pointer-events-none absolute inset-y-0 border-x border-focus/60 bg-focus/10"
          style={{ left: `${(active / count) * 100}%`, width: `${100 / count}%` }}
        />
      )}
    </div>
  )
}
