import { testSessionLossReports } from './testing/hold-to-honesty.ts'

/** Faults: a temporary refusal, and an empty response for existing routes. */
testSessionLossReports(['429', 'empty-table'], 20)
