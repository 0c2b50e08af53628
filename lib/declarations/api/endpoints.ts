import { declarationsParameters } from './parameters.ts'
import { askedJoin, formerResource, joinBody } from './resource-joins.ts'
import { z } from 'zod'
import {
  answerOf,
  type Command,
  declarationsAnswer,
  declarationsBody,
  declarationsVersion,
  type Endpoint,
  listParameters,
  noParameters,
  pageOf,
  type ResultIn,
} from '#lib/contract/index.ts'

export const endpoints = {
  declarations: {
    path: '/declarations',
    summary:
      'What an operator declared, now or as of a moment: sites, mappings, policies, maintenance, cards, watch list',
    right: 'read',
    parameters: declarationsParameters,
    response: answerOf(declarationsAnswer),
  },
  formerResources: {
    path: '/resources/{id}/former',
    summary: 'Removed resources that a listed one could have been before: of its type, the latest removal first',
    right: 'read',
    parameters: noParameters,
    response: answerOf(formerResource.array()),
  },
  declarationsVersions: {
    path: '/declarations/versions',
    summary: 'Who declared what and when, newest first',
    right: 'read',
    parameters: listParameters,
    response: pageOf(declarationsVersion),
  },
} as const satisfies Record<string, Endpoint>

export type ResponseOf<Name extends keyof typeof endpoints> = z.output<(typeof endpoints)[Name]['response']>

export const commands = {
  putDeclarations: {
    method: 'put',
    path: '/declarations',
    summary: 'Replaces the lists that are sent, as one new version; an absent list is kept',
    right: 'declare',
    body: declarationsBody,
    response: answerOf(declarationsAnswer),
    problems: [409],
  },
  joinResource: {
    method: 'post',
    path: '/resources/{id}/join',
    summary:
      'Lets a listed resource go on as one that is removed, with its id and history; the next inventory, asked for now, does it',
    right: 'declare',
    body: joinBody,
    response: answerOf(askedJoin),
    problems: [404, 409],
  },
  partResource: {
    method: 'post',
    path: '/resources/{id}/part',
    summary:
      'Undoes the last move of a resource, which then has an id of its own; the next inventory, asked for now, does it',
    right: 'declare',
    body: z.strictObject({}),
    response: answerOf(askedJoin),
    problems: [404, 409],
  },
} as const satisfies Record<string, Command>

export type ResultOf<Name extends keyof typeof commands> = ResultIn<(typeof commands)[Name]>
