import { Present } from './resource-frame.tsx'
import { useAsOf } from '../links/range-search.tsx'
import { UptimeDaysChart } from '../uptime/uptime-bars.tsx'
import { UptimeLengthChoice } from '../uptime/uptime-length.tsx'
import { useUptime } from '../uptime/use-uptime.ts'

/** The last days of a resource on its page; nothing where Azure reports none of its sessions. */
export function UptimePresent({ id, name }: { id: string; name: string }) {
  const days = useUptime(id).of(id)
  // they are the days until now
  if (useAsOf() !== null || days === null) return null
  return (
    <Present title="Uptime by day (UTC)" aside={<UptimeLengthChoice />}>
      {/* as high as the bars and their two lines, whatever is known */}
      <div className="min-h-[4.7rem]">
        {days === 'loading' ? (
          <div className="skeleton h-[4.7rem]" />
        ) : days === 'failed' ? (
          <p className="text-xs text-ink-2">The days could not be read.</p>
        ) : (
          <UptimeDaysChart name={name} days={days} />
        )}
      </div>
    </Present>
  )
}
