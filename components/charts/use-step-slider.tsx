import { type KeyboardEvent, type PointerEvent, type ReactNode, useState } from 'react'
import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'
import { PointerReading } from './pointer-reading.tsx'
import type { ChartTooltipContent } from './plot/plot-model.ts'

/** Keys that select another step, with the function that returns the new index. */
const keys: Record<string, (at: number, count: number) => number> = createSafeLookupTable({
  ArrowLeft: (at) => at - 1,
  ArrowRight: (at) => at + 1,
  PageUp: (at) => at - 7,
  PageDown: (at) => at + 7,
  Home: () => 0,
  End: (_, count) => count - 1,
})

/**
 * Lets the user select a step of a small picture (for example a day, or half an hour) by pointer or keys. Returns the
 * index of the selected step (null = none), the tooltip of this step, and the properties that make an element a slider
 * over the steps.
 * @param count number of steps of equal width
 * @param read returns the content of the tooltip of a step
 */
export function useChartStepSlider(count: number, read: (index: number) => ChartTooltipContent) {
  const last = count - 1
  const [selected, setSelected] = useState<{ index: number; x: number; y: number } | null>(null)
  const index = selected && Math.min(selected.index, last)
  const leave = () => setSelected(null)
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const step = keys[event.key]
    if (!step) {
      if (event.key === 'Escape') leave()
      return
    }
    event.preventDefault()
    const from = index ?? last + (event.key === 'ArrowLeft' ? 1 : 0)
    const next = Math.max(0, Math.min(last, step(from, count)))
    const { width, height } = event.currentTarget.getBoundingClientRect()
    setSelected({ index: next, x: ((next + 0.5) / count) * width, y: height })
  }
  const onPointerMove = ({ currentTarget, clientX, clientY }: PointerEvent<HTMLElement>) => {
    const { left, top, width } = currentTarget.getBoundingClientRect()
    const at = Math.floor(((clientX - left) / width) * count)
    setSelected({ index: Math.max(0, Math.min(last, at)), x: clientX - left, y: clientY - top })
  }
  const note: ReactNode = selected !== null && index !== null && count > 0 && (
    <PointerReading reading={read(index)} at={selected} />
  )
  return {
    index,
    note,
    /** properties of an element that shows the tooltip at the pointer */
    pointer: { onPointerMove, onPointerLeave: leave, 'data-pointer-area': true },
    /** further properties of an element that can also be reached by keyboard */
    slider: {
      role: 'slider',
      tabIndex: 0,
      'aria-valuemin': 1,
      'aria-valuemax': count,
      'aria-valuenow': (index ?? last) + 1,
      onKeyDown,
      onBlur: leave,
    },
  } as const
}
