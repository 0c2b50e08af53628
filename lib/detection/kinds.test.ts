import { testTimelinesByEventKind } from './testing/cases-of-kinds.ts'
import { testTimelinesOfEventKinds } from './testing/kind-cases.ts'

testTimelinesOfEventKinds(testTimelinesByEventKind, 'first')
