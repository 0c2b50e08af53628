/** What can be polled of a source. */
export const pollKinds = [
  'peers',
  'summary',
  'arp',
  'stats',
  'learned',
  'advertised',
  'tables',
  'effective',
  'connection',
  'inventory',
  'metrics',
  'activity',
  'probe',
] as const
export type PollKind = (typeof pollKinds)[number]

/** Kinds of polls that read the routes by which Azure forwards: routes that gateways learned, and tables of circuits' paths and hubs. */
export const forwardingTables = ['learned', 'tables'] as const satisfies readonly PollKind[]
export type ForwardingTable = (typeof forwardingTables)[number]
export const isForwardingTable = (kind: string): kind is ForwardingTable => kind === 'learned' || kind === 'tables'

/**
 * How a poll ended. Only `ok` is readable as absence; `incomplete` holds rows that are true, but what it
 * lacks is not thereby gone. Everything else says nothing at all about the network. `throttled` is a budget
 * of Azure's that is used up; `locked` is another operation on the resource, which says nothing of any budget. `paused` is no failure either: nobody
 * polled, because an operator paused it. `clock` was answered, but dated by a clock that differs from the database's: nothing of it is recorded, as if
 * nobody had polled.
 */
export const outcomes = [
  'ok',
  'unauthorized',
  'forbidden',
  'not_found',
  'throttled',
  'locked',
  'unavailable',
  'timeout',
  'malformed',
  'incomplete',
  'superseded',
  'clock',
  'not_polled',
  'paused',
] as const
export type Outcome = (typeof outcomes)[number]

/** The two physical paths of an ExpressRoute circuit, by Azure's names. */
export const circuitPaths = ['primary', 'secondary'] as const
export type CircuitPath = (typeof circuitPaths)[number]

export const peeringNames = ['AzurePrivatePeering', 'MicrosoftPeering', 'AzurePublicPeering'] as const

export const peeringTypes = ['private', 'microsoft', 'public'] as const
export type PeeringType = (typeof peeringTypes)[number]

/** The kind of a peering by its ARM name, in any case; null = of none that is known, or none is named. */
export function peeringKind(name: string | null): PeeringType | null {
  switch (name?.toLowerCase()) {
    case 'azureprivatepeering':
      return 'private'
    case 'microsoftpeering':
      return 'microsoft'
    case 'azurepublicpeering':
      return 'public'
    default:
      return null
  }
}

/** Kinds that show the current state of a resource, the most conclusive first: these are polled faster in a burst. */
export const momentKinds = [
  'peers',
  'summary',
  'learned',
  'stats',
  'arp',
  'tables',
  'connection',
] as const satisfies readonly PollKind[]
