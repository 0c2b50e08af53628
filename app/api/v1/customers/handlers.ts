import { listCustomers } from '#lib/queries/index.ts'
import { queryRoute } from '../../_http/handler.ts'

export const GET = queryRoute('customers', ({ db, parameters }) => listCustomers(db, parameters))
