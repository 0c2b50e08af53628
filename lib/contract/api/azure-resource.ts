import { z } from 'zod'

/** What names an Azure resource in every answer that has it: its short id, its ARM id and what that consists of. */
export const azureResource = {
  id: z.string(),
  resourceId: z.string(),
  name: z.string(),
  subscriptionId: z.string(),
  resourceGroup: z.string().nullable(),
  location: z.string().nullable(),
}
