import { mergedCapabilityOfAllFeatures } from '#lib/table.ts'
import { createApiPathDispatcher, createPathHandlers, API_PATH_PREFIX } from '../../_http/dispatch.ts'

export const runtime = 'nodejs'
export const dynamic = 'force-dynamic'

const answer = createApiPathDispatcher(API_PATH_PREFIX, createPathHandlers(mergedCapabilityOfAllFeatures))

export { answer as DELETE, answer as GET, answer as PATCH, answer as POST, answer as PUT }
