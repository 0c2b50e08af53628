import { getThresholds, putThresholds } from '#lib/answers/index.ts'
import { allowedOnly, answering, commanding } from '../../../_http/handler.ts'

export const runtime = 'nodejs'
export const dynamic = 'force-dynamic'

export const GET = answering('thresholds', ({ db }) => getThresholds(db))
export const PUT = commanding('putThresholds', ({ db, body }) => putThresholds(db, body))

const getOrPut = allowedOnly('GET', 'HEAD', 'PUT')
export { getOrPut as DELETE, getOrPut as PATCH, getOrPut as POST }
