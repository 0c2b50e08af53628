import { getCostBudgets, putCostBudgets } from '#lib/answers/index.ts'
import { allowedOnly, answering, commanding } from '../../../_http/handler.ts'

export const runtime = 'nodejs'
export const dynamic = 'force-dynamic'

export const GET = answering('costBudgets', ({ db }) => getCostBudgets(db))
export const PUT = commanding('putCostBudgets', ({ db, body }) => putCostBudgets(db, body))

const getOrPut = allowedOnly('GET', 'HEAD', 'PUT')
export { getOrPut as DELETE, getOrPut as PATCH, getOrPut as POST }
