export { type ChangesOptions, type StreamItem } from './changes.ts'
export { type ListName, createClient, type PeerwatchClient, type RowOf, type SentParameters } from './client.ts'
export { ClientError, type ClientErrorKind } from './client-error.ts'
export type { Connection, Parameters } from './http.ts'
