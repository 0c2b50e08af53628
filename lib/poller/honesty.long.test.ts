import { testSessionLossReports } from './testing/hold-to-honesty.ts'

testSessionLossReports(['500', '429', 'garbage', 'half-body', 'nothing', 'reset', 'empty', '403', 'empty-table'], 40)
