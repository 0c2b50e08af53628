/**
 * Decoders of stored resources. They do not load the Azure client or its SDK, so code that only reads history can use
 * them.
 */
export { decodeResourceConfig } from './decode-config.ts'
export { getMetricsOptionsOfGateway } from './gateway.ts'
export { findOwnershipSource } from './ownership-source.ts'
export { listDisplayedSettings } from './settings.ts'
export { hasOnlyTagChanges } from './tag-changes.ts'
export { hasMicrosoft365 } from './route-filter.ts'
