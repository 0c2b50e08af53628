import { clsx } from 'clsx'
import TableIcon from 'lucide-react/icons/table-2'
import { type ReactNode, type RefObject, useDeferredValue, useEffect, useMemo, useRef, useState } from 'react'
import type { Note } from '#lib/incidents/api/index.ts'
import { ChartFoot } from '../../notes/note-list.tsx'
import { formatNotesCsv, filterNotes } from '../../notes/note-words.ts'
import { NoteHere, useNotes } from '../../notes/notes.tsx'
import { Button } from '../../ui/button.tsx'
import { useTypeScale } from '../use-type-scale.ts'
import type { PlotFiles } from './plot-files.ts'
import type { PlotReading, PlotStop } from './plot-model.ts'
import {
  moveCrosshairToLast,
  handlePointerKeys,
  PlotPointerContext,
  type CrosshairStops,
  usePointer,
} from './plot-pointer.tsx'
import { PlotSizeContext } from './plot-space.ts'
import { ReadingTable } from './reading-table.tsx'
import { SaveMenu } from './save-menu.tsx'
import { createPlotTheme } from './theme.ts'
import { useSize } from './use-size.ts'

/** Distance from the viewport within which an element counts as near. */
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
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) setNear(true)
      },
      { rootMargin: MARGIN },
    )
    observer.observe(element)
    const onPrint = () => setNear(true)
    window.addEventListener('beforeprint', onPrint)
    return () => {
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
 * @param legend content above the drawing
 * @param isTableShown whether the table is open from the start, for a chart with few points
 */
export function PlotFrame({
  label,
  files,
  className,
  legend,
  isTableShown = false,
  children,
  ...plot
}: CrosshairStops & {
  label: string
  files: PlotFiles
  className: string
  legend?: ReactNode
  isTableShown?: boolean
  children: ReactNode
}) {
  const [place, isNear] = useNearViewport<HTMLDivElement>()
  const [surface, size] = useSize<HTMLDivElement>()
  const [isTable, setTable] = useState(isTableShown)
  const scale = useTypeScale()
  const { inset } = createPlotTheme(scale)
  const given = useMemo(() => (isNear && size ? { ...size, scale } : null), [isNear, size, scale])
  // Drawing a chart can take tens of milliseconds, so it is deferred. The browser first handles user input and other
  // charts that received data.
  const drawnSize = useDeferredValue(given)
  const drawn = useDeferredValue(children)
  const { stops, domain, onBrush } = plot
  const [index, setPressed] = useState<number | null>(null)
  const notes = useNotes()
  // only charts over time have `onBrush`, and only they show notes
  const noted = onBrush && notes ? notes.notes : []
  const read = (index: number) => withNotes(plot.read(index), stops[index], noted)
  const pick = plot.onPick ?? (onBrush && notes ? setPressed : undefined)
  const pointer = usePointer({ ...plot, label, read, onPick: pick })
  const stop = index === null ? undefined : stops[index]
  const pressed = stop && (stop.from + stop.to) / 2
  const share = ((pressed ?? 0) - domain[0]) / Math.max(1, domain[1] - domain[0])
  return (
    <div ref={place} role="group" aria-label={label} data-plot>
      {legend}
      <div ref={surface} className={clsx('relative', className)}>
        {drawnSize && drawnSize.width > 0 && (
          <div
            className="absolute inset-0"
            data-plot-drawing
            onFocus={(event) => moveCrosshairToLast(event, pointer)}
            onKeyDownCapture={(event) => handlePointerKeys(event, pointer)}
          >
            <PlotSizeContext value={drawnSize}>
              <PlotPointerContext value={pointer}>{drawn}</PlotPointerContext>
            </PlotSizeContext>
          </div>
        )}
        {pressed !== undefined && (
          <NoteHere
            at={pressed}
            style={{
              bottom: inset.bottom + 4,
              left: `calc(${inset.left}px + ${share} * (100% - ${inset.left + inset.right}px))`,
            }}
            onDone={() => setPressed(null)}
          />
        )}
      </div>
      <ChartFoot time={onBrush ? domain : null}>
        <Button variant="quiet" aria-expanded={isTable} onClick={() => setTable(!isTable)}>
          <TableIcon aria-hidden />
          Table
        </Button>
        <SaveMenu
          label={label}
          files={{ ...files, csv: () => files.csv() + formatNotesCsv(filterNotes(noted, ...domain)) }}
          drawing={() => surface.current?.querySelector<SVGSVGElement>('svg[data-chart]') ?? null}
        />
      </ChartFoot>
      {isTable && <ReadingTable label={label} readings={stops.map((_, index) => read(index))} />}
    </div>
  )
}

/**
 * Adds the users' notes within a stop (a column or a moment of the x axis) to the texts that the chart shows for this
 * stop.
 */
function withNotes(reading: PlotReading, stop: PlotStop | undefined, notes: readonly Note[]): PlotReading {
  const own = stop ? filterNotes(notes, stop.from, stop.to) : []
  if (own.length === 0) return reading
  const words = own.map(({ text, writtenBy }) => `note: ${text} (${writtenBy})`)
  return { ...reading, notes: [...(reading.notes ?? []), ...words] }
}
