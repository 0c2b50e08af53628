import { isMicrosoft365Community } from '#lib/bgp/index.ts'
import { armObject } from './arm-object.ts'

/** Whether a route filter, as ARM prints it, lets routes of Microsoft 365 through. */
export function hasMicrosoft365(routeFilter: unknown): boolean {
  return armObject(routeFilter)
    .list('rules')
    .filter((rule) => rule.text('access')?.toLowerCase() !== 'deny')
    .some((rule) => rule.texts('communities').some(isMicrosoft365Community))
}
