/**
 * Checks the environment, the database and Azure. Reports which parts work and which do not, with commands that help.
 */
export { AzureResponseWatch } from './answer-watch.ts'
export { fetchFromAzure } from './fetch-from-azure.ts'
export { checkAzure, skipAzureChecks } from './azure.ts'
export { checkDatabase } from './database.ts'
export { reportSetup } from './setup-report.ts'
