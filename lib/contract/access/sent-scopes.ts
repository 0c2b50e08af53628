import { z } from 'zod'
import { parseAccessScope, AccessScopeTextError } from './scope.ts'

const MAX_SCOPES = 1_000

/**
 * Schema of an access scope in a request body: a list of `subscription:<id>` and `customer:<name>`, or only `nothing`.
 * An empty list means everything.
 */
export const requestAccessScopesSchema = z
  .array(z.string().max(300))
  .max(MAX_SCOPES)
  .superRefine((texts, context) => {
    try {
      parseAccessScope(texts)
    } catch (error) {
      if (!(error instanceof AccessScopeTextError)) throw error
      context.addIssue({ code: 'custom', message: error.message })
    }
  })

/** Schema of an access scope in a response, in the same text form as in a request. */
export const accessScopesSchema = z
  .array(z.string())
  .describe('subscription:<id> and customer:<name>; empty = everything')
