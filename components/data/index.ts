export { ApiError } from './api-error.ts'
export { type ApiResponse, buildApiUrl, getJson, type ApiResponsePage, sendJson } from './client.ts'
export {
  type EndpointParameters,
  createEndpointQuery,
  addPageSelectionToParameters,
  MAX_ROWS_PER_PAGE,
  useEndpointQuery,
  usePageSelection,
} from './endpoint.ts'
export { LiveUpdatesProvider, useIsOffline, useLiveUpdates } from './live/live-provider.tsx'
export * from './queries.ts'
export { createQueryClient } from './query-client.ts'
export { useCommand, useSaveOnLatestVersion, replaceItem } from './save-on-latest-version.ts'
