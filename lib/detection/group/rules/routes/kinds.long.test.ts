import { testTimelinesOfEventKinds } from '../../../testing/kind-cases.ts'
import { routeKindCases } from '../testing/route-kinds.ts'

testTimelinesOfEventKinds(routeKindCases, 'all')
