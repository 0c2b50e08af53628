export { newestRounds } from './proof.ts'
export { listScreens, recordScreen, removeScreen } from './screens.ts'
export { databaseGrowth, databaseSize, recordSize } from './sizes.ts'
