import type { z } from 'zod'
import { answerOf, command, type ResultIn } from '#lib/contract/index.ts'
import { planAnswer, planBody } from './plan.ts'
import { rehearsal, rehearsalBody } from './rehearsal.ts'

export const endpoints = {}
export type ResponseOf<Name extends keyof typeof endpoints> = z.input<(typeof endpoints)[Name]>

export const commands = {
  checkPlan: command('post', '/plans/check', 'read', {
    summary:
      'What a plan would move, strand, fill and cost, which checks would newly fail, and how long sessions are down meanwhile; nothing is kept',
    body: planBody,
    response: answerOf(planAnswer),
    problems: [],
  }),
  readRehearsal: command('post', '/plans/rehearsal', 'read', {
    summary:
      'The route tables that a plan or a loss touches, what it does to their routers, and what the model predicts: what a rehearsal on real routers is made of; nothing is kept',
    body: rehearsalBody,
    response: answerOf(rehearsal),
    problems: [],
  }),
}

export type ResultOf<Name extends keyof typeof commands> = ResultIn<(typeof commands)[Name]>
