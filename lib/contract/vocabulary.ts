/**
 * Exports of the contract for browsers: event kinds, texts and lists without the schemas. Schemas and their library
 * take 50 kB compressed, which only a form that validates its input needs. Types add no size and come from index.ts.
 */
export * from './arm-id.ts'
export * from './arm-types.ts'
export * from './azure-rules.ts'
export * from './events/cause.ts'
export * from './cost-finding-kinds.ts'
export * from './currency.ts'
export * from './declarations/declaration-key.ts'
export { countsAsProblem, isOngoing, severities } from './events/event.ts'
export * from './event-kinds/index.ts'
export * from './text-limits.ts'
export * from './whole-estate.ts'
export * from './events/explanation.ts'
export * from './poll.ts'
export * from './resources/provisioning.ts'
export * from './events/subject.ts'
export * from './words/index.ts'
