import ClockIcon from 'lucide-react/icons/clock'
import { clsx } from 'clsx'
import { usePathname } from 'next/navigation'
import { findDefaultRangeLength } from '../../links/past-pages.ts'
import { parseTimeRangeParameters } from '../../time/time-range.ts'
import { usePageTime } from '../../time/use-page-time.ts'
import { usePageDefaultRange } from '../../time/default-range.tsx'
import { PopoverWithButton } from '../../ui/overlay/lazy-overlays.tsx'
import { useZone } from '../../ui/preferences.tsx'
import { useRealNow } from '../../ui/times/page-clock.tsx'
import { formatPageTime } from './page-time-text.ts'
import { createLazyComponent } from '../../ui/lazy-part.tsx'

const PageTimePanel = createLazyComponent(
  () => import('./page-time-panel.tsx').then((part) => part.PageTimePanel),
  <div className="h-76" />,
)

/**
 * Button in the top bar that shows the page time (now, a time or a range), which all pages share. It opens a panel to
 * change it.
 */
export function PageTimeControl({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  const clock = usePageTime()
  const zone = useZone()
  const now = useRealNow(60_000)
  const usual = findDefaultRangeLength(usePathname())
  const { isIncident } = usePageDefaultRange()
  const range =
    clock.isChosen || usual === null ? null : parseTimeRangeParameters({ from: usual, to: null }, usual, now)
  const isOfIncident = !clock.isChosen && isIncident
  const words = isOfIncident ? 'Now · incident' : formatPageTime(clock, clock.isChosen ? clock.range : range, zone, now)
  return (
    <PopoverWithButton
      open={open}
      onOpenChange={onOpenChange}
      label="Clock"
      className="w-[min(22rem,calc(100vw-1rem))]"
      trigger={
        <button
          type="button"
          aria-label={`Clock: ${words}`}
          aria-keyshortcuts="."
          title="Choose a moment or a range (.)"
          className={clsx(
            'flex h-7 min-w-0 items-center gap-1.5 rounded-md border px-2 text-xs font-medium whitespace-nowrap',
            clock.at === null
              ? 'border-line-strong bg-surface text-ink hover:bg-hover'
              : 'border-past bg-past text-past-ink hover:opacity-90',
          )}
          suppressHydrationWarning
        >
          <ClockIcon aria-hidden className="size-3.5 shrink-0" />
          <span className="min-w-[4.75rem] truncate text-left max-sm:max-w-32 max-sm:min-w-0">
            {isOfIncident ? (
              <>
                Now<span className="max-sm:hidden"> · incident</span>
              </>
            ) : (
              words
            )}
          </span>
        </button>
      }
    >
      <PageTimePanel onDone={() => onOpenChange(false)} />
    </PopoverWithButton>
  )
}
