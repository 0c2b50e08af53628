export { readNewestProofRounds } from './proof.ts'
export { listScreens, recordScreen, removeScreen } from './screens.ts'
export { readDatabaseGrowth, readDatabaseSize, recordDatabaseSize } from './sizes.ts'
