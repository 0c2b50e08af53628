/**
 * Texts that screens, e-mails and webhooks share for states, owners, causes, outcomes and durations. Texts of event
 * kinds are in event-kinds. No file in this folder imports schemas, so pages that need only texts stay small.
 */
export * from './causes.ts'
export * from './durations.ts'
export * from './evidence.ts'
export * from './freshness.ts'
export * from './last-known.ts'
export * from './outcome-remedies.ts'
export * from './outcomes.ts'
export * from './owner-name.ts'
export * from './owners.ts'
export * from './polls.ts'
export * from './rates.ts'
export * from './router-reasons.ts'
export * from './site-states.ts'
export * from './setup-checks.ts'
