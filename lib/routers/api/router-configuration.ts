import { z } from 'zod'
import { circuitPaths, instantCodec } from '#lib/contract/index.ts'

/** Router software for which Peerwatch can write a configuration, and whose configuration it can read. */
export const supportedRouterSoftware = ['frr', 'gobgp', 'iosXe', 'iosXr', 'junos', 'eos'] as const
export type RouterSoftware = (typeof supportedRouterSoftware)[number]

const place = { peering: z.string().describe('name in ARM'), path: z.enum(circuitPaths) }

const differenceKinds = [
  'address',
  'prefix_length',
  'vlan',
  'outer_vlan',
  'interface_shut',
  'neighbor',
  'remote_asn',
  'local_asn',
  'neighbor_shut',
  'family',
  'md5',
  'bfd',
  'no_filter',
  'not_let_out',
  'let_out',
  'prepends',
] as const
export type DifferenceKind = (typeof differenceKinds)[number]

const difference = z.object({
  ...place,
  family: z.union([z.literal(4), z.literal(6)]),
  neighbor: z.string(),
  kind: z.enum(differenceKinds),
  wanted: z.string().nullable().describe("value that Azure's settings require; null = none"),
  found: z.string().nullable().describe('value on the router; null = none'),
  words: z.string(),
})
export type ConfigurationDifference = z.infer<typeof difference>

/** A configuration for the customer's routers that matches Azure's side of a circuit. */
export const routerConfigurationSchema = z.object({
  software: z.enum(supportedRouterSoftware),
  paths: z.array(
    z.object({
      ...place,
      text: z.string().describe('text with a line break after each line; it never contains an MD5 key'),
      unknown: z.array(z.string()).describe('facts that Azure does not report, so that the text leaves them out'),
      learnedAt: instantCodec
        .nullable()
        .describe('time at which the prefixes of its filter were learned from Azure; null = it has no such filter'),
    }),
  ),
  reported: z
    .array(z.object({ ...place, routerName: z.string().nullable(), differences: z.array(difference) }))
    .describe('differences of the sessions that routers report by BMP'),
})
export type ApiRouterConfiguration = z.infer<typeof routerConfigurationSchema>

export const configurationComparisonSchema = z.object({
  differences: z.array(difference),
  compared: z.array(z.object(place)).describe('paths for which the text contains some configuration'),
  elsewhere: z
    .array(z.object(place))
    .describe('paths without any configuration in the text; they may be on another router'),
})
export type ConfigurationComparison = z.infer<typeof configurationComparisonSchema>
