import { getCostOverrides, putCostOverrides } from '#lib/answers/index.ts'
import { allowedOnly, answering, commanding } from '../../../_http/handler.ts'

export const runtime = 'nodejs'
export const dynamic = 'force-dynamic'

export const GET = answering('costOverrides', ({ db }) => getCostOverrides(db))
export const PUT = commanding('putCostOverrides', ({ db, body }) => putCostOverrides(db, body))

const getOrPut = allowedOnly('GET', 'HEAD', 'PUT')
export { getOrPut as DELETE, getOrPut as PATCH, getOrPut as POST }
