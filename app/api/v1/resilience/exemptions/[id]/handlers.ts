import { exemptCheck, exemptionOf, withdrawExemption } from '#lib/resilience/answers/index.ts'
import { commandRoute } from '../../../../_http/handler.ts'

export const PUT = commandRoute('exemptCheck', ({ db, id, body }) => exemptCheck(db, id, body), {
  before: ({ db, id }) => exemptionOf(db.pool, id),
  after: ({ data }) => data,
})

export const DELETE = commandRoute('withdrawExemption', ({ db, id }) => withdrawExemption(db, id), {
  before: ({ db, id }) => exemptionOf(db.pool, id),
  after: ({ data }) => data,
})
