import { circuitPathFields, resourceRefFields } from './azure-resource.ts'
import { z } from 'zod'
import { boundsCodec } from './codecs.ts'
import { azCommandField } from './envelope.ts'
import { routePollKinds } from '../poll.ts'

/**
 * Sort keys of a list of routes. `scope` sorts by the name of the resource that has the route, `asPath` by the length
 * of the AS path as BGP counts it.
 */
export const routeSorts = [
  'prefix',
  'scope',
  'table',
  'instance',
  'peer',
  'nextHop',
  'origin',
  'asPath',
  'weight',
  'localPref',
  'since',
] as const
export type RouteSort = (typeof routeSorts)[number]

/**
 * Text form of an AS path with its sets and confederations, for example `65001 {65010,65011}`. It is sent in addition
 * to `asPath`, which is a plain list of ASNs.
 */
export const asPathTextSchema = z
  .string()
  .optional()
  .describe(
    'AS path with its sets `{65010,65011}` (length 1) and confederations `(65001 65002)`, `[65001,65002]` (length 0); absent if it has none, so that `asPath` is complete',
  )

/** Attributes by which two routes to the same prefix can differ. */
export const comparedRouteAttributes = {
  nextHop: z.string().nullable(),
  asPath: z.array(z.number()),
  asPathText: asPathTextSchema,
  origin: z.string().nullable(),
  weight: z.number().nullable(),
  localPref: z.number().nullable(),
}

/**
 * Route in a route table at a moment. `peer` is ARM's sourcePeer. `path` is set only for routes in the table of a
 * circuit's path.
 */
export const apiRouteTableEntrySchema = z.object({
  ...resourceRefFields,
  table: z.enum(routePollKinds),
  instance: z.string().nullable(),
  prefix: z.string(),
  ...comparedRouteAttributes,
  peer: z.string().nullable(),
  neighbor: z
    .string()
    .nullable()
    .describe(
      'for an advertised route: BGP neighbor that receives it; null in other tables, and for a peer of a Route Server, whose own id is the scope',
    ),
  source: z
    .string()
    .nullable()
    .describe(
      'for an effective route of a network interface: source of the route in ARM, Default, User or VirtualNetworkGateway',
    ),
  state: z
    .string()
    .nullable()
    .describe(
      'for an effective route of a network interface: state in ARM, Active, or Invalid if another route of the prefix has priority',
    ),
  ...circuitPathFields,
  since: boundsCodec.describe('bounds of the time since which the route is unchanged'),
  known: z.enum(['observed', 'indeterminate']),
  azCommand: azCommandField.optional(),
})
export type ApiRouteTableEntry = z.infer<typeof apiRouteTableEntrySchema>
