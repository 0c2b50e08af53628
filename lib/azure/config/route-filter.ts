import { armObject } from './arm-object.ts'

/**
 * BGP communities of Exchange, SharePoint, Skype for Business and the other services of Microsoft 365: a circuit that asks for them has to be
 * Premium. @source ExpressRoute routing requirements, service to BGP community value
 */
const MICROSOFT_365: ReadonlySet<string> = new Set(['12076:5010', '12076:5020', '12076:5030', '12076:5100'])

/** Whether a route filter, as ARM prints it, lets routes of Microsoft 365 through. */
export function hasMicrosoft365(routeFilter: unknown): boolean {
  return armObject(routeFilter)
    .list('rules')
    .filter((rule) => rule.text('access')?.toLowerCase() !== 'deny')
    .some((rule) => rule.texts('communities').some((community) => MICROSOFT_365.has(community)))
}
