import { holdToHonesty } from './testing/hold-to-honesty.ts'

/** Refused for now, and answered with nothing of what there is. */
holdToHonesty(['429', 'empty-table'], 20)
