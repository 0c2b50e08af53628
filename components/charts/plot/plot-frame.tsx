import { clsx } from 'clsx'
import ResetIcon from 'lucide-react/icons/rotate-ccw'
import TableIcon from 'lucide-react/icons/table-2'
import { type ReactNode, type RefObject, useDeferredValue, useEffect, useMemo, useRef, useState } from 'react'
import type { UserNote } from '#lib/incidents/api/index.ts'
import { ChartNotesFooter } from '../../notes/note-list.tsx'
import { formatNotesCsv, filterNotes } from '../../notes/note-text.ts'
import { AddNoteAtMoment, useNotes } from '../../notes/notes.tsx'
import { Button } from '../../ui/button.tsx'
import { type ChartGestures, useChartGestures } from '../use-chart-gestures.ts'
import { useChartFontScale } from '../use-type-scale.ts'
import { TimeBrushRow } from './brush-row.tsx'
import { chartDrawingQueue } from './lazy-plot.tsx'
import type { PlotDownloads } from './plot-files.ts'
import { type LegendEntry, PlotLegend } from './plot-legend.tsx'
import {
  findCrosshairStopIndex,
  getCrosshairStopMiddle,
  type ChartTooltipContent,
  type CrosshairPosition,
} from './plot-model.ts'
import {
  moveCrosshairToLast,
  handleCrosshairKeys,
  PlotPointerContext,
  type ChartCrosshairOptions,
  usePlotPointer,
} from './plot-pointer.tsx'
import { PlotSizeContext } from './plot-space.ts'
import { ChartValueTable } from './reading-table.tsx'
import { SavePlotMenu } from './save-plot-menu.tsx'
import { HiddenSeriesContext, useSeriesChoice } from './series-choice.ts'
import { createPlotTheme } from './plot-theme.ts'
import { useWindowDuringGesture } from '../use-live-view.ts'
import { useElementSize } from './use-size.ts'

/** Distance from the visible part of the page within which an element counts as near. */
const MARGIN = '400px'

/**
 * Reports whether an element has come near the viewport or the page is being printed. Once true, the result stays true.
 */
function useNearViewport<Element extends HTMLElement>(): [RefObject<Element | null>, boolean] {
  const place = useRef<Element>(null)
  const [isNear, setNear] = useState(false)
  useEffect(() => {
    const element = place.current
    if (!element || isNear) return
    let cancel: (() => void) | undefined
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) cancel ??= chartDrawingQueue.ask(() => setNear(true))
      },
      { rootMargin: MARGIN },
    )
    observer.observe(element)
    const onPrint = () => setNear(true)
    window.addEventListener('beforeprint', onPrint)
    return () => {
      cancel?.()
      observer.disconnect()
      window.removeEventListener('beforeprint', onPrint)
    }
  }, [isNear])
  return [place, isNear]
}

/**
 * Draws the frame of a chart with axes: legend, table and files. The frame has its full height from the start. The
 * chart inside is drawn only when it comes near the viewport or is printed; its code, which contains Recharts, is
 * loaded at that time (`createLazyPlot`).
 * @param label description of the chart, for screen readers
 * @param className CSS class with the height of the drawing including its axes
 * @param legend entries above the drawing; if at least two entries have series, they hide and show their series
 * @param legendNote content at the right end of the legend
 * @param isTableShown whether the table is open from the start, for a chart with few points
 */
