import { clsx } from 'clsx'
import { seriesInk } from '../charts/series-ink.ts'
import { Panel } from '../ui/panel.tsx'
import { Sample } from './sample.tsx'

const grounds = ['bg-canvas', 'bg-surface', 'bg-sunken', 'bg-hover']
const marks = ['bg-up-mark', 'bg-degraded-mark', 'bg-down-mark', 'bg-off-mark', 'hatch']
const inks = ['text-ink', 'text-ink-2', 'text-ink-3', 'text-up', 'text-degraded', 'text-down']
const sizes = ['text-2xs', 'text-xs', 'text-sm', 'text-base', 'text-xl']

export function TokenSamples() {
  return (
    <Panel title="Tokens">
      <Sample name="grounds">
        {grounds.map((ground) => (
          <Swatch key={ground} className={ground} />
        ))}
      </Sample>
      <Sample name="marks, hatch">
        {marks.map((mark) => (
          <Swatch key={mark} className={mark} />
        ))}
      </Sample>
      <Sample name="inks">
        {inks.map((ink) => (
          <span key={ink} className={ink}>
            {ink.replace('text-', '')}
          </span>
        ))}
      </Sample>
      <Sample name="series">
        {[0, 1, 2, 3, 4, 5].map((index) => (
          <span key={index} className={clsx('font-semibold', seriesInk(index))}>
            {index + 1}
          </span>
        ))}
      </Sample>
      <Sample name="sizes">
        {sizes.map((size) => (
          <span key={size} className={size}>
            {size.replace('text-', '')}
          </span>
        ))}
        <span className="font-mono">10.0.4.12</span>
      </Sample>
    </Panel>
  )
}

function Swatch({ className }: { className: string }) {
  return (
    <span className="flex items-center gap-1.5 text-2xs text-ink-3">
      <span className={clsx('size-5 rounded-sm border border-line-strong', className)} />
      {className.replace('bg-', '')}
    </span>
  )
}
