import WrenchIcon from 'lucide-react/icons/wrench'
import { DeclaredWindowTime } from '../declarations/window-time.tsx'
import { useEndpointQuery } from '../data/index.ts'
import { PageLink } from '../links/page-link.tsx'
import { useSelectedPastMoment } from '../links/page-selection-provider.tsx'
import { useNow } from '../ui/times/page-clock.tsx'
import { formatMaintenanceOrigin } from './window-text.ts'

const SOON_MS = 24 * 3_600_000

/** Notice about the maintenance windows of a resource, from any source, that are in progress or begin within a day. */
export function CurrentMaintenanceNotice({ scope }: { scope: string }) {
  const now = useNow()
  const at = useSelectedPastMoment()
  const windows = (useEndpointQuery('maintenance', at === null ? {} : { from: at }).data?.data ?? []).filter(
    ({ scopes, from, to, effect }) =>
      effect === 'expected' &&
      (scopes.length === 0 || scopes.includes(scope)) &&
      Date.parse(to) >= now &&
      Date.parse(from) <= now + SOON_MS,
  )
  return windows.map((window) => (
    <section
      key={window.id}
      aria-label={`Maintenance: ${window.title}`}
      className="flex flex-wrap items-center gap-x-4 gap-y-1 px-3.5 py-2 text-xs"
    >
      <p className="flex items-center gap-2 text-sm font-medium">
        <WrenchIcon aria-hidden className="size-4 text-ink-3" />
        {window.title}
      </p>
      <p className="text-ink-2">{window.paths.length > 0 ? `${window.paths.join(' and ')} path` : 'both paths'}</p>
      <p className="text-ink-2">{formatMaintenanceOrigin(window)}</p>
      <DeclaredWindowTime window={window} />
      <PageLink href="/settings/maintenance" className="link ml-auto text-ink-2">
        All maintenance
      </PageLink>
    </section>
  ))
}
