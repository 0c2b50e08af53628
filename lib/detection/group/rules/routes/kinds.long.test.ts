import { playKinds } from '../../../testing/kind-cases.ts'
import { routeKindCases } from '../testing/route-kinds.ts'

playKinds(routeKindCases, 'all')
