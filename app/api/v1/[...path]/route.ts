import { dispatcher } from '../../_http/dispatch.ts'
import { PATHS } from '../paths.ts'

export const runtime = 'nodejs'
export const dynamic = 'force-dynamic'

const answer = dispatcher('/api/v1', PATHS)

export { answer as DELETE, answer as GET, answer as PATCH, answer as POST, answer as PUT }
