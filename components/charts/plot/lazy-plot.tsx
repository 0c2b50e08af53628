import RefreshIcon from 'lucide-react/icons/refresh-cw'
import { type ComponentType, startTransition, useEffect, useState } from 'react'
import { IdleQueue } from '../../data/idle-queue.ts'
import { Button } from '../../ui/button.tsx'

/** Queue in which the charts of a page are drawn, each in a separate task. */
export const chartDrawingQueue = new IdleQueue()

/**
 * Returns a chart component whose code is loaded when it is first rendered. If loading fails, the user can retry. The
 * frame around the chart offers a table and a CSV file even if the code is not loaded.
 * @param load imports the chart's module; it must import the same module each time
 */
export function createLazyPlot<Props extends object>(
  load: () => Promise<{ default: ComponentType<Props> }>,
): ComponentType<Props> {
  let loaded: ComponentType<Props> | null = null
  return function LazyPlot(props: Props) {
    const [, setLoaded] = useState(loaded !== null)
    const [isFailed, setFailed] = useState(false)
    useEffect(() => {
      if (isFailed) return
      if (loaded) {
        // Another chart with the same code may have loaded it after this component was rendered and before this effect
        // runs.
        startTransition(() => setLoaded(true))
        return
      }
      let isGone = false
      load().then(
        (module) => {
          loaded = module.default
          // charts are drawn one after another, because several charts in one task would block the page
          if (!isGone) chartDrawingQueue.ask(() => startTransition(() => setLoaded(true)))
        },
        () => {
          if (!isGone) setFailed(true)
        },
      )
      return () => {
        isGone = true
      }
    }, [isFailed])
    const Plot = loaded
    if (Plot) return <Plot {...props} />
    if (!isFailed) return <div className="skeleton absolute inset-0" />
    return (
      <div
        role="alert"
        className="absolute inset-0 z-10 grid place-content-center justify-items-center gap-2 text-ink-2"
      >
        The chart could not be loaded.
        <Button className="pointer-events-auto" onClick={() => setFailed(false)}>
          <RefreshIcon aria-hidden />
          Retry
        </Button>
      </div>
    )
  }
}
