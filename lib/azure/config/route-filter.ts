import { isMicrosoft365Community } from '#lib/bgp/index.ts'
import { isKnownToApply } from '#lib/contract/index.ts'
import { armObject } from './arm-object.ts'

/**
 * Reports whether a route filter, as ARM returns it, allows routes of Microsoft 365; null = the filter is not known to
 * be in effect.
 */
export function hasMicrosoft365(routeFilter: unknown): boolean | null {
  const filter = armObject(routeFilter)
  if (!isKnownToApply({ provisioningState: filter.text('provisioningState') })) return null
  return filter
    .list('rules')
    .filter((rule) => rule.text('access')?.toLowerCase() !== 'deny')
    .some((rule) => rule.texts('communities').some(isMicrosoft365Community))
}
