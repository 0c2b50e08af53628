export { newestRounds } from './proof.ts'
export { listScreens, recordScreen, removeScreen } from './screens.ts'
export { databaseGrowth, databaseSize, noteSize } from './sizes.ts'
