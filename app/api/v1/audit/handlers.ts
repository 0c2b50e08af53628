import { auditPage } from '#app/_shared/audit-page.ts'
import { queryRoute } from '../../_http/handler.ts'

export const GET = queryRoute('audit', ({ parameters, caller }) => auditPage(caller, parameters))
