'use client'

import { PageHead } from '../ui/panel.tsx'
import { ControlSamples } from './control-samples.tsx'
import { MapSamples } from './map-samples.tsx'
import { StateSamples } from './state-samples.tsx'
import { TableSamples } from './table-samples.tsx'
import { TimeSamples } from './time-samples.tsx'
import { TokenSamples } from './token-samples.tsx'
import { ValueSamples } from './value-samples.tsx'
import { WaitingSamples } from './waiting-samples.tsx'

const themes = ['light', 'dark'] as const

/** Every component in every state, light beside dark. */
export function DesignPage() {
  return (
    <>
      <PageHead title="Design">Every component in every state. This page is not built into what is served.</PageHead>
      <div className="grid gap-4 xl:grid-cols-2">
        {themes.map((theme) => (
          <section
            key={theme}
            aria-label={`In ${theme}`}
            data-theme={theme}
            className="grid min-w-0 content-start gap-4 rounded-lg border bg-canvas p-4 text-ink"
          >
            <TokenSamples />
            <StateSamples />
            <ValueSamples />
            <TimeSamples />
            <ControlSamples theme={theme} />
            <WaitingSamples />
            <TableSamples theme={theme} />
            <MapSamples />
          </section>
        ))}
      </div>
    </>
  )
}
