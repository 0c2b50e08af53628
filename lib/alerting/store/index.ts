export { newestRounds } from './proof.ts'
export { listScreens, recordScreen, removeScreen } from './screens.ts'
export { databaseGrowth, databaseSize, noteSize } from './sizes.ts'
export {
  changedAnswers,
  countKept,
  forgetAnswer,
  forgetOne,
  keepAnswer,
  type KeptAnswer,
  nextKept,
  noteChanged,
  pastSubjects,
  replaceKept,
} from './kept-answers.ts'
