import { getProcesses } from '#lib/setup/answers/index.ts'
import { settings } from '#lib/platform/settings.ts'
import { queryRoute } from '../../_http/handler.ts'

export const GET = queryRoute('processes', () => getProcesses(settings().dataDir))
