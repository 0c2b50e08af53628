import { z } from 'zod'
import { circuitPaths, peeringTypes } from '../poll.ts'
import { boundsCodec } from './codecs.ts'

/** Identifying fields of an Azure resource in responses: the short id, the ARM id and its parts. */
export const azureResourceFields = {
  id: z.string(),
  resourceId: z.string(),
  name: z.string(),
  subscriptionId: z.string(),
  resourceGroup: z.string().nullable(),
  location: z.string().nullable(),
}

/** Setting of a resource that has no separate field in the API and is shown as a name and a text. */
export const configSettingSchema = z.object({
  part: z.string().nullable().describe('part of the resource, such as `NAT rule branch`; null = the resource itself'),
  name: z.string(),
  value: z.string().describe('value as text: `yes`, names of resources, lists separated by commas'),
})
export type ConfigSetting = z.infer<typeof configSettingSchema>

export const settingsField = z
  .array(configSettingSchema)
  .optional()
  .describe('other settings that Azure reports, as text for people: names and order may change; absent in lists')

/**
 * ARM's provisioning state of a resource, that is, the progress or result of its last change, and its consequence in
 * one sentence.
 */
export const provisioningFields = {
  provisioningState: z
    .string()
    .nullable()
    .describe('provisioning state in ARM: `Succeeded`, `Failed`, `Deleting`; null = not reported'),
  provisioningNote: z
    .string()
    .nullable()
    .describe('consequence of the provisioning state in one sentence; null = none'),
}

/**
 * Previous ARM id of a circuit or gateway that was moved or recreated. Its history, declarations and usage continue
 * under the same short id.
 */
export const movedFromSchema = z
  .object({ resourceId: z.string(), between: boundsCodec })
  .nullable()
  .optional()
  .describe('ARM id before the resource was last moved or created again, and the time of this; null = not moved')
export type FormerArmId = NonNullable<z.infer<typeof movedFromSchema>>

/** Fields that identify the resource to which a row of a response belongs. */
export const resourceRefFields = { scope: z.string(), scopeName: z.string(), resourceId: z.string() }

/**
 * Fields that tell to which peering and path of a circuit a row of a response belongs; null if it belongs to no single
 * peering or path.
 */
export const circuitPathFields = {
  peering: z.enum(peeringTypes).nullable().describe('peering of a circuit'),
  path: z.enum(circuitPaths).nullable(),
}
