/**
 * Decoding of stored resources without the Azure client and its SDK, for code that reads history and never calls Azure.
 */
export { decodeConfig } from './decode-config.ts'
export { findOwnerThatGives } from './owner-giving.ts'
export { settingsOf } from './settings.ts'
export { hasOnlyTagChanges } from './only-tags.ts'
export { hasMicrosoft365 } from './route-filter.ts'
