import { isMicrosoft365Community } from '#lib/bgp/index.ts'
import { isConfigKnownEffective } from '#lib/contract/index.ts'
import { createArmObject } from './arm-object.ts'

/**
 * Reports whether a route filter allows routes of Microsoft 365; null = it is unknown whether the filter has effect,
 * because its last change did not succeed.
 * @param routeFilter as ARM returns it
 */
export function hasMicrosoft365(routeFilter: unknown): boolean | null {
  const filter = createArmObject(routeFilter)
  if (!isConfigKnownEffective({ provisioningState: filter.text('provisioningState') })) return null
  return filter
    .list('rules')
    .filter((rule) => rule.text('access')?.toLowerCase() !== 'deny')
    .some((rule) => rule.texts('communities').some(isMicrosoft365Community))
}
