import { joinResources } from '#lib/questions/index.ts'
import { commandRoute } from '../../../../_http/handler.ts'

/** Lets a listed resource go on as one that is removed. */
export const POST = commandRoute('joinResource', ({ db, id, body }) => joinResources(db, id, body))
