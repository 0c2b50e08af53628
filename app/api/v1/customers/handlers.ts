import { listCustomers } from '#lib/customers/answers/index.ts'
import { queryRoute } from '../../_http/handler.ts'

export const GET = queryRoute('customers', ({ db, parameters }) => listCustomers(db, parameters))
