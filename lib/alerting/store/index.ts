export { newestRounds } from './proof.ts'
export { listScreens, noteScreen, removeScreen } from './screens.ts'
export { databaseGrowth, databaseSize, noteSize } from './sizes.ts'
