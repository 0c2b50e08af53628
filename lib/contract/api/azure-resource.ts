import { z } from 'zod'
import { circuitPaths, peeringTypes } from '../poll.ts'
import { bounds } from './codecs.ts'

/** What names an Azure resource in every answer that has it: its short id, its ARM id and what that consists of. */
export const azureResource = {
  id: z.string(),
  resourceId: z.string(),
  name: z.string(),
  subscriptionId: z.string(),
  resourceGroup: z.string().nullable(),
  location: z.string().nullable(),
}

/** A setting of a resource that has no field of its own in the API. */
export const configSetting = z.object({
  part: z.string().nullable().describe('what of the resource, such as `NAT rule branch`; null = the resource itself'),
  name: z.string(),
  value: z.string().describe('in words: `yes`, names of resources, lists by commas'),
})
export type ConfigSetting = z.infer<typeof configSetting>

export const settingsField = z
  .array(configSetting)
  .optional()
  .describe('what Azure states of it besides, for people to read: names and order may change; absent in lists')

/** How far the last change of a resource has come, and what follows from that. */
export const provisioned = {
  provisioningState: z.string().nullable().describe('ARM’s word: `Succeeded`, `Failed`, `Deleting`; null = not stated'),
  provisioningNote: z.string().nullable().describe('what follows from it, in a sentence; null = nothing'),
}

/** Where a circuit or a gateway was before it was moved: its history, declarations and usage go on under the same id. */
export const movedFrom = z
  .object({ resourceId: z.string(), between: bounds })
  .nullable()
  .optional()
  .describe('the ARM id that it had before it was last moved or made again, and when that was; null = it was not')
export type MovedFrom = NonNullable<z.infer<typeof movedFrom>>

/** Which resource something is of: fields of every row about one. */
export const ofResource = { scope: z.string(), scopeName: z.string(), resourceId: z.string() }

/** Which part of a circuit something is of. */
export const ofCircuit = {
  peering: z.enum(peeringTypes).nullable().describe('of a circuit: the peering that it is on'),
  path: z.enum(circuitPaths).nullable(),
}
