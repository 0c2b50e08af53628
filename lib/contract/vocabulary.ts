/**
 * Exports of the contract for code in browsers: event kinds, texts and lists, but no schemas. The schemas and their
 * library would add 50 kB (compressed) to a page, and only forms that validate input need them. Types add nothing, so
 * browsers import types from index.ts.
 */
export * from './arm-id.ts'
export * from './arm-types.ts'
export * from './azure-rules.ts'
export * from './events/cause.ts'
export * from './cost-finding-kinds.ts'
export * from './currency.ts'
export * from './declarations/declaration-key.ts'
export { isProblemSeverity, isIncidentOngoing, severities } from './events/event.ts'
export * from './event-kinds/index.ts'
export * from './text-limits.ts'
export * from './whole-estate.ts'
export * from './events/explanation.ts'
export * from './poll.ts'
export * from './resources/provisioning.ts'
export * from './events/subject.ts'
export * from './words/index.ts'
