/** The first contact with an environment, a database and an Azure: what works, what does not, and the commands that help. */
export { AnswerWatch } from './answer-watch.ts'
export { fetchFromAzure } from './fetch-from-azure.ts'
export { azureResults, azureSkipped } from './azure.ts'
export { databaseResults } from './database.ts'
export { reportSetup } from './setup-report.ts'
