import { PageLink } from '../links/page-link.tsx'
import { routesHref } from './route-views.ts'

/**
 * Leads to what a gateway advertises to one of its neighbors. Azure has such a table for each.
 * @param isInItsRow the neighbor stands beside it
 */
export function AdvertisedLink({
  gateway,
  neighbor,
  isInItsRow = false,
}: {
  gateway: string
  neighbor: string
  isInItsRow?: boolean
}) {
  return (
    <PageLink
      href={routesHref('table', { scope: gateway, table: 'advertised', neighbor })}
      aria-label={isInItsRow ? `Routes sent to ${neighbor}` : undefined}
      className="link flex min-h-6 w-fit items-center text-xs"
    >
      {isInItsRow ? 'Routes sent' : `Routes sent to ${neighbor}`}
    </PageLink>
  )
}
