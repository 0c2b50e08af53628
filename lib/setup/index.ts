/**
 * Checks the environment, the database and Azure. Reports which parts work and which do not, with commands that help.
 */
export { AzureResponseWatch } from './azure-response-watch.ts'
export { fetchSetupFindings } from './fetch-from-azure.ts'
export { runAzureSetupChecks, skipAzureSetupChecks } from './azure-checks.ts'
export { checkDatabase } from './database-checks.ts'
export { runSetupChecks } from './setup-report.ts'
