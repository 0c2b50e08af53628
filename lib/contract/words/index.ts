/**
 * Texts of screens, e-mails and webhooks: one text for each state, owner, cause, outcome and duration. Texts of event
 * kinds are in event-kinds. No file in this folder loads schemas, so pages that only need texts import this folder.
 */
export * from './causes.ts'
export * from './durations.ts'
export * from './evidence.ts'
export * from './freshness.ts'
export * from './outcome-remedies.ts'
export * from './outcomes.ts'
export * from './owners.ts'
export * from './polls.ts'
export * from './rates.ts'
export * from './router-reasons.ts'
export * from './site-states.ts'
export * from './setup-checks.ts'
