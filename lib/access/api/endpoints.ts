import {
  account,
  apiToken,
  auditEntry,
  createdToken,
  newUserBody,
  oneTimeLink,
  tokenBody,
  user,
  userBody,
} from './access.ts'
import { listParameters } from '#lib/contract/api/parameters.ts'
import { z } from 'zod'
import { answerOf, command, endpoint, pageOf, type ResultIn, date, SNAPSHOT_DAYS } from '#lib/contract/index.ts'
import { LONGEST_VIEW_NAME } from '#lib/contract/vocabulary.ts'
import { scopes } from '#lib/contract/access/sent-scopes.ts'

/**
 * Matches the paths of pages that can be stored as a snapshot (a fixed copy of a page): one incident, one circuit, one
 * gateway, a route lookup, the cost review and the handover.
 */
const SNAPSHOT_PAGE = /^\/(?:(?:incidents|circuits|gateways)\/[^/]+|routes|cost|handover)$/

export const snapshot = z.object({
  id: z.string(),
  title: z.string(),
  page: z.string().describe('the path of the page that is frozen in it'),
  scopes: scopes.describe('what its maker saw'),
  shows: date.describe('the moment that the page is as of'),
  madeBy: z.string(),
  madeAt: date,
  expiresAt: date,
  state: z
    .enum(['open', 'closed', 'expired', 'revoked'])
    .describe('closed = its maker may no longer see as much; it opens again if they may'),
  opened: z.number().int().describe('how often it was opened'),
  lastOpenedAt: date.nullable().describe('null = not yet'),
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

const nothing = z.strictObject({})

export const endpoints = {
  account: endpoint('/account', 'read', {
    summary: 'Your user: role, rights and scope',
    response: answerOf(account),
  }),
  tokens: endpoint('/tokens', 'tokens', {
    summary:
      'API tokens and wall tokens that were not revoked, newest first, with owner and last use; the tokens themselves are kept nowhere',
    response: answerOf(apiToken.array()),
  }),
  users: endpoint('/users', 'users', {
    summary: 'Users who may sign in, with role and scope',
    response: answerOf(user.array()),
  }),
  audit: endpoint('/audit', 'audit', {
    summary: 'Changes with user, time and address, newest first',
    parameters: listParameters,
    response: pageOf(auditEntry),
  }),
  views: endpoint('/views', 'read', {
    summary: 'Saved views of lists: your own, and those of the team that you may see',
    response: answerOf(savedView.array()),
  }),
  snapshots: endpoint('/snapshots', 'share', {
    summary:
      'Links to frozen pages, newest first, with how often each was opened; the links themselves are kept nowhere',
    response: answerOf(snapshot.array()),
  }),
}

export type ResponseOf<Name extends keyof typeof endpoints> = z.input<(typeof endpoints)[Name]['response']>

export const commands = {
  saveView: command('post', '/views', 'read', {
    summary: 'Saves a view of a list in the place of one of the same name; one of the team needs the right `declare`',
    body: savedViewBody,
    response: answerOf(savedView),
    problems: [409],
  }),
  removeView: command('delete', '/views/{id}', 'read', {
    summary: 'Removes a saved view; one of the team needs the right `declare`',
    body: nothing,
    response: answerOf(savedView),
    problems: [404],
  }),
  createSnapshot: command('post', '/snapshots', 'share', {
    summary:
      'Freezes a page as you see it behind a link that opens without signing in until it expires; the link is shown this once',
    body: snapshotBody,
    response: answerOf(madeSnapshot),
    problems: [409],
  }),
  revokeSnapshot: command('delete', '/snapshots/{id}', 'share', {
    summary: 'Ends a link to a frozen page at once and forgets the page',
    body: nothing,
    response: answerOf(snapshot),
    problems: [404],
  }),
  createToken: command('post', '/tokens', 'tokens', {
    summary:
      'Makes a token with no more rights and no wider scope than your own, at each time that it is used; it is shown this once',
    body: tokenBody,
    response: answerOf(createdToken),
    problems: [],
  }),
  revokeToken: command('delete', '/tokens/{id}', 'tokens', {
    summary: 'Ends a token at once, with the streams that it opened and the tokens that it made',
    body: nothing,
    response: answerOf(apiToken),
    problems: [404],
  }),
  addUser: command('post', '/users', 'users', {
    summary: 'Adds a user with at most your own rights and scope; the link to sign in is shown only once',
    body: newUserBody,
    response: answerOf(oneTimeLink.extend({ id: z.string() })),
    problems: [409],
  }),
  changeUser: command('put', '/users/{id}', 'users', {
    summary: 'Gives a user another role and scope, effective from the next request of the user',
    body: userBody,
    response: answerOf(user),
    problems: [404, 409],
  }),
  removeUser: command('delete', '/users/{id}', 'users', {
    summary: 'Removes a user and ends all tokens and sessions of the user',
    body: nothing,
    response: answerOf(z.object({ id: z.string() })),
    problems: [404, 409],
  }),
  linkUser: command('post', '/users/{id}/link', 'users', {
    summary: 'Makes a one-time link with which a user chooses a new password',
    body: nothing,
    response: answerOf(oneTimeLink),
    problems: [404],
  }),
  resetSecondFactor: command('delete', '/users/{id}/second-factor', 'users', {
    summary:
      'Takes away the authenticator app, recovery codes, passkeys and the password of a user who lost them, ends all sessions of the user, and makes a one-time link for a new password',
    body: nothing,
    response: answerOf(oneTimeLink),
    problems: [404, 409],
  }),
  endSessions: command('delete', '/users/{id}/sessions', 'users', {
    summary: 'Signs a user out everywhere, at once',
    body: nothing,
    response: answerOf(z.object({ ended: z.number().int().describe('how many sessions were open') })),
    problems: [404],
  }),
}

export type ResultOf<Name extends keyof typeof commands> = ResultIn<(typeof commands)[Name]>
