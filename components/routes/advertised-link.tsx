import { PageLink } from '../links/page-link.tsx'
import { buildRoutesHref } from './route-views.ts'

/**
 * Link to the routes that a gateway advertises to one of its neighbors. The link names the neighbor, because Azure has
 * a separate table of advertised routes for each neighbor.
 */
export function AdvertisedLink({ gateway, neighbor }: { gateway: string; neighbor: string }) {
  return (
    <PageLink
      href={buildRoutesHref('table', { scope: gateway, table: 'advertised', neighbor })}
      className="link flex min-h-6 w-fit items-center text-xs"
    >
      {`Routes sent to ${neighbor}`}
    </PageLink>
  )
}
