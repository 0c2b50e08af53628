import { getAzureFailoverTests } from '#lib/resilience/answers/index.ts'
import { queryRoute } from '../../../_http/handler.ts'

export const GET = queryRoute('azureFailoverTests', ({ db, parameters }) => getAzureFailoverTests(db, parameters))
