import { decideCost } from '#lib/cost/answers/index.ts'
import { commandRoute } from '../../../_http/handler.ts'

export const POST = commandRoute('decideCost', ({ db, body }) => decideCost(db, body))
