export { ApiError } from './api-error.ts'
export { type ApiAnswer, buildApiUrl, getJson, type ApiAnswerPage, sendJson } from './client.ts'
export {
  type EndpointParameters,
  createEndpointQuery,
  addPageScope,
  PAGE_ROWS,
  useEndpoint,
  usePageScope,
} from './endpoint.ts'
export { LiveProvider, useIsOffline, useLive } from './live/live-provider.tsx'
export * from './queries.ts'
export { createQueryClient } from './query-client.ts'
export { useCommand, useSaveOnLatestVersion, replaceItem } from './save-on-latest-version.ts'
