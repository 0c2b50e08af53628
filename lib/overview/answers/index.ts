export { getOverview, pollsOfOverview } from './overview.ts'
export { getWallHistory } from './wall-history.ts'
export { getWall } from './wall.ts'
