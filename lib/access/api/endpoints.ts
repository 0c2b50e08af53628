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
import { madeSnapshot, savedView, savedViewBody, snapshot, snapshotBody } from './pages.ts'
import { listParameters, noParameters } from '#lib/contract/api/parameters.ts'
import { z } from 'zod'
import { answerOf, type Command, type Endpoint, pageOf, type ResultIn } from '#lib/contract/index.ts'

const nothing = z.strictObject({})

export const endpoints = {
  account: {
    path: '/account',
    summary: 'Who you are to Peerwatch: your role, rights and scope',
    right: 'read',
    parameters: noParameters,
    response: answerOf(account),
  },
  tokens: {
    path: '/tokens',
    summary:
      'API tokens and wall tokens that were not revoked, newest first, with owner and last use; the tokens themselves are kept nowhere',
    right: 'tokens',
    parameters: noParameters,
    response: answerOf(apiToken.array()),
  },
  users: {
    path: '/users',
    summary: 'Who may sign in, with role and scope',
    right: 'users',
    parameters: noParameters,
    response: answerOf(user.array()),
  },
  audit: {
    path: '/audit',
    summary: 'Who changed what, when and from where, newest first',
    right: 'audit',
    parameters: listParameters,
    response: pageOf(auditEntry),
  },
  views: {
    path: '/views',
    summary: 'Saved views of lists: your own, and those of the team that you may see',
    right: 'read',
    parameters: noParameters,
    response: answerOf(savedView.array()),
  },
  snapshots: {
    path: '/snapshots',
    summary:
      'Links to frozen pages, newest first, with how often each was opened; the links themselves are kept nowhere',
    right: 'share',
    parameters: noParameters,
    response: answerOf(snapshot.array()),
  },
} as const satisfies Record<string, Endpoint>

export type ResponseOf<Name extends keyof typeof endpoints> = z.output<(typeof endpoints)[Name]['response']>

export const commands = {
  saveView: {
    method: 'post',
    path: '/views',
    summary: 'Saves a view of a list in the place of one of the same name; one of the team needs the right `declare`',
    right: 'read',
    body: savedViewBody,
    response: answerOf(savedView),
    problems: [409],
  },
  removeView: {
    method: 'delete',
    path: '/views/{id}',
    summary: 'Removes a saved view; one of the team needs the right `declare`',
    right: 'read',
    body: nothing,
    response: answerOf(savedView),
    problems: [404],
  },
  createSnapshot: {
    method: 'post',
    path: '/snapshots',
    summary:
      'Freezes a page as you see it behind a link that opens without signing in until it expires; the link is shown this once',
    right: 'share',
    body: snapshotBody,
    response: answerOf(madeSnapshot),
    problems: [409],
  },
  revokeSnapshot: {
    method: 'delete',
    path: '/snapshots/{id}',
    summary: 'Ends a link to a frozen page at once and forgets the page',
    right: 'share',
    body: nothing,
    response: answerOf(snapshot),
    problems: [404],
  },
  createToken: {
    method: 'post',
    path: '/tokens',
    summary:
      'Makes a token with no more rights and no wider scope than your own, at each time that it is used; it is shown this once',
    right: 'tokens',
    body: tokenBody,
    response: answerOf(createdToken),
    problems: [],
  },
  revokeToken: {
    method: 'delete',
    path: '/tokens/{id}',
    summary: 'Ends a token at once, with the streams that it opened and the tokens that it made',
    right: 'tokens',
    body: nothing,
    response: answerOf(apiToken),
    problems: [404],
  },
  addUser: {
    method: 'post',
    path: '/users',
    summary: 'Adds a user with no more rights and no wider scope than your own; his link is shown this once',
    right: 'users',
    body: newUserBody,
    response: answerOf(oneTimeLink.extend({ id: z.string() })),
    problems: [409],
  },
  changeUser: {
    method: 'put',
    path: '/users/{id}',
    summary: 'Gives a user another role and scope, from his next request on',
    right: 'users',
    body: userBody,
    response: answerOf(user),
    problems: [404, 409],
  },
  removeUser: {
    method: 'delete',
    path: '/users/{id}',
    summary: 'Removes a user, ends his tokens and signs him out',
    right: 'users',
    body: nothing,
    response: answerOf(z.object({ id: z.string() })),
    problems: [404, 409],
  },
  linkUser: {
    method: 'post',
    path: '/users/{id}/link',
    summary: 'Makes a one-time link with which a user chooses a new password',
    right: 'users',
    body: nothing,
    response: answerOf(oneTimeLink),
    problems: [404],
  },
  resetSecondFactor: {
    method: 'delete',
    path: '/users/{id}/second-factor',
    summary:
      'Takes away the authenticator app, recovery codes, passkeys and the password of a user who lost them, signs him out, and makes a one-time link for a new password',
    right: 'users',
    body: nothing,
    response: answerOf(oneTimeLink),
    problems: [404, 409],
  },
  endSessions: {
    method: 'delete',
    path: '/users/{id}/sessions',
    summary: 'Signs a user out everywhere, at once',
    right: 'users',
    body: nothing,
    response: answerOf(z.object({ ended: z.number().int().describe('how many sessions were open') })),
    problems: [404],
  },
} as const satisfies Record<string, Command>

export type ResultOf<Name extends keyof typeof commands> = ResultIn<(typeof commands)[Name]>
