import { kindCases } from './testing/cases-of-kinds.ts'
import { playKinds } from './testing/kind-cases.ts'

playKinds(kindCases, 'first')
