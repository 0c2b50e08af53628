/**
 * The contract's words without its schemas: a screen's other door. Schemas and the library that reads them are 50 kB compressed, which
 * only a form that checks what was typed is worth; types cost nothing and come from index.ts.
 */
export * from './currency.ts'
export * from './declaration-key.ts'
export * from './event-kinds/index.ts'
export * from './site-states.ts'
export * from './whole-estate.ts'
export * from './explanation.ts'
export * from './poll.ts'
