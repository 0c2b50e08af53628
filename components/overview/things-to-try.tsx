import CloseIcon from 'lucide-react/icons/x'
import { useContext } from 'react'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { useEndpointQuery } from '../data/index.ts'
import { getLastNightMoment } from '../format/last-night.ts'
import { PageLink } from '../links/page-link.tsx'
import { useSelectedPastMoment, useIsSnapshotPage } from '../links/page-selection-provider.tsx'
import { ScreenFrameDataContext } from '../shell/visitor.tsx'
import { IconButton } from '../ui/button.tsx'
import { usePreferences } from '../ui/preferences.tsx'
import { useRealNow } from '../ui/times/page-clock.tsx'
import { listThingsToTry } from './try-items.ts'

/**
 * Three things to try for users of the demo or of a new estate, until they dismiss them. The server already renders
 * them, because it knows from a cookie whether the user dismissed them. The layout therefore does not shift.
 */
export function ThingsToTry() {
  const { isSimulated } = useContext(ScreenFrameDataContext)
  const { isTryDismissed, dismissTry } = usePreferences()
  const isPast = useSelectedPastMoment() !== null
  const isFrozen = useIsSnapshotPage()
  const circuits = useEndpointQuery('circuits').data?.data
  const declared = useEndpointQuery('declarations').data?.data
  const overview = useEndpointQuery('overview').data?.data
  const night = new Date(getLastNightMoment(useRealNow(MS_PER_MINUTE))).toISOString()
  if (isTryDismissed || isPast || isFrozen || !circuits || !declared || !overview) return null
  const items = listThingsToTry(isSimulated, circuits, declared.sites.length > 0, night, overview.incidents.open)
  if (items.length === 0) return null
  return (
    <nav
      aria-label="Things to try"
      className="flex items-start gap-x-3 rounded-lg border border-line-strong px-3.5 py-1.5 print:hidden"
    >
      <ul className="flex min-w-0 flex-1 flex-wrap items-center gap-x-5">
        <li className="font-semibold max-sm:w-full">Try:</li>
        {items.map(({ text, href }) => (
          <li key={text} className="min-w-0 wrap-anywhere">
            {href === null ? (
              <button type="button" className="link min-h-7 text-left" onClick={openSimulatorControl}>
                {text}
              </button>
            ) : (
              <PageLink href={href} className="link inline-flex min-h-7 items-center">
                {text}
              </PageLink>
            )}
          </li>
        ))}
      </ul>
      <IconButton label="Dismiss the things to try" onClick={dismissTry}>
        <CloseIcon aria-hidden />
      </IconButton>
    </nav>
  )
}

/** Opens the control panel of the simulated Azure, whose button is in the top bar. */
function openSimulatorControl() {
  const control = document.querySelector<HTMLElement>('[aria-controls="simulator-control"]')
  if (control?.getAttribute('aria-expanded') === 'false') control.click()
  control?.focus()
}
