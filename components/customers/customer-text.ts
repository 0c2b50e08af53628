import type { Customer } from '#lib/customers/api/index.ts'
import { formatCountWithPlural } from '../format/quantity.ts'
import type { StatusText } from '../ui/status.tsx'

/**
 * Display names of the two models by which a Cloud Solution Provider connects customers to ExpressRoute: through the
 * provider's circuit, or to a circuit of the customer.
 */
export const connectionModelLabels = { through: 'connect-through', to: 'connect-to' } as const

/**
 * Returns a status for all sessions of a customer: the number of sessions that are down, otherwise the number that are
 * unknown, otherwise "all up". Returns null if the customer has no such sessions.
 */
export function getSessionsStatus({ sessions: { up, down, unknown } }: Pick<Customer, 'sessions'>): StatusText | null {
  if (down > 0) return { tone: 'down', word: `${formatCountWithPlural(down, 'SESSION', 'SESSIONS')} DOWN` }
  if (unknown > 0) return { tone: 'unknown', word: `${formatCountWithPlural(unknown, 'SESSION', 'SESSIONS')} UNKNOWN` }
  return up > 0 ? { tone: 'up', word: 'ALL SESSIONS UP' } : null
}

/** Query parameters for at most 100 open incidents. */
export const OPEN_INCIDENTS_QUERY = { state: 'open', limit: 100 } as const
