import { z } from 'zod'
import { parseScope, ScopeTextError } from './scope.ts'

const MAX_SCOPES = 1_000

/** Text form of a scope in a request body. */
export const sentScopes = z
  .array(z.string().max(300))
  .max(MAX_SCOPES)
  .superRefine((texts, context) => {
    try {
      parseScope(texts)
    } catch (error) {
      if (!(error instanceof ScopeTextError)) throw error
      context.addIssue({ code: 'custom', message: error.message })
    }
  })

/** Text form of a scope in a response. */
export const scopes = z.array(z.string()).describe('subscription:<id> and customer:<name>; empty = everything')
