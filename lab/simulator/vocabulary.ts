/** Common types of the scenario schema, each with the message for invalid values. */
import { z } from 'zod'
import { parseDuration, parseScenarioTime } from './duration.ts'
import { parseAddress, parsePrefixWithoutHostBits } from './prefix.ts'

export const armName = z
  .string()
  .regex(/^[\w.()-]{1,80}$/, 'expected a name: letters, digits, "-", "_", ".", at most 80')
export const durationTextSchema = z
  .string()
  .refine((t) => parseDuration(t) !== null, 'expected a duration such as "30s" or "1h30m"')
export const scenarioTimeTextSchema = z
  .string()
  .refine((t) => parseScenarioTime(t, 0) !== null, 'expected a moment: "+30s", "-12d4h", or ISO 8601 with a zone')
export const prefixText = z
  .string()
  .refine((t) => parsePrefixWithoutHostBits(t) !== null, 'expected a prefix without host bits')
export const addressText = z.string().refine((t) => parseAddress(t) !== null, 'expected an IP address')
export const asnSchema = z.int().min(1).max(4_294_967_295)
/** null is an empty segment, which Azure prints as a doubled dash. ASNs beyond 32 bits occur in anonymised dumps. */
export const asPath = z.array(z.int().positive().nullable())
export const prefixSet = z.union([
  prefixText,
  z.strictObject({ first: prefixText, count: z.int().min(1).max(200_000) }),
])
export const pathName = z.enum(['primary', 'secondary'])
export const peeringType = z.enum(['AzurePrivatePeering', 'MicrosoftPeering'])

export type PathName = z.output<typeof pathName>
export type PeeringType = z.output<typeof peeringType>
export type PrefixSet = z.output<typeof prefixSet>
