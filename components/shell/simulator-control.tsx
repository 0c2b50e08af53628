import ChevronDownIcon from 'lucide-react/icons/chevron-down'
import ChevronUpIcon from 'lucide-react/icons/chevron-up'
import { useState } from 'react'
import { StateSymbol } from '../ui/drawing/glyph.tsx'
import { createLazyComponent } from '../ui/lazy-part.tsx'

const SimulatorPanel = createLazyComponent(() => import('./simulator-panel.tsx').then((part) => part.SimulatorPanel))

/**
 * Button and panel to cause faults in the simulated Azure resources. It sends its requests to the simulator's own port
 * and not to Peerwatch's API.
 */
export function SimulatorControl({ url }: { url: string }) {
  const [open, setOpen] = useState(false)
  const [wasOpen, setWasOpen] = useState(false)
  return (
    <section aria-label="Simulated estate" className="sm:relative sm:mr-1.5">
      <button
        type="button"
        aria-expanded={open}
        title="Demo: a simulated Azure, with faults of its own. Open it to cause one."
        aria-controls="simulator-control"
        onClick={() => {
          setOpen(!open)
          setWasOpen(true)
        }}
        className="flex h-7 items-center gap-1.5 rounded-md px-1.5 text-xs whitespace-nowrap hover:bg-hover sm:border sm:px-2"
      >
        <StateSymbol tone="notice" />
        <span className="font-semibold max-md:sr-only">Simulated estate</span>
        {open ? (
          <ChevronUpIcon aria-hidden className="size-3.5 max-sm:hidden" />
        ) : (
          <ChevronDownIcon aria-hidden className="size-3.5 max-sm:hidden" />
        )}
      </button>
      <div
        id="simulator-control"
        hidden={!open}
        className="absolute inset-x-3 top-full z-20 mt-1.5 rounded-lg border border-line-strong bg-surface p-3 shadow-lg sm:right-0 sm:left-auto sm:w-76"
      >
        {wasOpen && <SimulatorPanel url={url} open={open} />}
      </div>
    </section>
  )
}
