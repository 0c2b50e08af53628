/**
 * Checks the environment, the database and Azure at the first contact: reports which parts work, which do not, and
 * commands that help.
 */
export { AnswerWatch } from './answer-watch.ts'
export { fetchFromAzure } from './fetch-from-azure.ts'
export { azureResults, azureSkipped } from './azure.ts'
export { databaseResults } from './database.ts'
export { reportSetup } from './setup-report.ts'
