import type { Alerting } from '#lib/alerting/api/index.ts'
import { useEndpoint } from '../data/index.ts'
import { PageLink } from '../links/page-link.tsx'
import { useAsOf } from '../links/range-search.tsx'
import { Glyph } from '../ui/drawing/glyph.tsx'

/**
 * Line that states whether alerting was verified, that is, whether alerts can be sent. If alerting, a notification
 * channel or a wall display fails, a banner with the failures replaces it.
 */
export function AlertingLine() {
  const { data } = useEndpoint('alerting')
  // the present state of alerting is irrelevant on a page that shows the past
  if (useAsOf() !== null || !data) return null
  const faults = faultsOf(data.data)
  const { proof } = data.data
  if (faults.length === 0 && !proof.isReceived) return <AlertingUnreceived words={proof.words} />
  if (faults.length === 0) return proof.state === 'off' ? null : <p className="text-xs text-ink-2">{proof.words}</p>
  return (
    <div role="alert" className="rounded-lg border-l-4 border-down-mark bg-down-soft px-4 py-2">
      {faults.map((fault) => (
        <p key={fault} className="flex items-center gap-2 text-sm wrap-anywhere">
          <Glyph tone="down" className="size-3 shrink-0" />
          {fault}
        </p>
      ))}
      <PageLink href="/settings?tab=notifications" className="link text-sm">
        Settings, Notifications
      </PageLink>
    </div>
  )
}

/** Warning that no channel receives incidents, with a link to the settings of channels. */
const AlertingUnreceived = ({ words }: { words: string }) => (
  <p className="text-xs">
    <PageLink href="/settings?tab=notifications" className="link">
      {words}
    </PageLink>
  </p>
)

/**
 * Returns a line of text for each failure of Peerwatch itself: the alerting check, notification channels, and wall
 * displays that stopped reporting.
 */
function faultsOf({ proof, channels, screens }: Alerting): string[] {
  return [
    ...(proof.state === 'broken' ? [[proof.words, proof.error].filter(Boolean).join('. ')] : []),
    ...channels.map(({ name, error }) => `CHANNEL FAILS: ${name}${error === '' ? '' : `: ${error}`}`),
    ...screens.filter(({ silent }) => silent).map(({ name }) => `WALL SILENT: ${name}`),
  ]
}
