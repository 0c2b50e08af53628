import { ofCircuit, ofResource } from './azure-resource.ts'
import { z } from 'zod'
import { bounds } from './codecs.ts'
import { azCommandField } from './envelope.ts'
import { routeKinds } from '../poll.ts'

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
export const asPathText = z
  .string()
  .optional()
  .describe(
    'the AS path with its sets `{65010,65011}` (of the length 1) and confederations `(65001 65002)`, `[65001,65002]` (of the length 0); absent where it has none and `asPath` is the whole',
  )

/** Attributes by which two routes to the same prefix can differ. */
export const pathAttributes = {
  nextHop: z.string().nullable(),
  asPath: z.array(z.number()),
  asPathText,
  origin: z.string().nullable(),
  weight: z.number().nullable(),
  localPref: z.number().nullable(),
}

/**
 * Route in a route table at a moment. `peer` is ARM's sourcePeer. `path` is set only for routes in the table of a
 * circuit's path.
 */
export const route = z.object({
  ...ofResource,
  table: z.enum(routeKinds),
  instance: z.string().nullable(),
  prefix: z.string(),
  ...pathAttributes,
  peer: z.string().nullable(),
  neighbor: z
    .string()
    .nullable()
    .describe(
      'of an advertised route: the BGP neighbor that it goes to; null in other tables, and of a Route Server’s peer, whose own id is the scope',
    ),
  source: z
    .string()
    .nullable()
    .describe(
      "of a network interface's effective routes: ARM's word for who brought it, Default, User or VirtualNetworkGateway",
    ),
  state: z
    .string()
    .nullable()
    .describe(
      "of a network interface's effective routes: ARM's word, Active, or Invalid where another route of the prefix precedes it",
    ),
  ...ofCircuit,
  since: bounds.describe('when this route came to be as it is'),
  known: z.enum(['observed', 'indeterminate']),
  azCommand: azCommandField.optional(),
})
export type Route = z.infer<typeof route>
