import { CurrentStateSection } from './resource-frame.tsx'
import { useSelectedPastMoment } from '../links/page-selection-provider.tsx'
import { UptimeDaysChart } from '../uptime/uptime-bars.tsx'
import { UptimeDayCountChoice } from '../uptime/uptime-day-count-choice.tsx'
import { useUptime } from '../uptime/use-uptime.ts'

/**
 * Section with the uptime of a resource on each of the last days; renders nothing if Azure reports no session of the
 * resource, or if the page shows the past.
 */
export function CurrentUptime({ id, name }: { id: string; name: string }) {
  const uptime = useUptime(id).of(id)
  // the days are the last days up to now, so they are not shown when the page shows a past time
  if (useSelectedPastMoment() !== null || uptime === null) return null
  return (
    <CurrentStateSection title="Uptime by day (UTC)" aside={<UptimeDayCountChoice />}>
      {/* the height is fixed, so that the content below does not move when the days are loaded */}
      <div className="min-h-[5.85rem]">
        {uptime === 'loading' ? (
          <div className="skeleton h-[5.85rem]" />
        ) : uptime === 'failed' ? (
          <p className="text-xs text-ink-2">The days could not be read.</p>
        ) : (
          <UptimeDaysChart name={name} uptime={uptime} />
        )}
      </div>
    </CurrentStateSection>
  )
}
