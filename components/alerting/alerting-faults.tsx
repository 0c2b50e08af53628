import type { AlertingStatus } from '#lib/alerting/api/index.ts'
import { useEndpointQuery } from '../data/index.ts'
import { PageLink } from '../links/page-link.tsx'
import { useSelectedPastMoment } from '../links/page-selection-provider.tsx'
import { StateSymbol } from '../ui/drawing/glyph.tsx'

/**
 * Banner with the failures of Peerwatch itself: alerting, notification channels and wall displays. Pages that show a
 * past time do not have the banner, because only the present state of alerting is known.
 */
export function AlertingFailureBanner() {
  const { data } = useEndpointQuery('alerting')
  if (useSelectedPastMoment() !== null || !data) return null
  const faults = faultsOf(data.data)
  if (faults.length === 0) return null
  return (
    <div role="alert" className="rounded-lg border-l-4 border-down-mark bg-down-soft px-4 py-2">
      {faults.map((fault) => (
        <p key={fault} className="flex items-center gap-2 text-sm wrap-anywhere">
          <StateSymbol tone="down" className="size-3 shrink-0" />
          {fault}
        </p>
      ))}
      <PageLink href="/settings?tab=notifications" className="link text-sm">
        Settings, Notifications
      </PageLink>
    </div>
  )
}

/**
 * Returns a line of text for each failure of Peerwatch itself. It covers the check whether alerts can be sent, the
 * notification channels, and the wall displays that stopped reporting.
 */
function faultsOf({ proof, channels, screens }: AlertingStatus): string[] {
  return [
    ...(proof.state === 'broken' ? [[proof.words, proof.error].filter(Boolean).join('. ')] : []),
    ...channels.map(({ name, error }) => `CHANNEL FAILS: ${name}${error === '' ? '' : `: ${error}`}`),
    ...screens.filter(({ silent }) => silent).map(({ name }) => `WALL SILENT: ${name}`),
  ]
}
