/**
 * Checks the environment, the database and Azure. Reports which parts work and which do not, with commands that help.
 */
export { AnswerWatch } from './answer-watch.ts'
export { fetchFromAzure } from './fetch-from-azure.ts'
export { azureResults, azureSkipped } from './azure.ts'
export { databaseResults } from './database.ts'
export { reportSetup } from './setup-report.ts'
