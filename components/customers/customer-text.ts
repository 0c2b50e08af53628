import type { Customer } from '#lib/customers/api/index.ts'
import { plural } from '../format/quantity.ts'
import type { StatusText } from '../ui/status.tsx'

/** Names of the ways in which a Cloud Solution Provider connects a customer. */
export const connectLabels = { through: 'connect-through', to: 'connect-to' } as const

/** Returns the worst state of the customer's sessions; null = no session counts. */
export function sessionsStatus({ sessions: { up, down, unknown } }: Pick<Customer, 'sessions'>): StatusText | null {
  if (down > 0) return { tone: 'down', word: `${plural(down, 'SESSION', 'SESSIONS')} DOWN` }
  if (unknown > 0) return { tone: 'unknown', word: `${plural(unknown, 'SESSION', 'SESSIONS')} UNKNOWN` }
  return up > 0 ? { tone: 'up', word: 'ALL SESSIONS UP' } : null
}

/** Query for open incidents, with the maximum size of a page. */
export const OPEN_INCIDENTS = { state: 'open', limit: 100 } as const

/** Returns the address of a customer's report. */
export const customerHref = (name: string): string => `/customers/${encodeURIComponent(name)}`
