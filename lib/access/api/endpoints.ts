import {
  accountSchema,
  apiTokenSchema,
  auditEntrySchema,
  createdTokenSchema,
  newUserBodySchema,
  oneTimeLinkSchema,
  tokenBodySchema,
  userSchema,
  userBodySchema,
} from './access.ts'
import { listParameters } from '#lib/contract/api/parameters.ts'
import { z } from 'zod'
import {
  createResponseSchema,
  defineCommand,
  defineEndpoint,
  createPageSchema,
  type CommandResult,
  dateCodec,
  SNAPSHOT_DAYS,
} from '#lib/contract/index.ts'
import { MAX_SAVED_VIEW_NAME_CHARACTERS } from '#lib/contract/vocabulary.ts'
import { accessScopesSchema } from '#lib/contract/access/sent-scopes.ts'

/**
 * Matches the paths of pages that can be stored as a snapshot (a fixed copy of a page): one incident, one circuit, one
 * gateway, a route lookup, the cost review and the handover.
 */
const SNAPSHOT_PAGE = /^\/(?:(?:incidents|circuits|gateways)\/[^/]+|routes|cost|handover)$/

export const snapshotSchema = z.object({
  id: z.string(),
  title: z.string(),
  page: z.string().describe('path of the page that the snapshot contains'),
  scopes: accessScopesSchema.describe('scope of the user who created the snapshot'),
  shows: dateCodec.describe('moment that the snapshot shows'),
  madeBy: z.string(),
  madeAt: dateCodec,
  expiresAt: dateCodec,
  state: z
    .enum(['open', 'closed', 'expired', 'revoked'])
    .describe('closed = the user who created it may no longer see all of its content; it opens again when they may'),
  opened: z.number().int().describe('number of times that it was opened'),
  lastOpenedAt: dateCodec.nullable().describe('null = not opened yet'),
})
export type PageSnapshot = z.infer<typeof snapshotSchema>

export const snapshotBodySchema = z.strictObject({
  page: z.string().max(300).regex(SNAPSHOT_PAGE).describe('path of the page'),
  search: z.string().max(2_000).default('').describe("query string of the page's URL"),
  title: z.string().trim().min(1).max(200),
  days: z.union(SNAPSHOT_DAYS.map((days) => z.literal(days))).describe('number of days for which the link is valid'),
  hideCustomers: z.boolean().default(false).describe('true = numbers replace the names of customers'),
  questions: z
    .array(z.string().startsWith('/api/v1/').max(2_000))
    .min(1)
    .max(100)
    .describe('API requests of the page; requests for more than the page needs are left out'),
})

export const createdSnapshotSchema = snapshotSchema.extend({
  token: z.string().describe('opens `/snapshot/<token>`; returned only once, because Peerwatch stores only its hash'),
})

const viewFields = {
  page: z.string().max(300).startsWith('/').describe('path of the page'),
  name: z.string().trim().min(1).max(MAX_SAVED_VIEW_NAME_CHARACTERS),
  search: z.string().max(2_000).describe("query string of the page's URL: filters, groups, columns and order"),
  of: z
    .enum(['me', 'team'])
    .describe(
      'team = visible to all users whose scope contains the scope of the user who saved it; views saved without an account always belong to the team',
    ),
  isDefault: z
    .boolean()
    .describe('whether the page opens with this view; a default of your own has priority over a default of the team'),
}
export const savedViewSchema = z.object({ id: z.string(), ...viewFields, madeBy: z.string() })
export type SavedView = z.infer<typeof savedViewSchema>
export const savedViewBodySchema = z.strictObject({
  ...viewFields,
  isDefault: viewFields.isDefault.optional().describe('absent = unchanged if a view with this name exists'),
})
export type SavedViewBody = z.infer<typeof savedViewBodySchema>

const nothing = z.strictObject({})

