import { z } from 'zod'
import { circuitPaths, instant } from '#lib/contract/index.ts'

/** Router software for which Peerwatch can write a configuration, and whose configuration it can read. */
export const routerSoftwares = ['frr', 'gobgp', 'iosXe', 'iosXr', 'junos', 'eos'] as const
export type RouterSoftware = (typeof routerSoftwares)[number]

const place = { peering: z.string().describe("ARM's name"), path: z.enum(circuitPaths) }

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
  wanted: z.string().nullable().describe("by Azure's side; null = nothing"),
  found: z.string().nullable().describe('on the router; null = nothing'),
  words: z.string(),
})
export type ConfigurationDifference = z.infer<typeof difference>

/** A configuration for the customer's routers that matches Azure's side of a circuit. */
export const routerConfiguration = z.object({
  software: z.enum(routerSoftwares),
  paths: z.array(
    z.object({
      ...place,
      text: z.string().describe('a line break after each line; an MD5 key is never in it'),
      unknown: z.array(z.string()).describe('what Azure does not state, and the text therefore leaves out'),
      learnedAt: instant
        .nullable()
        .describe('when its filter was read from what Azure learned; null = it rests on none'),
    }),
  ),
  reported: z
    .array(z.object({ ...place, routerName: z.string().nullable(), differences: z.array(difference) }))
    .describe('how the sessions that routers report by BMP differ'),
})
export type RouterConfigurationView = z.infer<typeof routerConfiguration>

export const configurationComparison = z.object({
  differences: z.array(difference),
  compared: z.array(z.object(place)).describe('paths that the text configures something of'),
  elsewhere: z.array(z.object(place)).describe('paths that it configures nothing of: they may be on another router'),
})
export type ConfigurationComparison = z.infer<typeof configurationComparison>
