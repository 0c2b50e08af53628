import { z } from 'zod'
import { instant, SNAPSHOT_DAYS } from '#lib/contract/index.ts'
import { LONGEST_VIEW_NAME } from '#lib/contract/vocabulary.ts'
import { scopes } from '#lib/contract/access/sent-scopes.ts'

/** The pages of which snapshots are made: one incident, circuit or gateway, a look-up, the cost review and the handover. */
const SNAPSHOT_PAGE = /^\/(?:(?:incidents|circuits|gateways)\/[^/]+|routes|cost|handover)$/

export const snapshot = z.object({
  id: z.string(),
  title: z.string(),
  page: z.string().describe('the path of the page that is frozen in it'),
  scopes: scopes.describe('what its maker saw'),
  shows: instant.describe('the moment that the page is as of'),
  madeBy: z.string(),
  madeAt: instant,
  expiresAt: instant,
  state: z.enum(['open', 'expired', 'revoked']),
  opened: z.number().int().describe('how often it was opened'),
  lastOpenedAt: instant.nullable().describe('null = not yet'),
})
export type Snapshot = z.infer<typeof snapshot>

export const snapshotBody = z.strictObject({
  page: z.string().max(300).regex(SNAPSHOT_PAGE).describe('the path of the page'),
  search: z.string().max(2_000).default('').describe('the query of its address'),
  title: z.string().trim().min(1).max(200),
  days: z.union(SNAPSHOT_DAYS.map((days) => z.literal(days))).describe('how long it may be opened'),
  hideCustomers: z.boolean().default(false).describe('true = names of customers are replaced by numbers'),
  questions: z
    .array(z.string().startsWith('/api/v1/').max(2_000))
    .min(1)
    .max(100)
    .describe('what the page asked for; what is about more than the page is left out'),
})

export const madeSnapshot = snapshot.extend({
  token: z.string().describe('opens `/snapshot/<token>`; shown this once, Peerwatch keeps only its hash'),
})

const viewFields = {
  page: z.string().max(300).startsWith('/').describe('the path of the page'),
  name: z.string().trim().min(1).max(LONGEST_VIEW_NAME),
  search: z.string().max(2_000).describe('the query of its address: filters, groups, columns and order'),
  of: z.enum(['me', 'team']).describe('team = everybody who sees what its maker saw; of who has no account all are'),
  isDefault: z.boolean().describe('the page opens with it; of two the own one counts'),
}
export const savedView = z.object({ id: z.string(), ...viewFields, madeBy: z.string() })
export type SavedView = z.infer<typeof savedView>
export const savedViewBody = z.strictObject({
  ...viewFields,
  isDefault: viewFields.isDefault.optional().describe('left out = as the one of the same name'),
})
export type SavedViewBody = z.infer<typeof savedViewBody>