export const endpoints = {
  account: defineEndpoint('/account', 'read', {
    summary: 'Your user: role, rights and scope',
    response: createResponseSchema(accountSchema),
  }),
  tokens: defineEndpoint('/tokens', 'tokens', {
    summary:
      'API tokens and wall tokens that were not revoked, newest first, with owner and last use; the tokens themselves are not stored',
    response: createResponseSchema(apiTokenSchema.array()),
  }),
  users: defineEndpoint('/users', 'users', {
    summary: 'Users who may sign in, with role and scope',
    response: createResponseSchema(userSchema.array()),
  }),
  audit: defineEndpoint('/audit', 'audit', {
    summary: 'Changes with user, time and address, newest first',
    parameters: listParameters,
    response: createPageSchema(auditEntrySchema),
  }),
  views: defineEndpoint('/views', 'read', {
    summary: 'Saved views of lists: your own views, and views of the team that you may see',
    response: createResponseSchema(savedViewSchema.array()),
  }),
  snapshots: defineEndpoint('/snapshots', 'share', {
    summary:
      'Links to snapshots of pages, newest first, with the number of times each was opened; the links themselves are not stored',
    response: createResponseSchema(snapshotSchema.array()),
  }),
}

export type AccessEndpointResponse<Name extends keyof typeof endpoints> = z.input<(typeof endpoints)[Name]['response']>

export const commands = {
  saveView: defineCommand('post', '/views', 'read', {
    summary:
      'Saves a view of a list, and replaces a view with the same name; a view of the team needs the right `declare`',
    body: savedViewBodySchema,
    response: createResponseSchema(savedViewSchema),
    problems: [409],
  }),
  removeView: defineCommand('delete', '/views/{id}', 'read', {
    summary: 'Removes a saved view; a view of the team needs the right `declare`',
    body: nothing,
    response: createResponseSchema(savedViewSchema),
    problems: [404],
  }),
  createSnapshot: defineCommand('post', '/snapshots', 'share', {
    summary:
      'Creates a snapshot of a page as you see it, and a link that opens it without signing in until it expires; the link is returned only once',
    body: snapshotBodySchema,
    response: createResponseSchema(createdSnapshotSchema),
    problems: [409],
  }),
  revokeSnapshot: defineCommand('delete', '/snapshots/{id}', 'share', {
    summary: 'Ends a link to a snapshot immediately and deletes the snapshot',
    body: nothing,
    response: createResponseSchema(snapshotSchema),
    problems: [404],
  }),
  createToken: defineCommand('post', '/tokens', 'tokens', {
    summary:
      'Creates a token that never has more rights or a wider scope than you have at the time of its use; it is returned only once',
    body: tokenBodySchema,
    response: createResponseSchema(createdTokenSchema),
    problems: [],
  }),
  revokeToken: defineCommand('delete', '/tokens/{id}', 'tokens', {
    summary: 'Ends a token immediately, together with the streams that it opened and the tokens that it created',
    body: nothing,
    response: createResponseSchema(apiTokenSchema),
    problems: [404],
  }),
  addUser: defineCommand('post', '/users', 'users', {
    summary: 'Adds a user with at most your own rights and scope; the link to sign in is shown only once',
    body: newUserBodySchema,
    response: createResponseSchema(oneTimeLinkSchema.extend({ id: z.string() })),
    problems: [409],
  }),
  changeUser: defineCommand('put', '/users/{id}', 'users', {
    summary: 'Gives a user another role and scope, effective from the next request of the user',
    body: userBodySchema,
    response: createResponseSchema(userSchema),
    problems: [404, 409],
  }),
  removeUser: defineCommand('delete', '/users/{id}', 'users', {
    summary: 'Removes a user and ends all tokens and sessions of the user',
    body: nothing,
    response: createResponseSchema(z.object({ id: z.string() })),
    problems: [404, 409],
  }),
  linkUser: defineCommand('post', '/users/{id}/link', 'users', {
    summary: 'Creates a one-time link with which a user chooses a new password',
    body: nothing,
    response: createResponseSchema(oneTimeLinkSchema),
    problems: [404],
  }),
  resetSecondFactor: defineCommand('delete', '/users/{id}/second-factor', 'users', {
    summary:
      'Removes the authenticator app, recovery codes, passkeys and password of a user who lost them, ends all sessions of the user, and creates a one-time link for a new password',
    body: nothing,
    response: createResponseSchema(oneTimeLinkSchema),
    problems: [404, 409],
  }),
  endSessions: defineCommand('delete', '/users/{id}/sessions', 'users', {
    summary: 'Ends all sessions of a user immediately',
    body: nothing,
    response: createResponseSchema(z.object({ ended: z.number().int().describe('number of sessions that were open') })),
    problems: [404],
  }),
}

export type AccessCommandResult<Name extends keyof typeof commands> = CommandResult<(typeof commands)[Name]>
