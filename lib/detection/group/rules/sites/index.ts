export { isWholeSiteLost } from './site-ranges.ts'
export { type EvaluatedSite, LEARNED_SITE_FLAG, listLearnedSites, parseSiteSubject } from './judged-site.ts'
export { findLearnedSites } from './learned-sites.ts'
export {
  isRouteSnapshotDue,
  findSiteLearningGateway,
  type GroupRouteSnapshot,
  applyRouteSnapshot,
} from './site-learning.ts'
export { detectStrandingLosses } from './stranding-losses.ts'
export { endEventsOfExpiredSites } from './expire-sites.ts'
export { createLearnedSiteEvidence, getLearnedSiteFlags, applySiteRules, type SiteRoutes } from './site-rules.ts'
