'use client'

import { clsx } from 'clsx'
import TableIcon from 'lucide-react/icons/table-2'
import { type ReactNode, type RefObject, useDeferredValue, useEffect, useMemo, useRef, useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { useTypeScale } from '../use-type-scale.ts'
import { type Crosshair, PlotCrosshair } from './plot-crosshair.tsx'
import type { PlotFiles } from './plot-files.ts'
import { PlotSizeContext } from './plot-size.ts'
import { ReadingTable } from './reading-table.tsx'
import { SaveMenu } from './save-menu.tsx'
import { plotTheme } from './theme.ts'
import { useSize } from './use-size.ts'

/** How far below the screen something counts as near it. */
const MARGIN = '400px'

/** Whether an element has come near the viewport, or is to be printed; from then on true. */
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
 * The place of a chart with axes: its crosshair and tooltip, its table, and its files. It keeps its height from the start, and draws
 * what is in it when it comes near the viewport or is printed. The charting library is in the part that is loaded then (`lazyPlot`).
 * @param label what the chart shows, for screen readers
 * @param className height of the drawing with its axes
 * @param legend shown above the drawing
 * @param isTableShown from the start: for a chart of few stops
 */
export function PlotFrame({
  label,
  files,
  className,
  legend,
  isTableShown = false,
  children,
  ...crosshair
}: Crosshair & {
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
  const { inset } = plotTheme(scale)
  const given = useMemo(() => (isNear && size ? { ...size, scale } : null), [isNear, size, scale])
  // the library draws for tens of milliseconds: a hand, and each other chart that has got its data, comes in between
  const drawnSize = useDeferredValue(given)
  const drawn = useDeferredValue(children)
  const { stops, read } = crosshair
  return (
    <div ref={place} role="group" aria-label={label} data-plot>
      {legend}
      <div ref={surface} className={clsx('relative', className)}>
        {drawnSize && drawnSize.width > 0 && (
          <div className="pointer-events-none absolute inset-0" data-plot-drawing>
            <PlotSizeContext value={drawnSize}>{drawn}</PlotSizeContext>
          </div>
        )}
        <PlotCrosshair
          label={label}
          inset={inset}
          width={(size?.width ?? 0) - inset.left - inset.right}
          {...crosshair}
        />
      </div>
      <div className="mt-1 flex justify-end gap-1.5 print:hidden">
        <Button variant="quiet" aria-expanded={isTable} onClick={() => setTable(!isTable)}>
          <TableIcon aria-hidden />
          Table
        </Button>
        <SaveMenu
          label={label}
          files={files}
          drawing={() => surface.current?.querySelector<SVGSVGElement>('svg.recharts-surface') ?? null}
        />
      </div>
      {isTable && <ReadingTable label={label} readings={stops.map((_, index) => read(index))} />}
    </div>
  )
}
