import { capabilityTable } from '#lib/table.ts'
import { createDispatcher, createPathHandlers, API_PATH_PREFIX } from '../../_http/dispatch.ts'

export const runtime = 'nodejs'
export const dynamic = 'force-dynamic'

const answer = createDispatcher(API_PATH_PREFIX, createPathHandlers(capabilityTable))

export { answer as DELETE, answer as GET, answer as PATCH, answer as POST, answer as PUT }
