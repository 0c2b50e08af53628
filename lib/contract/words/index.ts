/**
 * The words of screens, mail and webhooks: one text for each state, owner, cause, outcome and duration. The kinds of events have theirs
 * in event-kinds. No file here loads schemas, and a page that needs words alone imports this folder.
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
