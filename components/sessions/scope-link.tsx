import type { BgpSession } from '#lib/sessions/api/index.ts'
import { formatShortCircuitPathName } from '#lib/contract/words/path-text.ts'
import { PageLink } from '../links/page-link.tsx'

/** Link to the gateway or circuit that a session belongs to. */
export function SessionResourceLink({ session: { scope, scopeName, peering, path } }: { session: BgpSession }) {
  return (
    <span>
      <PageLink
        href={path === null ? `/gateways/${scope}` : `/circuits/${scope}`}
        className="link font-medium in-[td]:whitespace-nowrap"
      >
        {scopeName}
      </PageLink>
      {path && <span className="text-ink-3 in-[td]:text-xs"> {formatShortCircuitPathName(peering, path)}</span>}
    </span>
  )
}
