import {
  createContext,
  type FocusEvent,
  type KeyboardEvent,
  type SyntheticEvent,
  use,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react'
import {
  Line,
  type MouseHandlerDataParam,
  ReferenceArea,
  type ReferenceAreaProps,
  ReferenceLine,
  Tooltip,
  useActiveTooltipLabel,
  useIsTooltipActive,
} from 'recharts'
import { setPointedMoment, usePointedMoment } from '../shared-moment.ts'
import { type PlotReading, type PlotStop, formatReading, findStopIndex } from './plot-model.ts'
import { getSeriesColor } from './theme.ts'

/**
 * Tooltip of a chart at the crosshair. It shows the time, the value of each series with its unit and bounds, and
 * remarks on the quality of the values. Recharts positions the tooltip.
 */
function PlotTooltip({ reading: { title, lines, notes = [] } }: { reading: PlotReading }) {
  return (
    <div
      // hidden, because the slider gives the same text to screen readers
      aria-hidden
      className="pointer-events-none w-max max-w-[min(20rem,90vw)] rounded-md border bg-surface px-2.5 py-1.5 text-xs shadow-md print:hidden"
      data-plot-tooltip
      suppressHydrationWarning
    >
      <p className="mb-0.5 text-xs text-ink-3">{title}</p>
      <dl className="grid grid-cols-[auto_auto] gap-x-3">
        {lines.map((line) => (
          <div key={line.name} className="contents">
            <dt className="flex items-center gap-1.5 text-ink-2">
              {line.ink && (
                <span className="size-2 shrink-0 rounded-xs" style={{ background: getSeriesColor(line.ink) }} />
              )}
              {line.name}
            </dt>
            <dd className="text-right font-mono whitespace-nowrap">{line.value}</dd>
          </div>
        ))}
      </dl>
      {notes.length > 0 && <p className="mt-0.5 text-ink-3">{notes.join(', ')}</p>}
    </div>
  )
}

const PAGE = 12

/**
 * Positions at which the crosshair of a chart can stop (`stops`), with functions that are called when the user acts on
 * a stop.
 */
export interface CrosshairStops {
  /** first and last value of the x axis */
  domain: readonly [number, number]
  /** stops in ascending order */
  stops: readonly PlotStop[]
  read: (index: number) => PlotReading
  /**
   * Called after a drag over the chart, with the selected range in the unit of the x axis. Only charts over time have
   * this function. These charts also show the moment that the user points at in any other chart over time.
   */
  onBrush?: ((from: number, to: number) => void) | undefined
  /** called after a click or Enter at a stop; if it is absent, the chart is read-only */
  onPick?: ((index: number) => void) | undefined
}

interface Pointer extends CrosshairStops {
  label: string
  /** returns the index of the stop that the tooltip shows; null = the tooltip is hidden */
  readActive: () => number | null
  setActive: (index: number | null) => void
  /** range that the user is selecting by a drag, in the unit of the x axis; null = no drag */
  drag: { from: number; to: number } | null
  setDrag: (drag: { from: number; to: number } | null) => void
}

export const PlotPointerContext = createContext<Pointer | null>(null)

/**
 * Returns the state that a chart shares with its crosshair: the stops, the index of the stop that the tooltip shows,
 * and the range that is being dragged.
 */
export function usePointer(stops: CrosshairStops & { label: string }): Pointer {
  const active = useRef<number | null>(null)
  const [drag, setDrag] = useState<Pointer['drag']>(null)
  const readActive = useCallback(() => active.current, [])
  const setActive = useCallback((index: number | null) => {
    active.current = index
  }, [])
  return { ...stops, readActive, setActive, drag, setDrag }
}

function usePointerContext(): Pointer {
  const pointer = use(PlotPointerContext)
  if (!pointer) throw new Error('a PlotChart needs a PlotFrame around it')
  return pointer
}

const middleOf = ({ from, to }: PlotStop) => (from + to) / 2

/**
 * Returns the properties that turn a Recharts chart into a slider over its crosshair stops. The arrow keys move from
 * stop to stop (done by Recharts), and screen readers read each stop. A click picks a stop, and a drag selects a range
 * of stops.
 */
export function usePointerEvents() {
  const { label, stops, read, onPick, onBrush, setDrag } = usePointerContext()
  // refs and not state, because the user may release the mouse button before React renders again
  const wasDrag = useRef(false)
  const begun = useRef<{ index: number; range: Pointer['drag'] } | null>(null)
  const last = stops.length - 1
  // Recharts gets one row for each stop, so that tooltip and arrow keys move between columns and not between the points
  // of the lines. The rows are memoized, because Recharts would otherwise receive new rows in each rendering.
  const data = useMemo(() => stops.map((stop) => ({ x: middleOf(stop) })), [stops])
  const indexOf = ({ activeTooltipIndex }: MouseHandlerDataParam) =>
    activeTooltipIndex === undefined || activeTooltipIndex === null ? null : Number(activeTooltipIndex)
  return {
    data,
    role: 'slider',
    tabIndex: 0,
    'aria-label': label,
    'aria-orientation': 'horizontal' as const,
    'aria-valuemin': 0,
    'aria-valuemax': Math.max(0, last),
    'aria-valuenow': Math.max(0, last),
    'aria-valuetext': last < 0 ? 'nothing' : formatReading(read(last)),
    style: { cursor: onPick ? 'pointer' : 'crosshair' },
    onMouseDown: (state: MouseHandlerDataParam, event: SyntheticEvent) => {
      // pressing the mouse button must not move the focus, because Recharts would then keep its tooltip at the first
      // stop
      event.preventDefault()
      const index = indexOf(state)
      if (!onBrush || index === null || (event.nativeEvent as MouseEvent).button !== 0) return
      wasDrag.current = false
      begun.current = { index, range: null }
      const end = () => {
        const range = begun.current?.range
        begun.current = null
        wasDrag.current = Boolean(range)
        setDrag(null)
        if (range) onBrush(range.from, range.to)
      }
      window.addEventListener('mouseup', end, { once: true })
    },
    onMouseMove: (state: MouseHandlerDataParam) => {
      const [start, end] = [begun.current, indexOf(state)]
      if (!start || end === null || (start.index === end && !start.range)) return
      const [first, final] = [stops[Math.min(start.index, end)], stops[Math.max(start.index, end)]]
      if (!first || !final) return
      start.range = { from: first.from, to: final.to }
      setDrag(start.range)
    },
    onClick: (state: MouseHandlerDataParam) => {
      const index = indexOf(state)
      // a drag also ends with a click event, which must not pick a stop
      if (index !== null && !wasDrag.current) onPick?.(index)
    },
  }
}

/**
 * Handles the keys that Recharts does not support. Page Up and Page Down move by twelve stops, Home and End to the
 * first and last stop. Enter and Space pick a stop, and Escape hides the tooltip. Movements are sent to Recharts as
 * arrow keys, so that only Recharts stores the position.
 */
export function handlePointerKeys(event: KeyboardEvent, { stops, readActive, onPick }: Pointer): void {
  const chart = event.target
  if (!(chart instanceof SVGElement) || !event.isTrusted) return
  const active = readActive()
  const [here, last] = [active ?? 0, stops.length - 1]
  const keys: Record<string, () => void> = {
    PageUp: () => press(chart, 'ArrowLeft', Math.min(PAGE, here)),
    PageDown: () => press(chart, 'ArrowRight', Math.min(PAGE, last - here)),
    Home: () => press(chart, 'ArrowLeft', here),
    End: () => press(chart, 'ArrowRight', last - here),
    ...(active !== null && { Escape: () => press(chart, 'Enter') }),
    ...(active !== null && onPick && { Enter: () => onPick(here), ' ': () => onPick(here) }),
  }
  const act = keys[event.key]
  if (!act) return
  act()
  event.preventDefault()
  event.stopPropagation()
}

/**
 * Moves the crosshair to the last (newest) stop when the chart first gets the keyboard focus. Without this, Recharts
 * would start at the oldest stop.
 */
export function moveCrosshairToLast({ target }: FocusEvent, { stops, readActive }: Pointer): void {
  if (target instanceof SVGElement && readActive() === null) press(target, 'ArrowRight', stops.length - 1)
}

/** Sends a key press to the chart, so that Recharts handles it as if the user had pressed the key. */
function press(chart: Element, key: string, times = 1): void {
  for (let count = 0; count < times; count++)
    chart.dispatchEvent(new window.KeyboardEvent('keydown', { key, bubbles: true }))
}

/**
 * Draws the tooltip and the cursor, the moment that the user points at in another chart, and the range that the user
 * drags over.
 */
export function PlotPointer() {
  const { stops, domain, read, onBrush, drag } = usePointerContext()
  const shared = usePointedMoment()
  const isPointed = useIsTooltipActive()
  const isShared = !isPointed && onBrush !== undefined && shared !== null && shared >= domain[0] && shared <= domain[1]
  return (
    <>
      <Line dataKey="x" stroke="none" dot={false} activeDot={false} isAnimationActive={false} legendType="none" />
      <Tooltip
        isAnimationActive={false}
        cursor={false}
        wrapperStyle={{ zIndex: 20 }}
        content={({ active, activeIndex }) =>
          active && stops[Number(activeIndex)] ? <PlotTooltip reading={read(Number(activeIndex))} /> : null
        }
      />
      <ActiveStop />
      {isShared && <ReferenceLine x={shared} stroke="var(--focus)" strokeOpacity={0.7} data-shared-crosshair />}
      {drag && <FocusArea range={drag} domain={domain} fillOpacity={0.2} data-brush />}
    </>
  )
}

/** Shades a range of the x axis that the user points at or drags over. The part beyond the axis is left out. */
const FocusArea = ({
  range: { from, to },
  domain: [first, last],
  ...style
}: { range: PlotStop } & Pick<CrosshairStops, 'domain'> & Omit<ReferenceAreaProps, 'domain' | 'ref'>) => (
  <ReferenceArea
    x1={Math.max(first, from)}
    x2={Math.min(last, to)}
    fill="var(--focus)"
    stroke="var(--focus)"
    {...style}
  />
)

/**
 * Marks the stop that the tooltip shows and announces its values to screen readers. In a chart over time, it also
 * shares the moment of the stop with the other charts of the page.
 */
function ActiveStop() {
  const { stops, domain, read, onBrush, setActive } = usePointerContext()
  const label = useActiveTooltipLabel()
  const isActive = useIsTooltipActive()
  const place = useRef<SVGGElement>(null)
  const index = isActive && label !== undefined ? findStopIndex(stops, Number(label)) : null
  const stop = index === null ? undefined : stops[index]
  const moment = stop && onBrush ? middleOf(stop) : null
  const sentence = index === null ? null : formatReading(read(index))
  useEffect(() => {
    setActive(index)
    const slider = place.current?.ownerSVGElement
    if (index === null || sentence === null || !slider) return
    slider.setAttribute('aria-valuenow', String(index))
    slider.setAttribute('aria-valuetext', sentence)
  }, [setActive, index, sentence])
  useEffect(() => {
    if (moment === null) return
    setPointedMoment(moment)
    return () => setPointedMoment(null)
  }, [moment])
  return (
    <g ref={place} data-crosshair>
      {stop && <FocusArea range={stop} domain={domain} fillOpacity={0.1} strokeOpacity={0.6} />}
    </g>
  )
}
