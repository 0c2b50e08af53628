import type { z } from 'zod'
import { answerOf, command, type ResultIn } from '#lib/contract/index.ts'
import { planAnswer, planBody } from './plan.ts'

export const endpoints = {}
export type ResponseOf<Name extends keyof typeof endpoints> = z.output<(typeof endpoints)[Name]>

export const commands = {
  checkPlan: command('post', '/plans/check', 'read', {
    summary:
      'What a plan would move, strand, fill and cost, which checks would newly fail, and how long sessions are down meanwhile; nothing is kept',
    body: planBody,
    response: answerOf(planAnswer),
    problems: [],
  }),
}

export type ResultOf<Name extends keyof typeof commands> = ResultIn<(typeof commands)[Name]>
