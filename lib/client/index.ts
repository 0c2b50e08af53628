export { type ListEndpointName, createClient, type PeerwatchClient } from './client.ts'
export { ClientError } from './client-error.ts'
export type { UrlParameters } from './http.ts'
