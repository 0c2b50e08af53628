'use client'

import { Panel } from '../ui/panel.tsx'
import { UptimeDaysChart } from './uptime-bars.tsx'
import { UptimeLengthChoice } from './uptime-length.tsx'
import { useUptime } from './use-uptime.ts'

/** The last days of a circuit or gateway on its page. */
export function UptimePanel({ id, name }: { id: string; name: string }) {
  const { length, of } = useUptime(id)
  const days = of(id)
  return (
    <Panel id="uptime" title="Uptime" note={`the last ${length} days, UTC`} aside={<UptimeLengthChoice />}>
      {/* as high as the bars and their line, of which a phone needs up to three, whatever is known */}
      <div className="min-h-[3.525rem] max-sm:min-h-[5.825rem]">
        {days === 'loading' ? (
          <div className="skeleton h-[3.525rem] max-sm:h-[5.825rem]" />
        ) : days === 'failed' ? (
          <p className="text-sm text-ink-2">The days could not be read.</p>
        ) : days === null ? (
          <p className="text-sm text-ink-2">
            No days: its sessions are not reported by Azure, or others share it, so that it is not seen whole.
          </p>
        ) : (
          <UptimeDaysChart name={name} days={days} />
        )}
      </div>
    </Panel>
  )
}
