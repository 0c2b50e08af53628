export { ApiError } from './api-error.ts'
export { type Answer, apiUrl, getJson, type Page, type Parameters } from './client.ts'
export { LiveProvider, useLive } from './live/live-provider.tsx'
export * from './queries.ts'
