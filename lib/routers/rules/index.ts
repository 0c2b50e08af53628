export { compareRouterWithRequiredSessions } from './compare-configuration.ts'
export type { ConfiguredRouter } from './configured-router.ts'
export { parseRouterConfiguration, createReportedNeighbor } from './read-configuration.ts'
export { renderConfiguration } from './render-configuration.ts'
export {
  type LearnedRoute,
  listUnknownSessionFields,
  type WantedSession,
  listWantedSessions,
} from './wanted-session.ts'
