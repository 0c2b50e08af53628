export { getOverview, OVERVIEW_POLL_KINDS } from './overview.ts'
export { getWallHistory } from './wall-history.ts'
export { getWall } from './wall.ts'
