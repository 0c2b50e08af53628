import { getLifecycle } from '#lib/resilience/answers/index.ts'
import { queryRoute } from '../../../../_http/handler.ts'

export const GET = queryRoute('lifecycle', ({ db, id }) => getLifecycle(db, id))
