import { clsx } from 'clsx'
import { type KeyboardEvent, type PointerEvent, useRef, useState } from 'react'
import { pointAtMoment, usePointedMoment } from '../shared-moment.ts'
import { type PlotReading, type PlotStop, readingSentence, stopAt } from './plot-model.ts'
import { PlotTooltip } from './plot-tooltip.tsx'
import type { PlotTheme } from './theme.ts'

const PAGE = 12
/** A shorter move with the button down is a press. */
const DRAG_PX = 5

/** What the crosshair of a chart goes over. */
export interface Crosshair {
  /** the edges of the x axis */
  domain: readonly [number, number]
  /** in order */
  stops: readonly PlotStop[]
  read: (index: number) => PlotReading
  /** a drag over the chart, in the unit of the x axis; only of charts over time, which share one crosshair */
  onBrush?: ((from: number, to: number) => void) | undefined
  /** a click or Enter at a stop; without it the chart is read-only */
  onPick?: ((index: number) => void) | undefined
  /** the same where that picks nothing */
  onNote?: ((index: number) => void) | undefined
}

/**
 * The crosshair over a chart and its tooltip, by mouse, touch or, with focus, the keyboard: arrows by one stop, Page up and down by
 * twelve, Home, End; Escape clears it. It is a slider, so that screen readers read each stop. What it shows is its own state: the chart
 * below is not drawn again.
 */
export function PlotCrosshair({
  label,
  domain: [from, to],
  stops,
  read,
  onPick,
  onNote,
  onBrush,
  inset,
  width,
}: Crosshair & {
  label: string
  inset: PlotTheme['inset']
  /** of the plotted area, px */
  width: number
}) {
  const surface = useRef<HTMLDivElement>(null)
  const [pointed, setOwn] = useState<{ index: number; y: number } | null>(null)
  const [drag, setDrag] = useState<{ from: number; to: number } | null>(null)
  const isOverTime = onBrush !== undefined
  const shared = usePointedMoment()
  const setPointed = (place: { index: number; y: number } | null) => {
    setOwn(place)
    if (!isOverTime) return
    const stop = place && stops[place.index]
    pointAtMoment(stop ? (stop.from + stop.to) / 2 : null)
  }
  const last = stops.length - 1
  const active = pointed && pointed.index <= last ? pointed : null
  const shareOf = (at: number) => Math.min(1, Math.max(0, (at - from) / Math.max(Number.MIN_VALUE, to - from)))
  const placeAt = ({ clientX, clientY }: { clientX: number; clientY: number }) => {
    const box = surface.current?.getBoundingClientRect()
    if (!box || box.width === 0 || box.height === 0) return null
    const index = stopAt(stops, from + ((clientX - box.left) / box.width) * (to - from))
    return index === null ? null : { index, y: Math.min(1, Math.max(0, (clientY - box.top) / box.height)) }
  }
  const valueAt = ({ clientX }: { clientX: number }) => {
    const box = surface.current?.getBoundingClientRect()
    if (!box || box.width === 0) return null
    return from + Math.min(1, Math.max(0, (clientX - box.left) / box.width)) * (to - from)
  }
  // what a drag begins with is kept beside the state: the first move may come before the next rendering
  const begun = useRef<{ value: number; x: number } | null>(null)
  const wasDrag = useRef(false)
  const isDrag = ({ clientX }: { clientX: number }) =>
    begun.current !== null && Math.abs(clientX - begun.current.x) >= DRAG_PX
  const onMove = (event: PointerEvent) => {
    setPointed(placeAt(event))
    const value = valueAt(event)
    if (begun.current && value !== null && isDrag(event)) {
      setDrag({ from: Math.min(begun.current.value, value), to: Math.max(begun.current.value, value) })
    }
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const here = active?.index ?? last
    const next = {
      ArrowLeft: here - 1,
      ArrowRight: here + 1,
      PageDown: here - PAGE,
      PageUp: here + PAGE,
      Home: 0,
      End: last,
    }[event.key]
    if (last < 0) return
    if (next !== undefined) setPointed({ index: Math.min(last, Math.max(0, next)), y: 0 })
    else if ((event.key === 'Enter' || event.key === ' ') && active && (onPick ?? onNote))
      (onPick ?? onNote)?.(active.index)
    else if (event.key === 'Escape' && active) setPointed(null)
    else return
    event.preventDefault()
  }
  const shown = active?.index ?? last
  const stop = active && stops[active.index]
  const [left, right] = stop ? [shareOf(stop.from), shareOf(stop.to)] : [0, 0]
  return (
    <div
      ref={surface}
      role="slider"
      tabIndex={0}
      aria-label={label}
      aria-orientation="horizontal"
      aria-valuemin={0}
      aria-valuemax={Math.max(0, last)}
      aria-valuenow={Math.max(0, shown)}
      aria-valuetext={last < 0 ? 'nothing' : readingSentence(read(shown))}
      onKeyDown={onKeyDown}
      onPointerMove={onMove}
      onPointerDown={(event) => {
        const value = valueAt(event)
        if (!isOverTime || event.pointerType === 'touch' || event.button !== 0 || value === null) return
        begun.current = { value, x: event.clientX }
        wasDrag.current = false
        event.currentTarget.setPointerCapture(event.pointerId)
      }}
      onPointerUp={() => {
        begun.current = null
        if (!drag) return
        wasDrag.current = true
        setDrag(null)
        onBrush?.(drag.from, drag.to)
      }}
      onPointerCancel={() => {
        begun.current = null
        setDrag(null)
      }}
      // a finger that is lifted leaves what it pointed at; focus elsewhere clears it
      onPointerLeave={({ pointerType }: PointerEvent) => pointerType !== 'touch' && setPointed(null)}
      onBlur={() => setPointed(null)}
      onClick={(event) => {
        // the end of a drag is no press
        if (wasDrag.current) return
        const place = placeAt(event)
        if (place) (onPick ?? onNote)?.(place.index)
      }}
      className={clsx('absolute touch-pan-y rounded-xs select-none', onPick ? 'cursor-pointer' : 'cursor-crosshair')}
      style={{ top: inset.top, right: inset.right, bottom: inset.bottom, left: inset.left }}
      suppressHydrationWarning
    >
      {drag && (
        <span
          aria-hidden
          className="pointer-events-none absolute inset-y-0 border-x border-focus bg-focus/20 print:hidden"
          style={{ left: `${shareOf(drag.from) * 100}%`, right: `${(1 - shareOf(drag.to)) * 100}%` }}
          data-brush
        />
      )}
      {!active && isOverTime && shared !== null && shared >= from && shared <= to && (
        <span
          aria-hidden
          className="pointer-events-none absolute inset-y-0 w-px bg-focus/70 print:hidden"
          style={{ left: `${shareOf(shared) * 100}%` }}
          data-shared-crosshair
        />
      )}
      {active && stop && (
        <>
          <span
            aria-hidden
            className="pointer-events-none absolute inset-y-0 -mx-px border-x border-focus/60 bg-focus/10 print:hidden"
            style={{ left: `${left * 100}%`, right: `${(1 - right) * 100}%` }}
          />
          <PlotTooltip reading={read(active.index)} x={(left + right) / 2} y={active.y} width={width} />
        </>
      )}
    </div>
  )
}
