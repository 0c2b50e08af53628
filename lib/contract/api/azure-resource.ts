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

/** How far the last change of a resource has come, and what follows from that. */
export const provisioned = {
  provisioningState: z.string().nullable().describe('ARM’s word: `Succeeded`, `Failed`, `Deleting`; null = not stated'),
  provisioningNote: z.string().nullable().describe('what follows from it, in a sentence; null = nothing'),
}
