import { defineFeatureCapability, openScopedReader } from '#lib/questions/index.ts'
import { checkPlan } from './answers/check-plan.ts'
import { readPlanRehearsalInput } from './answers/rehearsal.ts'
import { commands, endpoints } from './api/index.ts'

export const planCapability = defineFeatureCapability({
  endpoints,
  answers: {},
  commands,
  work: {
    // The handler itself limits the data to what the caller may see. The command changes nothing in the database.
    checkPlan: {
      scope: 'itself',
      work: async ({ body, caller }) => checkPlan(await openScopedReader(caller.scope), body, caller),
      audit: { after: () => null, isPrivate: () => true },
    },
    readRehearsal: {
      scope: 'itself',
      work: async ({ body, caller }) => readPlanRehearsalInput(await openScopedReader(caller.scope), body),
      audit: { after: () => null, isPrivate: () => true },
    },
  },
})