export function PlotFrame({
  label,
  files,
  className,
  legend = [],
  legendClassName,
  legendNote,
  isTableShown = false,
  children,
  ...plot
}: ChartCrosshairOptions & {
  label: string
  files: PlotDownloads
  className: string
  legend?: readonly LegendEntry[]
  legendClassName?: string
  legendNote?: ReactNode
  isTableShown?: boolean
  children: ReactNode
}) {
  const [place, isNear] = useNearViewport<HTMLDivElement>()
  const [surface, size] = useElementSize<HTMLDivElement>()
  const [isTable, setTable] = useState(isTableShown)
  const scale = useChartFontScale()
  const { inset } = createPlotTheme(scale)
  const { stops, time } = plot
  const { view, pan, zoom } = useWindowDuringGesture(plot.domain, time)
  const domain = view ? ([view.from, view.to] as const) : plot.domain
  const given = useMemo(() => (isNear && size ? { ...size, scale, view } : null), [isNear, size, scale, view])
  // Drawing a chart can take tens of milliseconds. The new size is therefore rendered at low priority. The browser
  // first handles user input and renders other charts whose data has arrived.
  const drawnSize = useDeferredValue(given)
  const drawn = useDeferredValue(children)
  const choice = useSeriesChoice(
    label,
    legend.flatMap(({ name, keys }) => (keys ? [name] : [])),
  )
  const hiddenKeys = [...choice.hidden].flatMap((hidden) => legend.find(({ name }) => name === hidden)?.keys ?? [])
  const hiddenList = hiddenKeys.join(' ')
  // The legend is compared by its text, because most charts build a new legend object in each rendering.
  const hidden = useMemo(() => new Set(hiddenList.split(' ').filter(Boolean)), [hiddenList])
  const [pressed, setPressed] = useState<number | null>(null)
  const [drag, setDrag] = useState<CrosshairPosition | null>(null)
  const notes = useNotes()
  // Only charts with a time axis show notes.
  const noted = time && notes ? notes.notes : []
  const read = (index: number) => {
    const reading = withNotes(plot.read(index), stops[index], noted)
    return { ...reading, lines: reading.lines.filter(({ name, of = name }) => !choice.hidden.has(of)) }
  }
  const press = (index: number) => setPressed(stops[index] ? getCrosshairStopMiddle(stops[index]) : null)
  const pick = plot.onPick ?? (time && notes ? press : undefined)
  const pointer = usePlotPointer({ ...plot, domain, label, read, onPick: pick, drag })
  const at = (share: number) => domain[0] + share * (domain[1] - domain[0])
  const rangeOf = ({ from, to }: { from: number; to: number }): CrosshairPosition | null => {
    const [first, last] = [from, to].map((share) => stops[findCrosshairStopIndex(stops, at(share)) ?? -1])
    return first && last ? { from: first.from, to: last.to } : null
  }
  const isChanged = choice.hidden.size > 0 || time?.isZoomed === true
  const reset = () => {
    setPressed(null)
    choice.reset()
    if (time?.isZoomed) time.reset()
  }
  const gestures: Omit<ChartGestures, 'shareAt'> = {
    ...(time && {
      onSelect: (range) => setDrag(range && rangeOf(range)),
      onZoomTo: (range) => {
        const selected = rangeOf(range)
        if (selected) time.zoom(selected.from, selected.to)
      },
      onPan: pan,
      onZoom: (factor, share) => zoom(factor, at(share)),
    }),
    onPress: (share) => {
      const index = findCrosshairStopIndex(stops, at(share))
      if (index !== null) pick?.(index)
    },
    onReset: reset,
  }
  const area = pressed === null ? null : pointer.readArea()
  return (
    <div ref={place} role="group" aria-label={label} data-plot>
      {(legend.length > 0 || legendNote) && (
        <div className={legendClassName}>
          <PlotLegend entries={legend} choice={choice}>
            {(legendNote || isChanged) && (
              <>
                {isChanged && <ResetButton label={label} onClick={reset} />}
                {legendNote}
              </>
            )}
          </PlotLegend>
        </div>
      )}
      <div ref={surface} className={clsx('relative', className)}>
        {drawnSize && drawnSize.width > 0 && (
          <Drawing pointer={pointer} gestures={gestures}>
            <PlotSizeContext value={drawnSize}>
              <HiddenSeriesContext value={hidden}>
                <PlotPointerContext value={pointer}>{drawn}</PlotPointerContext>
              </HiddenSeriesContext>
            </PlotSizeContext>
          </Drawing>
        )}
        {pressed !== null && area && (
          <AddNoteAtMoment
            at={pressed}
            style={{
              bottom: inset.bottom + 4,
              left: area.x + ((pressed - domain[0]) / Math.max(1, domain[1] - domain[0])) * area.width,
            }}
            onDone={() => setPressed(null)}
          />
        )}
      </div>
      {time && isNear && (
        <TimeBrushRow
          base={time.base}
          window={{ from: domain[0], to: domain[1] }}
          label={label}
          left={inset.left}
          right={inset.right}
          onWindow={({ from, to }) => time.zoom(from, to)}
        />
      )}
      <ChartNotesFooter time={time ? domain : null}>
        <Button variant="quiet" aria-expanded={isTable} onClick={() => setTable(!isTable)}>
          <TableIcon aria-hidden />
          Table
        </Button>
        <SavePlotMenu
          label={label}
          files={{ ...files, csv: () => files.csv() + formatNotesCsv(filterNotes(noted, ...domain)) }}
          drawing={() => surface.current?.querySelector<SVGSVGElement>('svg[data-chart]') ?? null}
        />
      </ChartNotesFooter>
      {isTable && <ChartValueTable label={label} readings={stops.map((_, index) => read(index))} />}
    </div>
  )
}

/** Button that makes all series visible again and resets the time range. */
const ResetButton = ({ label, onClick }: { label: string; onClick: () => void }) => (
  <Button
    variant="quiet"
    aria-label={`Reset ${label}`}
    title="Show all series and the whole time range (double click on the chart)"
    className="h-6! px-1.5! print:hidden"
    onClick={onClick}
  >
    <ResetIcon aria-hidden />
    Reset
  </Button>
)

/** Area of a drawing that handles the gestures and the keys of a chart. */
function Drawing({
  pointer,
  gestures,
  children,
}: {
  pointer: ReturnType<typeof usePlotPointer>
  gestures: Omit<ChartGestures, 'shareAt'>
  children: ReactNode
}) {
  const place = useRef<HTMLDivElement>(null)
  useChartGestures(place, {
    ...gestures,
    shareAt: (clientX, { left, width: whole }) => {
      const { x, width } = pointer.readArea() ?? { x: 0, width: whole }
      return (clientX - left - x) / Math.max(1, width)
    },
  })
  return (
    <div
      ref={place}
      className="absolute inset-0"
      data-plot-drawing
      data-pointer-area
      onFocus={(event) => moveCrosshairToLast(event, pointer)}
      onKeyDownCapture={(event) => handleCrosshairKeys(event, pointer)}
    >
      {children}
    </div>
  )
}

/** Returns the texts that the chart shows for a stop of its crosshair, and adds the users' notes within this stop. */
function withNotes(
  reading: ChartTooltipContent,
  stop: CrosshairPosition | undefined,
  notes: readonly UserNote[],
): ChartTooltipContent {
  const own = stop ? filterNotes(notes, stop.from, stop.to) : []
  if (own.length === 0) return reading
  const words = own.map(({ text, writtenBy }) => `note: ${text} (${writtenBy})`)
  return { ...reading, notes: [...(reading.notes ?? []), ...words] }
}
