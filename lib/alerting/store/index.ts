export { readNewestAlertingProofRounds } from './proof.ts'
export { listWallScreens, recordWallScreen, removeWallScreen } from './wall-screens.ts'
export { readDatabaseGrowth, readDatabaseSize, recordDatabaseSize } from './database-sizes.ts'
